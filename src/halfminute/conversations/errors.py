"""What can be wrong with a request about a conversation."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, InvalidRequest, NotFound


class ConversationNotFound(NotFound):
    """There is no such conversation, or it is not yours to see."""

    code = "conversation_not_found"


class ConversationChanged(Conflict):
    """The conversation has moved on meanwhile: read it again.

    `state` and `version` in the fields tell what it is now.
    """

    code = "conversation_changed"


class MessageNotFound(NotFound):
    """There is no such message, or it is not yours to see."""

    code = "message_not_found"


class WrapUpNotExtendable(Conflict):
    """The wrap-up cannot be lengthened: it was already, its queue does not allow it, or it is none.

    What is left of it is told by the conversation.
    """

    code = "wrap_up_not_extendable"


class ConversationNotYours(Conflict):
    """Another agent has this conversation, or nobody yet: take it first."""

    code = "conversation_not_yours"


class ConversationClosed(Conflict):
    """The conversation is closed: it opens again when the customer writes."""

    code = "conversation_closed"


class AddressUnreachable(Conflict):
    """Nothing can be sent to this address until the customer writes again.

    `reason` in the fields is the provider's.
    """

    code = "address_unreachable"


class BusinessConnectionEnded(Conflict):
    """The account's owner has disconnected us: nothing can be sent until they connect us again."""

    code = "business_connection_ended"


class BusinessRightMissing(Conflict):
    """The account's owner does not let us do that in their chats.

    `right` in the fields: reply, delete.
    """

    code = "business_right_missing"


class ReplyWindowClosed(Conflict):
    """The channel lets us answer for a time after the customer's last message, and that is over.

    `reply_until` in the fields is when it ended.
    """

    code = "reply_window_closed"


class InvalidText(InvalidRequest):
    """The text is empty, too long for its channel, or holds characters that cannot be stored.

    `limit` in the fields is the most that the channel carries.
    """

    code = "invalid_text"


class InvalidReply(InvalidRequest):
    """A reply is text, or files with or without text, or one sticker, or one place."""

    code = "invalid_reply"


class FileNotSendable(InvalidRequest):
    """The channel does not carry this file.

    `file_id` and `kind` in the fields, and `limit` in bytes where the file is too large; without a
    limit the channel carries no files of that kind.
    """

    code = "file_not_sendable"


class ChannelCannotSend(InvalidRequest):
    """The channel carries no such thing; `kind` in the fields is `sticker` or `location`."""

    code = "channel_cannot_send"


class StickerNotFound(NotFound):
    """The conversation's channel account has no such sticker."""

    code = "sticker_not_found"


class UnknownDisposition(InvalidRequest):
    """There is no such disposition, or it is not in use any more."""

    code = "unknown_disposition"


class DraftChanged(Conflict):
    """Another device saved this draft meanwhile; `version` in the fields is the stored one."""

    code = "draft_changed"


class MessageNotRetryable(Conflict):
    """Only a message that failed, or whose fate is unknown, can be sent again.

    `delivery` in the fields is its present state.
    """

    code = "message_not_retryable"


class MessageNotOurs(Conflict):
    """Only what an agent has written to the customer can be changed."""

    code = "message_not_ours"


class MessageNotSent(Conflict):
    """A message can be changed once the channel has it.

    `delivery` in the fields is its present state.
    """

    code = "message_not_sent"


class MessageDeleted(Conflict):
    """The message is deleted, or about to be."""

    code = "message_deleted"


class MessageRevised(Conflict):
    """The message has other words meanwhile: read it again.

    `revision` in the fields is its present one.
    """

    code = "message_revised"


class ChangeUnderWay(Conflict):
    """The channel may have the change already: ask for another one instead."""

    code = "change_under_way"


class ChannelCannotChange(Conflict):
    """The channel cannot change a message that it has."""

    code = "channel_cannot_change"


class InvalidCursor(InvalidRequest):
    """This is not a place in the list: begin at its start."""

    code = "invalid_cursor"
