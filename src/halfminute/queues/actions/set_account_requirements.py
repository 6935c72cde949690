"""Says what conversations that come from a channel account require."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.channels.queries import map_queue_ids
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.queues.requirements import replace_account_requirements


async def set_account_requirements(
    log: EventLog, principal: Principal, account_id: UUID, requirements: Mapping[UUID, int]
) -> None:
    """The least proficiency by skill, for conversations that come to wait from now on.

    Raises ChannelAccountNotFound, InvalidRequirements.
    """
    require(principal, "channel.configure")
    async with log.write() as unit:
        if account_id not in await map_queue_ids(unit.connection, [account_id]):
            raise ChannelAccountNotFound
        await replace_account_requirements(unit, account_id, requirements)
        told = {"requirements": {str(skill_id): least for skill_id, least in requirements.items()}}
        await record_audit(
            unit, principal, "set_account_requirements", "channel_account", account_id, told
        )
