"""What a message of a bot's answers (https://core.telegram.org/bots/api#replyparameters)."""

from __future__ import annotations

from halfminute.plugins.telegram.fake.parameters import ReplyParameters
from halfminute.plugins.telegram.fake.refusals import bad_request
from halfminute.plugins.telegram.fake.world import Chat


def find_replied(chat: Chat, reply: ReplyParameters | None) -> int | None:
    """The message's number; None for none, or for one that is gone and need not be there."""
    if reply is None:
        return None
    if reply.message_id is None:
        raise bad_request("reply_parameters needs message_id")
    if reply.message_id in chat.messages:
        return reply.message_id
    if reply.allow_sending_without_reply:
        return None
    raise bad_request("message to be replied not found")
