"""The words of channels: ids and values."""

from __future__ import annotations

from typing import Literal, NewType
from uuid import UUID

ChannelAccountId = NewType("ChannelAccountId", UUID)

InboundMode = Literal["webhook", "polling"]
Health = Literal["unknown", "ok", "failing"]
