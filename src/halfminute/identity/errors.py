"""What can be wrong with who one is."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, Forbidden, InvalidRequest, NotSignedIn


class WrongCredentials(NotSignedIn):
    """The e-mail address or the password is wrong."""

    code = "wrong_credentials"


class EmailTaken(Conflict):
    """Another user has this e-mail address."""

    code = "email_taken"


class UnfitPassword(InvalidRequest):
    """A password has 10 to 256 characters."""

    code = "unfit_password"


class ApiTokenNameTaken(Conflict):
    """Another API token in use has this name: revoke it first, or choose another."""

    code = "api_token_name_taken"


class UnknownTokenPermission(InvalidRequest):
    """An API token cannot be given this permission."""

    code = "unknown_token_permission"


class ForeignOrigin(Forbidden):
    """This request comes from another site's page."""

    code = "foreign_origin"


class WrongToken(NotSignedIn):
    """The token is not valid, or no longer."""

    code = "wrong_token"
