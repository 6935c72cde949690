"""The only way out to an address that a stranger has named: a link in a message, a file by URL.

Whoever may name an address can otherwise have us ask our own machines (server-side request
forgery). What is asked for is read strictly (`targets`), its name is resolved here and each address
checked (`addresses`), and the connection goes to the address that was checked, never to the name
again (`connecting`): a name that answers differently the second time changes nothing. Every
redirect goes the same way. No cookies, no proxy, no credentials; time and size are limited
(`client`).

What an administrator names (a Bot API server, a database) does not go this way: it may be private.
"""

from halfminute.kit.http.egress.client import Answer, Egress, Fetched, Limits
from halfminute.kit.http.egress.errors import AnswerTooLarge, EgressFailed, EgressRefused

__all__ = [
    "Answer",
    "AnswerTooLarge",
    "Egress",
    "EgressFailed",
    "EgressRefused",
    "Fetched",
    "Limits",
]
