"""What can be wrong with a channel account."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, InvalidRequest, NotFound


class ChannelAccountNotFound(NotFound):
    """There is no such channel account."""

    code = "channel_account_not_found"


class UnknownChannelKind(InvalidRequest):
    """No plug-in of this installation speaks this kind of channel."""

    code = "unknown_channel_kind"


class UnknownInboundMode(InvalidRequest):
    """This kind of channel does not bring its messages this way."""

    code = "unknown_inbound_mode"


class UnknownQueue(InvalidRequest):
    """There is no such queue."""

    code = "unknown_queue"


class NoSecret(InvalidRequest):
    """Only the secret fields of the account's form are replaced, and at least one.

    `fields` are those; `field` is one that is not.
    """

    code = "no_secret"


class AnotherAccount(InvalidRequest):
    """These secrets are of another account at the provider: connect that one beside this.

    `present` and `given` in the fields say which is which.
    """

    code = "another_account"


class AccountChanged(Conflict):
    """Somebody else changed the account meanwhile: look at it again."""

    code = "account_changed"
