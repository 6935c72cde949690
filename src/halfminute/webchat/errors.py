"""What web chat refuses, and why."""

from __future__ import annotations

from halfminute.kit.errors import (
    InvalidRequest,
    NotFound,
    NotSignedIn,
    RequestError,
    TooManyRequests,
)


class WidgetNotFound(NotFound):
    """There is no such widget, or it is switched off."""

    code = "widget_not_found"


class InvalidWidget(InvalidRequest):
    """The settings of the widget are wrong: `problems` names the fields, each with a code."""

    code = "invalid_widget"


class UnknownVersion(NotFound):
    """No such version of the widget's loader was ever fixed."""

    code = "unknown_version"


class UnknownVisitor(NotSignedIn):
    """The visitor's token is none, or has ended: begin a visit."""

    code = "unknown_visitor"


class NothingSaid(NotFound):
    """The visitor has not written yet, so there is no conversation."""

    code = "nothing_said"


class EmptyMessage(InvalidRequest):
    """A message needs words."""

    code = "empty_message"


class StickerNotOffered(NotFound):
    """The widget offers its visitors no such sticker."""

    code = "sticker_not_offered"


class StickerNotAlone(InvalidRequest):
    """A sticker goes without words and without files."""

    code = "sticker_not_alone"


class TooManyMessages(TooManyRequests):
    """The visitor writes faster than a person can: wait."""

    code = "too_many_messages"


class TooManyDeeds(TooManyRequests):
    """The visitor asks for this more often than a person would: wait."""

    code = "too_many_deeds"


class TooManyVisits(TooManyRequests):
    """Too many visits begin from one place: wait."""

    code = "too_many_visits"


class SignInRefused(NotSignedIn):
    """The site's word on who its user is was not believed; the code says why."""

    code = "sign_in_refused"


class SignInOff(SignInRefused):
    """The widget has no key for sign-in yet: make one first."""

    code = "sign_in_off"


class SiteTokenTooLarge(SignInRefused):
    """A token of a site's has 4096 characters at most."""

    code = "site_token_too_large"


class SiteTokenMalformed(SignInRefused):
    """The token is no JSON Web Token, or one of its claims is not of the right shape."""

    code = "site_token_malformed"


class WrongAlgorithm(SignInRefused):
    """The token's header names another algorithm than the widget's key has."""

    code = "wrong_algorithm"


class WrongSignature(SignInRefused):
    """The token was signed with another key, or was changed afterwards."""

    code = "wrong_signature"


class SiteTokenExpired(SignInRefused):
    """The token's `exp` is past: make one whenever it is asked for."""

    code = "site_token_expired"


class SiteTokenNotYetValid(SignInRefused):
    """The token's `iat` or `nbf` is to come: the clock of the site's server is ahead of ours."""

    code = "site_token_not_yet_valid"


class SiteTokenTooLongLived(SignInRefused):
    """Between `iat` and `exp` there may be 900 seconds at most."""

    code = "site_token_too_long_lived"


class WrongAudience(SignInRefused):
    """The token's `aud` is not this widget's number."""

    code = "wrong_audience"


class MissingClaim(SignInRefused):
    """The token has not all of `aud`, `sub`, `iat`, `exp` and `jti`."""

    code = "missing_claim"


class SiteTokenUsed(SignInRefused):
    """The token's `jti` was used before: a token is good for one sign-in."""

    code = "site_token_used"


class TooManySignIns(TooManyRequests):
    """Too many sign-ins come from one place: wait."""

    code = "too_many_sign_ins"


class TooManyLinks(TooManyRequests):
    """The visitor asks for more links than a person presses: wait."""

    code = "too_many_links"


class NowhereToContinue(NotFound):
    """No channel account is connected to which a link leads."""

    code = "nowhere_to_continue"


class UnknownSignInKey(NotFound):
    """The widget has no such key, or it counts no more."""

    code = "unknown_sign_in_key"


class WrongPublicKey(InvalidRequest):
    """Not a public Ed25519 key in PEM."""

    code = "wrong_public_key"


class TooManyFiles(TooManyRequests):
    """Too many files come from one place: wait."""

    code = "too_many_files"


class RefusedFile(RequestError):
    """What could run on the computer of whoever opens it is taken from nobody."""

    code = "refused_file"
    status = 415


class TooManyTickets(TooManyRequests):
    """The visitor connects again and again: wait."""

    code = "too_many_tickets"
