"""Reads what a site's back end says of its signed-in user: a short-lived JSON Web Token (RFC 7519).

The algorithm is the key's, never the token's choice (RFC 8725, 3.1): a token that names another is
refused before any key is tried, so neither `none` nor an HMAC under a public key proves anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias
from uuid import UUID

import jwt
import msgspec

from halfminute.contacts.types import SiteWord
from halfminute.kit.text import STORABLE
from halfminute.webchat import errors

Algorithm: TypeAlias = Literal["HS256", "EdDSA"]

LONGEST_TOKEN: Final = 4096
LONGEST_LIFE_SECONDS: Final = 900
# The site's clock and ours are not the same.
SKEW_SECONDS: Final = 60
_REQUIRED: Final = ("aud", "exp", "iat", "jti", "sub")
_LANGUAGE: Final = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"


class VerifyingKey(NamedTuple):
    """What a widget believes: a shared secret for HS256, a public key (PEM) for EdDSA.

    `id` of one that is stored.
    """

    algorithm: Algorithm
    key: str
    id: UUID | None = None


class SiteToken(NamedTuple):
    """A token that is believed; `id` may be shown once, and counts until `expires_at` (epoch).

    `key_id`: with which key it was signed.
    """

    id: str
    expires_at: float
    said: SiteWord
    key_id: UUID | None = None


_Word: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=STORABLE)]


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    sub: _Word
    jti: _Word
    iat: float
    exp: float
    name: Annotated[str, msgspec.Meta(max_length=300, pattern=STORABLE)] | None = None
    language: Annotated[str, msgspec.Meta(max_length=35, pattern=_LANGUAGE)] | None = None


def read_site_token(token: str, widget_id: UUID, keys: Sequence[VerifyingKey]) -> SiteToken:
    """What the site says. Raises a SignInRefused that tells its developer what to mend."""
    if len(token) > LONGEST_TOKEN:
        raise errors.SiteTokenTooLarge
    if not keys:
        raise errors.SignInOff
    key, decoded = _decode(token, widget_id, keys)
    claims = _convert(decoded)
    # Also not a number is none of these.
    if not 0 < claims.exp - claims.iat <= LONGEST_LIFE_SECONDS:
        raise errors.SiteTokenTooLongLived(most_seconds=LONGEST_LIFE_SECONDS)
    said = SiteWord(claims.sub, " ".join((claims.name or "").split()) or None, claims.language)
    return SiteToken(claims.jti, claims.exp, said, key.id)


def _decode(
    token: str, widget_id: UUID, keys: Sequence[VerifyingKey]
) -> tuple[VerifyingKey, Mapping[str, Any]]:
    try:
        named = jwt.get_unverified_header(token).get("alg")
    except jwt.InvalidTokenError:
        raise errors.SiteTokenMalformed from None
    usable = [each for each in keys if each.algorithm == named]
    if not usable:
        raise errors.WrongAlgorithm(expected=sorted({each.algorithm for each in keys}))
    for each in usable[:-1]:
        try:
            return each, _verify(token, widget_id, each)
        except errors.WrongSignature:
            continue
    return usable[-1], _verify(token, widget_id, usable[-1])


def _verify(token: str, widget_id: UUID, key: VerifyingKey) -> Mapping[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm],
            audience=str(widget_id),
            leeway=SKEW_SECONDS,
            options={"require": list(_REQUIRED), "strict_aud": True},
        )
    except jwt.MissingRequiredClaimError as error:
        raise errors.MissingClaim(claim=error.claim) from None
    except jwt.PyJWTError as error:
        raise _refusal_of(error) from None
    except (OverflowError, TypeError, ValueError):
        # Of a number that is none, such as infinity.
        raise errors.SiteTokenMalformed from None
    return claims


# The first that fits: some of PyJWT's errors are kinds of others.
_REFUSALS: Final[tuple[tuple[type[Exception], Callable[[], Exception]], ...]] = (
    (jwt.ExpiredSignatureError, errors.SiteTokenExpired),
    (jwt.ImmatureSignatureError, errors.SiteTokenNotYetValid),
    (jwt.InvalidAudienceError, errors.WrongAudience),
    (jwt.InvalidAlgorithmError, errors.WrongAlgorithm),
    (jwt.InvalidSignatureError, errors.WrongSignature),
)


def _refusal_of(error: Exception) -> Exception:
    for kind, make in _REFUSALS:
        if isinstance(error, kind):
            return make()
    return errors.SiteTokenMalformed()


def _convert(claims: Mapping[str, Any]) -> _Claims:
    try:
        return msgspec.convert(dict(claims), _Claims)
    except msgspec.ValidationError as error:
        raise errors.SiteTokenMalformed(str(error)) from None
