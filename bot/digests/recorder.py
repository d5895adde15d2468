"""The entry in the ledger of what became of one attempt."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.digests.jobs import delivery_key
from bot.digests.outcome import Arrived, Ended, InDoubt, Lost, PutOff
from bot.errors import StoreError
from bot.metrics import DELIVERIES, DELIVERY_DELAY_SECONDS
from bot.model import MISSING

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.digests.outcome import Outcome
    from bot.model import Delivery, DeliveryState
    from bot.ports import Clock, Ledger

log = structlog.get_logger(__name__)

MOST_NOTES = 4
"""How often we try to note what Slack has taken: nobody else knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Writes what became of one attempt into the ledger, unless somebody else has the delivery by now."""

    ledger: Ledger
    clock: Clock
    delivery: Delivery
    attempt: int
    write_again: timedelta
    """Pause before noting once more that a message arrived."""

    async def record(self, outcome: Outcome) -> None:
        """Note an outcome, and tell the log and the metrics.

        Raises:
            Lost: the claim was lost, nothing was noted.
            StoreError: nothing could be noted; when the lease has ended, another attempt follows.
        """
        match outcome:
            case Arrived():
                await self._arrived(outcome)
            case Ended():
                await self._ended(outcome)
            case PutOff():
                await self._put_off(outcome)
            case InDoubt():
                await self._left_in_doubt(outcome)

    async def remark(self, reason: str) -> None:
        """Change the reason of what has arrived; if that cannot be done, what is there stays."""
        try:
            await self.ledger.remark(self.delivery.ref, attempt=self.attempt, reason=reason)
        except StoreError as error:
            log.warning("digest.not_remarked", delivery=delivery_key(self.delivery), error=str(error))

    async def _arrived(self, outcome: Arrived) -> None:
        if not await self._noted(outcome):
            log.warning("digest.posted_in_vain", delivery=delivery_key(self.delivery), ts=outcome.posted.ts)
            raise Lost
        DELIVERY_DELAY_SECONDS.observe(max((self.clock.now() - self.delivery.due_at).total_seconds(), 0.0))
        self._tell("digest.posted", outcome.state, outcome.reason)

    async def _noted(self, outcome: Arrived) -> bool:
        for _ in range(MOST_NOTES - 1):
            with suppress(StoreError):
                return await self._note(outcome)
            await asyncio.sleep(self.write_again.total_seconds())
        return await self._note(outcome)

    async def _note(self, outcome: Arrived) -> bool:
        return await self.ledger.posted(
            self.delivery.ref,
            attempt=self.attempt,
            state=outcome.state,
            posted=outcome.posted,
            reason=outcome.reason,
            now=self.clock.now(),
        )

    async def _ended(self, outcome: Ended) -> None:
        if not await self.ledger.finish(
            self.delivery.ref,
            attempt=self.attempt,
            state=outcome.state,
            reason=outcome.reason,
            now=self.clock.now(),
        ):
            raise Lost
        self._tell(f"digest.{outcome.state}", outcome.state, outcome.reason)

    async def _put_off(self, outcome: PutOff) -> None:
        if not await self.ledger.put_off(
            self.delivery.ref, attempt=self.attempt, retry_at=outcome.until, reason=outcome.reason
        ):
            raise Lost
        wait_s = (outcome.until - self.clock.now()).total_seconds()
        log.info("digest.put_off", delivery=delivery_key(self.delivery), reason=outcome.reason, wait_s=wait_s)

    async def _left_in_doubt(self, outcome: InDoubt) -> None:
        if not await self.ledger.hold(self.delivery.ref, attempt=self.attempt, lease_until=outcome.until):
            raise Lost
        log.warning("digest.left_in_doubt", delivery=delivery_key(self.delivery), attempt=self.attempt)

    def _tell(self, event: str, state: DeliveryState, reason: str) -> None:
        DELIVERIES.labels(state=state.value).inc()
        tell = log.warning if state in MISSING else log.info
        tell(event, delivery=delivery_key(self.delivery), attempt=self.attempt, state=state.value, reason=reason)
