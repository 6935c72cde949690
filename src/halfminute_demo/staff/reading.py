"""How a simulated agent understands what a customer wrote, and finds fitting words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from halfminute_demo.data_files import read_data
from halfminute_demo.people import LANGUAGES

_ASK_LIKELIHOOD: Final = 0.5


@dataclass(frozen=True, slots=True)
class Topic:
    """A matter as agents know it: the stems it is heard by, and what they ask and say then."""

    name: str
    disposition: str
    hears: tuple[str, ...]
    asks: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replies:
    """All that agents say in one language. `{name}` is the customer's."""

    greetings: tuple[str, ...]
    partings: tuple[str, ...]
    more: tuple[str, ...]
    unclear: tuple[str, ...]
    stickers: tuple[str, ...]
    goodbyes: tuple[str, ...]
    thanks: tuple[str, ...]
    topics: tuple[Topic, ...]

    def find_topic(self, words: str) -> Topic | None:
        """The topic whose stems are heard most often, of equals the first; None for none."""
        heard = words.lower()
        scored = [(sum(stem in heard for stem in topic.hears), topic) for topic in self.topics]
        score, topic = max(scored, key=lambda pair: pair[0])
        return topic if score else None

    def is_thanks(self, words: str) -> bool:
        """Whether the customer has what they came for."""
        heard = words.lower()
        return "?" not in heard and any(stem in heard for stem in self.thanks)


@cache
def replies(language: str) -> Replies:
    """What is said in a language; in English where ours do not speak it."""
    told = read_data(f"replies/{language if language in LANGUAGES else 'en'}.toml")
    words = {name: tuple(said) for name, said in told.items() if name != "topic"}
    topics = tuple(
        Topic(
            name=each["name"],
            disposition=each["disposition"],
            hears=tuple(each["hears"]),
            asks=tuple(each.get("asks", ())),
            says=tuple(each["says"]),
        )
        for each in told["topic"]
    )
    return Replies(**words, topics=topics)


@dataclass(slots=True)
class Talk:
    """One conversation in the agent's head: what it is about, and what was said already."""

    replies: Replies
    name: str
    chance: Random
    topic: Topic | None = None
    has_greeted: bool = False
    has_asked: bool = False
    is_answered: bool = False
    is_over: bool = False

    def reply_to(self, words: str) -> str:
        """What to say to all that the customer wrote since the last reply."""
        self.is_over = False
        said = self._matter(words)
        if not self.has_greeted:
            self.has_greeted = True
            said = f"{self.chance.choice(self.replies.greetings)} {said}"
        return said.replace("{name}", self.name)

    def part(self) -> str:
        """What to say to thanks."""
        self.is_over = True
        return self.chance.choice(self.replies.partings).replace("{name}", self.name)

    def give_up(self) -> str:
        """What to say to who has fallen silent."""
        return self.chance.choice(self.replies.goodbyes)

    def _matter(self, words: str) -> str:
        self.topic = self.topic or self.replies.find_topic(words)
        if self.topic is None:
            return self.chance.choice(self.replies.unclear if words else self.replies.stickers)
        if self.is_answered:
            return self.chance.choice(self.replies.more)
        if not self.has_asked and self.topic.asks and self.chance.random() < _ASK_LIKELIHOOD:
            self.has_asked = True
            return self.chance.choice(self.topic.asks)
        self.is_answered = True
        return self.chance.choice(self.topic.says)
