"""What can be wrong with a request about a contact."""

from __future__ import annotations

from halfminute.kit.errors import NotFound


class ContactNotFound(NotFound):
    """There is no such contact, or it is not yours to see."""

    code = "contact_not_found"
