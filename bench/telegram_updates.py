"""One sound update of Telegram of every kind, for benches and plays that begin with such.

The shapes are those of the Bot API's reference (https://core.telegram.org/bots/api).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

Json = dict[str, Any]

DATE: Final = 1_795_780_800
ANNA: Final[Json] = {
    "id": 7,
    "is_bot": False,
    "first_name": "Анна",
    "last_name": "Ким",
    "username": "anna_kim",
    "language_code": "kk",
}
BOT: Final[Json] = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "a_bot"}
CHAT: Final[Json] = {"id": 7, "type": "private", "first_name": "Анна", "last_name": "Ким"}
GROUP: Final[Json] = {"id": -1001, "type": "supergroup", "title": "Соседи"}
_CHANNEL: Final[Json] = {"id": -1005, "type": "channel", "title": "Новости сети"}
_FILE: Final[Json] = {"file_id": "AgAD", "file_unique_id": "AQAD", "file_size": 4096}
_PICTURE: Final[Json] = {**_FILE, "width": 90, "height": 120}
_PLACE: Final[Json] = {"latitude": 43.238949, "longitude": 76.889709, "horizontal_accuracy": 15.5}
_TASK: Final[Json] = {"id": 1, "text": "Перезагрузить роутер"}
_GIFT: Final[Json] = {"id": "g", "sticker": {**_PICTURE, "type": "custom_emoji"}, "star_count": 5}
_UNIQUE: Final[Json] = {"base_name": "Cup", "name": "Cup-1", "number": 1}
_BOLD: Final[Json] = {"type": "bold", "offset": 3, "length": 6}
_LINK: Final[Json] = {"type": "text_link", "offset": 0, "length": 2, "url": "https://example.org"}

# What customers send, and we show.
SHOWN: Final[dict[str, Json]] = {
    "text": {"text": "👍 Привет, нет связи", "entities": [_BOLD, _LINK]},
    "photo": {"photo": [_PICTURE, {**_PICTURE, "width": 720, "height": 960}], "caption": "вот"},
    "live_photo": {"live_photo": {**_PICTURE, "duration": 3}, "photo": [_PICTURE]},
    "animation": {"animation": {**_PICTURE, "duration": 3}, "document": _FILE},
    "audio": {"audio": {**_FILE, "duration": 200, "title": "Гудок", "mime_type": "audio/mpeg"}},
    "document": {
        "document": {**_FILE, "file_name": "договор.pdf", "mime_type": "application/pdf"},
        "caption": "👍 договор",
        "caption_entities": [_BOLD],
    },
    "video": {"video": {**_PICTURE, "duration": 9, "mime_type": "video/mp4"}},
    "video_note": {"video_note": {**_FILE, "length": 240, "duration": 4}},
    "voice": {"voice": {**_FILE, "duration": 12, "mime_type": "audio/ogg"}},
    "sticker": {
        "sticker": {
            **_PICTURE,
            "type": "regular",
            "is_animated": True,
            "is_video": False,
            "emoji": "😂",
            "set_name": "Cats",
            "thumbnail": _PICTURE,
        }
    },
    "location": {"location": {**_PLACE, "live_period": 900, "heading": 90}},
    "venue": {
        "venue": {"location": _PLACE, "title": "Салон связи", "address": "пр. Абая, 10"},
        "location": _PLACE,
    },
    "contact": {"contact": {"phone_number": "+77010000001", "first_name": "Анна", "user_id": 7}},
    "poll": {
        "poll": {
            "id": "5",
            "question": "Какой тариф?",
            "options": [{"text": "Лайт", "voter_count": 2}, {"text": "Макс", "voter_count": 1}],
            "total_voter_count": 3,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
}

# All else that a message may be (Bot API 10.3).
NOT_SHOWN: Final[dict[str, Json]] = {
    "paid_media": {"paid_media": {"star_count": 5, "paid_media": []}},
    "story": {"story": {"chat": CHAT, "id": 3}},
    "checklist": {"checklist": {"title": "Шаги", "tasks": [_TASK]}},
    "rich_message": {"rich_message": {"blocks": [{"type": "paragraph", "text": "Шаги"}]}},
    "game": {"game": {"title": "Змейка", "description": "-", "photo": [_PICTURE]}},
    "invoice": {"invoice": {"title": "Счёт", "currency": "KZT", "total_amount": 100}},
    "successful_payment": {"successful_payment": {"currency": "KZT", "total_amount": 100}},
    "refunded_payment": {"refunded_payment": {"currency": "XTR", "total_amount": 1}},
    "users_shared": {"users_shared": {"request_id": 1, "users": [{"user_id": 8}]}},
    "user_shared": {"user_shared": {"request_id": 1, "user_id": 8}},
    "chat_shared": {"chat_shared": {"request_id": 1, "chat_id": -1001}},
    "gift": {"gift": {"gift": _GIFT, "owned_gift_id": "o"}},
    "unique_gift": {"unique_gift": {"gift": _UNIQUE, "origin": "upgrade"}},
    "gift_upgrade_sent": {"gift_upgrade_sent": {"gift": _GIFT}},
    "connected_website": {"connected_website": "example.org"},
    "write_access_allowed": {"write_access_allowed": {"from_request": True}},
    "passport_data": {"passport_data": {"data": [], "credentials": {"data": "d"}}},
    "web_app_data": {"web_app_data": {"data": "{}", "button_text": "Анкета"}},
    "proximity_alert_triggered": {
        "proximity_alert_triggered": {"traveler": ANNA, "watcher": BOT, "distance": 30}
    },
    "pinned_message": {
        "pinned_message": {"message_id": 3, "date": DATE, "chat": CHAT, "text": "важно"}
    },
    "message_auto_delete_timer_changed": {
        "message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}
    },
    "chat_background_set": {"chat_background_set": {"type": {"type": "chat_theme"}}},
    "checklist_tasks_done": {"checklist_tasks_done": {"marked_as_done_task_ids": [1]}},
    "checklist_tasks_added": {"checklist_tasks_added": {"tasks": [_TASK]}},
    "poll_option_added": {"poll_option_added": {"option_text": "Макс+"}},
    "poll_option_deleted": {"poll_option_deleted": {"option_text": "Макс+"}},
    "managed_bot_created": {"managed_bot_created": {"bot": BOT}},
    "new_chat_members": {"new_chat_members": [BOT]},
    "left_chat_member": {"left_chat_member": BOT},
    "new_chat_title": {"new_chat_title": "Соседи"},
    "new_chat_photo": {"new_chat_photo": [_PICTURE]},
    "delete_chat_photo": {"delete_chat_photo": True},
    "group_chat_created": {"group_chat_created": True},
    "supergroup_chat_created": {"supergroup_chat_created": True},
    "channel_chat_created": {"channel_chat_created": True},
    "migrate_to_chat_id": {"migrate_to_chat_id": -1001},
    "migrate_from_chat_id": {"migrate_from_chat_id": -5},
    "boost_added": {"boost_added": {"boost_count": 1}},
    "chat_owner_changed": {"chat_owner_changed": {"new_owner": ANNA}},
    "chat_owner_left": {"chat_owner_left": {"new_owner": ANNA}},
    "community_chat_added": {"community_chat_added": {"chat": GROUP}},
    "community_chat_joined": {"community_chat_joined": {"chat": GROUP}},
    "community_chat_removed": {"community_chat_removed": {"chat": GROUP}},
    "direct_message_price_changed": {
        "direct_message_price_changed": {"are_direct_messages_enabled": True}
    },
    "paid_message_price_changed": {"paid_message_price_changed": {"paid_message_star_count": 1}},
    "suggested_post_approved": {"suggested_post_approved": {"send_date": DATE}},
    "suggested_post_approval_failed": {"suggested_post_approval_failed": {"price": {"amount": 1}}},
    "suggested_post_declined": {"suggested_post_declined": {"comment": "нет"}},
    "suggested_post_paid": {"suggested_post_paid": {"currency": "XTR", "amount": 1}},
    "suggested_post_refunded": {"suggested_post_refunded": {"reason": "post_deleted"}},
    "forum_topic_created": {"forum_topic_created": {"name": "Тема", "icon_color": 1}},
    "forum_topic_edited": {"forum_topic_edited": {"name": "Тема"}},
    "forum_topic_closed": {"forum_topic_closed": {}},
    "forum_topic_reopened": {"forum_topic_reopened": {}},
    "general_forum_topic_hidden": {"general_forum_topic_hidden": {}},
    "general_forum_topic_unhidden": {"general_forum_topic_unhidden": {}},
    "giveaway_created": {"giveaway_created": {"prize_star_count": 1}},
    "giveaway": {"giveaway": {"chats": [_CHANNEL], "winner_count": 1}},
    "giveaway_winners": {"giveaway_winners": {"chat": _CHANNEL, "winners": [ANNA]}},
    "giveaway_completed": {"giveaway_completed": {"winner_count": 1}},
    "video_chat_scheduled": {"video_chat_scheduled": {"start_date": DATE}},
    "video_chat_started": {"video_chat_started": {}},
    "video_chat_ended": {"video_chat_ended": {"duration": 5}},
    "video_chat_participants_invited": {"video_chat_participants_invited": {"users": [ANNA]}},
}

CONTENTS: Final[dict[str, Json]] = {**SHOWN, **NOT_SHOWN}

ORIGINS: Final[dict[str, Json]] = {
    "user": {"type": "user", "date": DATE, "sender_user": ANNA},
    "hidden_user": {"type": "hidden_user", "date": DATE, "sender_user_name": "Сосед"},
    "chat": {"type": "chat", "date": DATE, "sender_chat": GROUP, "author_signature": "admin"},
    "channel": {"type": "channel", "date": DATE, "chat": _CHANNEL, "message_id": 3},
}


def message(**content: Any) -> Json:
    """A message of Anna's in her private chat, unless `content` says otherwise."""
    return {"message_id": 41, "from": ANNA, "chat": CHAT, "date": DATE, **content}


