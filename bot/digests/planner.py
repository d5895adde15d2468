"""Planning digests that are due: rows of the ledger, before anything is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.digests.absences import LOOK_BACK, absences
from bot.digests.due import plan_for
from bot.digests.jobs import delivery_key
from bot.metrics import DELIVERIES
from bot.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.model import Delivery, Digest, Plan, Uptime
    from bot.ports import Clock, Ledger

log = structlog.get_logger(__name__)

BATCH = 500
"""Digests planned in one go."""

ASIDE = 20
"""Digests planned at a time in a thread: to count the hours of a year's absence takes a tenth of a second for each, and
nobody else should wait for that."""

MOST_BATCHES = 20
"""Batches of one call; what is left is planned in the next."""


class Planner:
    """Plans the digests of one workspace; several processes may do so at once.

    Args:
        workspace: whose digests these are.
        ledger: knows them.
        clock: tells the time.
    """

    def __init__(self, workspace: str, ledger: Ledger, clock: Clock) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._clock = clock

    async def plan(self) -> int:
        """Write a row for every slot that has come; returns how many digests were planned.

        Raises:
            StoreError: our database could not be used.
        """
        count = 0
        for _ in range(MOST_BATCHES):
            now = self._clock.now()
            due = await self._ledger.due_digests(self._workspace, now, most=BATCH)
            planned = await self._plan_all(due, now) if due else 0
            count += planned
            if not planned or len(due) < BATCH:
                break
        return count

    async def _plan_all(self, due: Sequence[Digest], now: datetime) -> int:
        away = absences(await self._ledger.uptimes(now - LOOK_BACK))
        plans: list[Plan] = []
        for start in range(0, len(due), ASIDE):
            plans += await asyncio.to_thread(_planned_each, due[start : start + ASIDE], now, away)
        count = await self._ledger.plan_many(plans)
        if count:
            _tell_missed([row for plan in plans for row in plan.deliveries if row.state is DeliveryState.SKIPPED])
        return count


def _planned_each(due: Sequence[Digest], now: datetime, away: Sequence[Uptime]) -> list[Plan]:
    return [plan for digest in due if (plan := _planned(digest, now, away)) is not None]


def _planned(digest: Digest, now: datetime, away: Sequence[Uptime]) -> Plan | None:
    """Plan one digest; one that breaks keeps none of the others."""
    try:
        return plan_for(digest, now, away)
    except Exception:
        log.exception("digest.not_planned", digest=digest.ref)
        return None


def _tell_missed(rows: Sequence[Delivery]) -> None:
    if rows:
        DELIVERIES.labels(DeliveryState.SKIPPED.value).inc(len(rows))
        log.info("digest.skipped", slots=len(rows), newest=delivery_key(rows[-1]), reason=rows[-1].reason)
