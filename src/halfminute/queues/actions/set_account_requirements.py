"""Says what conversations that come from a channel account require."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from halfminute.channels.queries import lock_account
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.queues.errors import AccountRequirementsChanged
from halfminute.queues.requirements import (
    get_account_requirements,
    replace_account_requirements,
)
from halfminute.queues.schemas import AccountRequirements


async def set_account_requirements(
    log: EventLog,
    principal: Principal,
    account_id: UUID,
    requirements: Mapping[UUID, int],
    *,
    revision: str | None = None,
) -> AccountRequirements:
    """The least proficiency by skill, for conversations that come to wait from now on.

    With the `revision` of what was read they are changed only as long as they are still so. Raises
    ChannelAccountNotFound, AccountRequirementsChanged, InvalidRequirements.
    """
    require(principal, "channel.configure")
    async with log.write() as unit:
        await lock_account(unit.connection, account_id)
        present = await get_account_requirements(unit.connection, account_id)
        if revision not in (None, present.revision):
            raise AccountRequirementsChanged
        await replace_account_requirements(unit, account_id, requirements)
        told = {"requirements": {str(skill_id): least for skill_id, least in requirements.items()}}
        await record_audit(
            unit, principal, "set_account_requirements", "channel_account", account_id, told
        )
        return await get_account_requirements(unit.connection, account_id)