def list_updates() -> list[Json]:
    """Sound updates without numbers, each a copy of its own."""
    return [copy.deepcopy(each) for each in _updates()]


def _updates() -> Iterator[Json]:
    for content in CONTENTS.values():
        yield {"message": message(**content)}
    for content in SHOWN.values():
        yield {"edited_message": message(**content, edit_date=DATE + 60)}
    for origin in ORIGINS.values():
        yield {"message": message(text="Нет связи", forward_origin=origin)}
        yield {"message": message(text="А это?", external_reply={"origin": origin})}
    replied = message(message_id=40, text="Какой у вас тариф?")
    quote = {"text": "тариф", "position": 11}
    yield {"message": message(text="Лайт", reply_to_message=replied, quote=quote)}
    yield {"message": message(text="/start site_7")}
    for number in (51, 52, 53):
        picture = {**_PICTURE, "file_id": f"AgAD{number}", "file_unique_id": f"AQAD{number}"}
        yield {"message": message(photo=[picture], media_group_id="1", message_id=number)}
    yield {"message": message(text="тсс", message_id=0, ephemeral_message_id=12)}
    yield {"message": message(text="всем привет", chat=GROUP)}
    yield {"channel_post": {"message_id": 3, "date": DATE, "chat": _CHANNEL, "text": "новость"}}
    yield from _changes()


