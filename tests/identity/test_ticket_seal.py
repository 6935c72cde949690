"""What a ticket says can be read by anybody and written by nobody but us."""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID, uuid4

import jwt
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute.identity.errors import WrongToken
from halfminute.identity.ticket_seal import Ticket, TicketSeal
from halfminute.identity.tokens import CONVERSATION_AUDIENCE, Tokens

KEY = b"k" * 32
SEAL = TicketSeal(KEY)


def ticket(*, ends_in: float = 60.0, origin: str | None = None) -> Ticket:
    return Ticket(UUID(int=1), UUID(int=2), time.time() + ends_in, "visitor.mark", origin)


def test_what_is_sealed_is_read_again() -> None:
    sealed = ticket(origin="https://desk.example")

    assert SEAL.read(SEAL.seal(sealed)) == sealed


@given(place=st.integers(0), bit=st.integers(0, 7))
def test_whatever_is_changed_in_it_makes_it_none(place: int, bit: int) -> None:
    sealed = bytearray(urlsafe_b64decode(SEAL.seal(ticket())))
    sealed[place % len(sealed)] ^= 1 << bit

    assert SEAL.read(urlsafe_b64encode(sealed).decode()) is None


@given(
    st.text(max_size=1100) | st.binary(max_size=700).map(lambda b: urlsafe_b64encode(b).decode())
)
def test_what_anybody_makes_up_is_none(text: str) -> None:
    assert SEAL.read(text) is None


def test_one_of_another_installation_is_none() -> None:
    assert SEAL.read(TicketSeal(b"z" * 32).seal(ticket())) is None


def test_what_another_version_has_sealed_is_none() -> None:
    body = msgspec.msgpack.encode(["only", "two"])

    assert SEAL.read(urlsafe_b64encode(SEAL._mac(body) + body).decode()) is None


def test_a_ticket_of_the_former_form_does_not_become_a_token_for_many_uses() -> None:
    tokens = Tokens(KEY)
    claims = {
        "aud": CONVERSATION_AUDIENCE,
        "sub": str(uuid4()),
        "jti": str(uuid4()),
        "exp": time.time() + 60,
    }
    assert tokens.read_conversation_token(jwt.encode(claims, tokens._key, algorithm="HS256"))

    with pytest.raises(WrongToken):
        tokens.read_conversation_token(
            jwt.encode(claims | {"once": True}, tokens._key, algorithm="HS256")
        )


def test_one_that_has_expired_is_no_token() -> None:
    tokens = Tokens(KEY)
    with pytest.raises(WrongToken):
        tokens.read_conversation_token(SEAL.seal(ticket(ends_in=-1)))

    assert tokens.read_conversation_token(SEAL.seal(ticket(ends_in=30))).is_ticket


def test_the_ticket_of_nobody_is_followed_by_none() -> None:
    tokens = Tokens(KEY)
    fetched = tokens.read_conversation_token(tokens.issue_ticket(uuid4()))

    with pytest.raises(ValueError, match="holder"):
        tokens.issue_come_back_ticket(fetched, "https://desk.example")


def test_a_come_back_ticket_says_who_may_come_from_where_to_what() -> None:
    tokens, conversation_id = Tokens(KEY), uuid4()
    fetched = tokens.read_conversation_token(tokens.issue_ticket(conversation_id, "visitor.mark"))

    text = tokens.issue_come_back_ticket(fetched, "https://desk.example")

    read = tokens.read_conversation_token(text)
    assert (read.holder, read.origin) == ("visitor.mark", "https://desk.example")
    assert read.principal.conversation_id == conversation_id
    assert read.id != fetched.id
    assert len(msgspec.json.encode(text)) < 300
