"""What can be wrong with a request about a contact."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, InvalidRequest, NotFound


class ContactNotFound(NotFound):
    """There is no such contact, or it is not yours to see."""

    code = "contact_not_found"


class ContactLinkNotFound(NotFound):
    """There is no such link of this channel account, or another made it."""

    code = "contact_link_not_found"


class LinksUnsupported(InvalidRequest):
    """Nobody comes to this channel by a link."""

    code = "links_unsupported"


class AccountUnnamed(Conflict):
    """The provider has not told yet what it calls the account: ask again in a minute."""

    code = "account_unnamed"


class ReturnDataTooLarge(InvalidRequest):
    """`return_data` has 4096 bytes of JSON at most."""

    code = "return_data_too_large"


class ContactErased(Conflict):
    """The contact is erased: nothing can be written to it, or of it."""

    code = "contact_erased"


class ErasureNotConfirmed(InvalidRequest):
    """Type the contact's name as it stands: an erasure cannot be undone."""

    code = "erasure_not_confirmed"
