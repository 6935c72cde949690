"""What the stand-in knows, and its event log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from halfminute.sdk.model import kind_of, preview_text, read_parts
from tests.web.stand_in.channels import CHANNELS, LIMITS
from tests.web.stand_in.people import (
    FIRST_LINE,
    ME,
    ROAMING,
    Json,
    conversation,
    instant,
    make_account,
    message,
    rfc,
    rich_thread,
    text,
)
from tests.web.stand_in.samples import NADEZHDA, sample_thread
from tests.web.stand_in.sticker_sets import first_sets

DISPOSITIONS = [
    ("question_answered", "Question answered", "Ответили на вопрос"),
    ("service_changed", "Service or plan changed", "Изменили услугу или тариф"),
    ("fault_reported", "Fault reported", "Приняли сообщение о неполадке"),
    ("complaint", "Complaint", "Жалоба"),
    ("off_topic", "Off topic", "Не по теме"),
    ("no_reply", "Customer stopped replying", "Клиент перестал отвечать"),
    ("spam", "Spam", "Спам"),
]


def _queue(queue_id: str, name: str, **change: Any) -> Json:
    return {
        "id": queue_id,
        "name": name,
        "target_seconds": 30,
        "offer_timeout_seconds": 20,
        "wrap_up": "fixed",
        "wrap_up_seconds": 30,
        "is_pull_allowed": True,
        **change,
    }


@dataclass
class World:
    """All state; `record` appends to a stream and remembers the frame for replay."""

    user: Json = field(
        default_factory=lambda: {
            "id": ME,
            "name": "Анна Ковалёва",
            "email": "anna@svetlo.example",
            "language": "en",
        }
    )
    agent: Json = field(
        default_factory=lambda: {
            "id": ME,
            "name": "Анна Ковалёва",
            "team_id": None,
            "presence": "available",
            "presence_reason": "",
            "presence_changed_at": rfc(instant(600)),
            "capacity_units": 300,
            "load_units": 136,
            "queue_ids": [FIRST_LINE, ROAMING],
        }
    )
    queues: dict[str, Json] = field(
        default_factory=lambda: {
            FIRST_LINE: _queue(FIRST_LINE, "Первая линия"),
            ROAMING: _queue(ROAMING, "Роуминг", is_pull_allowed=False),
        }
    )
    conversations: dict[str, Json] = field(default_factory=dict)
    messages: dict[str, list[Json]] = field(default_factory=dict)
    offers: dict[str, Json] = field(default_factory=dict)
    drafts: dict[str, Json] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    # By id: the client's own id of it, and what is told of it.
    uploads: dict[str, Json] = field(default_factory=dict)
    log: dict[str, list[Json]] = field(default_factory=dict)
    permissions: list[str] = field(default_factory=lambda: ["conversation.reply", "file.upload"])
    accounts: list[Json] = field(default_factory=lambda: [make_account()])
    widgets: dict[str, Json] = field(default_factory=dict)
    # What the site calls a contact, and what it says of an address.
    subjects: list[str] = field(default_factory=list)
    said_of_address: Json = field(default_factory=dict)
    # What a test chooses of the wallboard's picture.
    wallboard: Json = field(default_factory=dict)
    is_live: bool = True
    failing: dict[str, int] = field(default_factory=dict)
    # How long a channel takes to change a message, and what it says instead, if anything.
    change_seconds: float = 0.25
    change_refusal: Json | None = None
    sticker_sets: list[Json] = field(default_factory=first_sets)
    typings: list[list[object]] = field(default_factory=list)

    def add(self, view: Json, messages: list[Json]) -> Json:
        self.conversations[view["id"]] = view
        self.messages[view["id"]] = messages
        if messages:
            self._show_last(view, messages[-1])
        return view

    def _show_last(self, view: Json, last: Json) -> None:
        parts = read_parts(last["parts"])
        view["last_message"] = {
            "id": last["id"],
            "direction": last["direction"],
            "author_kind": last["author_kind"],
            "kind": kind_of(parts),
            "preview": "" if last["deleted_at"] else preview_text(parts),
            "is_deleted": last["deleted_at"] is not None,
        }
        view["last_message_at"] = last["sent_at"]

    def seq(self, stream: str) -> int:
        return len(self.log.setdefault(stream, []))

    def record(self, event: str, streams: list[str], data: Json) -> list[Json]:
        frames = []
        for stream in streams:
            entries = self.log.setdefault(stream, [])
            frame = {
                "type": "event",
                "stream": stream,
                "seq": len(entries) + 1,
                "at": rfc(instant()),
                "event": event,
                "data": data,
            }
            entries.append(frame)
            frames.append(frame)
        return frames

    def put_message(self, event: str, new: Json) -> list[Json]:
        """Adds or replaces a message and tells its conversation's stream."""
        view = self.conversations[new["conversation_id"]]
        thread = self.messages[view["id"]]
        at = next((i for i, known in enumerate(thread) if known["id"] == new["id"]), None)
        if at is None:
            thread.append(new)
        else:
            thread[at] = new
        self._show_last(view, thread[-1])
        view["version"] += 1
        if event == "MessageReceived":
            view["awaiting"] = "agent"
            view["unanswered_since"] = view["unanswered_since"] or new["sent_at"]
        if event == "ReplyQueued":
            view["awaiting"] = "customer"
            view["unanswered_since"] = None
        data = {
            "conversation_id": view["id"],
            "message_id": new["id"],
            "conversation": dict(view),
            "message": dict(new),
        }
        return self.record(event, [f"conversation:{view['id']}"], data)

    def change(self, event: str, conversation_id: str, data: Json, **change: Any) -> list[Json]:
        """Changes a conversation and tells its three streams."""
        view = self.conversations[conversation_id]
        view.update(change)
        view["version"] += 1
        streams = [f"conversation:{conversation_id}", f"queue:{view['queue_id']}", f"agent:{ME}"]
        data = {"conversation_id": conversation_id, "conversation": dict(view), **data}
        return self.record(event, streams, data)

    def waiting(self, queue_id: str) -> list[Json]:
        views = [
            view
            for view in self.conversations.values()
            if view["state"] in {"queued", "offered"} and view["queue_id"] == queue_id
        ]
        return sorted(views, key=lambda view: str(view["queued_at"]))

    def desk(self) -> Json:
        own = [
            view
            for view in self.conversations.values()
            if view["agent_id"] == ME and view["state"] in {"active", "wrap_up"}
        ]
        streams = [f"agent:{ME}", *(f"queue:{queue_id}" for queue_id in self.queues)]
        streams += [f"conversation:{view['id']}" for view in own]
        queues = []
        for queue_id, queue in self.queues.items():
            waiting = self.waiting(queue_id)
            longest = waiting[0]["queued_at"] if waiting else None
            queues.append(
                {**queue, "waiting_count": len(waiting), "longest_waiting_since": longest}
            )
        return {
            "user": self.user,
            "agent": self.agent,
            "queues": queues,
            "conversations": own,
            "offers": [
                {**offer, "conversation": self.conversations[offer["conversation_id"]]}
                for offer in self.offers.values()
                if offer["state"] == "pending"
            ],
            "consults": [],
            "dispositions": [
                {"code": code, "labels": {"en": en, "ru": ru}} for code, en, ru in DISPOSITIONS
            ],
            "reads": self.reads,
            "drafts": self.drafts,
            "channels": CHANNELS,
            **LIMITS,
            "streams": {stream: self.seq(stream) for stream in streams},
            "server_time": rfc(instant()),
        }