def _changes() -> Iterator[Json]:
    reaction = {"type": "emoji", "emoji": "👍"}
    told = {"chat": CHAT, "message_id": 41, "user": ANNA, "date": DATE}
    yield {"message_reaction": {**told, "old_reaction": [], "new_reaction": [reaction]}}
    yield {"message_reaction": {**told, "old_reaction": [reaction], "new_reaction": []}}
    yield from _presses()
    for chat in (CHAT, GROUP):
        for status in ("kicked", "member"):
            yield {
                "my_chat_member": {
                    "chat": chat,
                    "from": ANNA,
                    "date": DATE,
                    "old_chat_member": {"user": BOT, "status": "member"},
                    "new_chat_member": {"user": BOT, "status": status, "until_date": 0},
                }
            }


def _presses() -> Iterator[Json]:
    keyboard = {"inline_keyboard": [[{"text": "Да, помогло", "callback_data": "yes"}]]}
    asked = message(message_id=30, text="Помогло?", reply_markup=keyboard, **{"from": BOT})
    pressed = {"id": "4382", "from": ANNA, "chat_instance": "1", "data": "yes"}
    yield {"callback_query": {**pressed, "message": asked}}
    yield {"callback_query": {**pressed, "message": {"chat": CHAT, "message_id": 30, "date": 0}}}
    yield {"callback_query": {**pressed, "inline_message_id": "AAA"}}
