"""The short form of the bench of take-overs: the leader goes while 200 offers ring, in three ways,
and what is configured changes all the time."""

from __future__ import annotations

import pytest

from bench.take_over import Variant, run_variant


@pytest.mark.crash
async def test_every_offer_is_accounted_for_and_every_tile_right_when_the_leader_goes() -> None:
    verdict = await run_variant(Variant("short", ringing=200, take_overs=3), seed=7)

    assert verdict.take_overs == 3
    assert verdict.rang_at_least >= 200
    assert verdict.is_clean, verdict
    assert verdict.order.beginnings == 1
    assert min(verdict.ledger.accepted, verdict.ledger.timed_out, verdict.late_tried) > 20
    assert min(verdict.looks, verdict.changes) > 10