def _talk(world: World, view: Json, *lines: tuple[str, float, str]) -> Json:
    return world.add(view, [message(view, who, ago, text(words)) for who, ago, words in lines])


def _add_waiting(world: World) -> None:
    for index, (name, waits, words) in enumerate(
        [
            ("Егор", 74, "Не приходит код подтверждения, уже третий раз"),
            ("Amélie Laurent", 41, "My eSIM says it is already used"),
            ("Пётр Алексеевич", 22, "Почему интернет подорожал?"),
            ("Лена 🌿", 6, "Привет! Какая завтра погода?"),
        ]
    ):
        queued = conversation(name, "queued", waits, queue_id=FIRST_LINE if index else ROAMING)
        _talk(world, queued, ("in", waits, words))


def make_world() -> World:
    """A shift in the middle of the day."""
    world = World()
    maria = conversation("Мария Соколова", "active", 40)
    maria["address"]["username"] = "maria_s"
    rich = rich_thread(maria)
    world.add(maria, rich)
    world.reads[maria["id"]] = rich[-3]["id"]
    _talk(
        world,
        conversation("Oliver Brandt", "active", 12, channel_account_name="@svetlo_world_bot"),
        ("in", 80, "Hi! I am landing in Tbilisi tomorrow. How much is a gigabyte there?"),
        ("out", 60, "Hello Oliver! One moment, I am looking at your plan."),
        ("in", 12, "Thank you. And does it work in Armenia as well?"),
    )
    viber = conversation("Тарас Гнатюк", "active", 95, channel_kind="viber")
    viber["contact"]["language"] = "uk"
    _talk(world, viber, ("in", 95, "Добрий день, списали 90 гривень двічі. Поверніть, будь ласка."))
    answered = conversation("Ильдар Хасанов", "active", None, reopened_count=2)
    _talk(
        world,
        answered,
        ("in", 700, "А стихами про тариф сможете?"),
        ("out", 640, "Гигабайты не кончались, мы с друзьями не прощались 🙂"),
    )
    sender = conversation(NADEZHDA, "active", None)
    world.add(sender, sample_thread(sender))
    wrap_up = conversation(
        "Вера Павловна Константинопольская-Задунайская",
        "wrap_up",
        None,
        is_solved=True,
        disposition_code="question_answered",
        wrap_up_at=rfc(instant(8)),
        wrap_up_seconds=600,
    )
    _talk(world, wrap_up, ("in", 300, "Спасибо, всё работает!"), ("out", 200, "Рады помочь!"))
    _add_waiting(world)
    return world


def earlier_conversations(world: World, contact: Json) -> list[Json]:
    """Two closed matters of the same contact, made at the first look."""
    views = world.conversations.values()
    known = [view for view in views if view["contact"]["id"] == contact["id"]]
    if len(known) > 1 or contact["name"] not in {"Мария Соколова", "Ильдар Хасанов"}:
        return known
    for days, is_solved, code in ((12, True, "service_changed"), (63, False, "complaint")):
        ago = days * 86_400.0
        view = conversation(
            contact["name"],
            "closed",
            None,
            contact=contact,
            agent_id=ME,
            opened_at=rfc(instant(ago)),
            closed_at=rfc(instant(ago - 300)),
            is_solved=is_solved,
            disposition_code=code,
        )
        _talk(
            world,
            view,
            ("in", ago, "Хочу перейти на тариф «Ясный»."),
            ("out", ago - 40, "Готово, с первого числа он ваш."),
        )
        known.append(view)
    return known
