"""How erasures are claimed by who finishes them."""

from __future__ import annotations

from typing import Final

from halfminute.contacts import tables
from halfminute.kit.claimed_rows import Claim

# Longer than one takes, and no harm where it takes longer: what two do at once is done twice.
_LEASE_SECONDS: Final = 120.0

ERASURES: Final = Claim(tables.CLAIM_ERASURES, tables.SECONDS_TO_NEXT_ERASURE, _LEASE_SECONDS, 2)
