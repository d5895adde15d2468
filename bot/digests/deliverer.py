"""Planning digests that are due, and delivering what was planned; the engine calls."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from bot.digests import reasons
from bot.digests.closing import Closing
from bot.digests.following import follow, with_open_thread
from bot.digests.jobs import Job, delivery_key, next_attempt
from bot.digests.notices import FAILURES_TOLD, Notices
from bot.digests.outcome import Arrived, Ended, Letter, Lost
from bot.digests.outside import Outside
from bot.digests.planner import Planner
from bot.digests.preparing import Preparation
from bot.digests.recorder import Recorder
from bot.digests.sending import send
from bot.digests.steps_back import return_to
from bot.digests.timing import Timing
from bot.digests.unbroken import unbroken
from bot.errors import StoreError
from bot.metrics import DELIVERIES_WAITING
from bot.model import MISSING, DeliveryKind, DeliveryState
from bot.model.ledger_words import REMOVED

if TYPE_CHECKING:
    from bot.digests.outcome import Outcome
    from bot.digests.outside import Writes
    from bot.model import Delivery, Digest
    from bot.ports import Clock, Ledger, Messenger, WatchLedger

log = structlog.get_logger(__name__)


class Deliverer:
    """Plans and delivers the digests of one workspace; several processes may do so at once.

    Args:
        workspace: whose digests these are.
        ledger: knows them, and what became of each.
        messenger: speaks at Slack.
        writer: writes digests.
        clock: tells the time.
        holder: name of this process, unique among all that share the database.
        operators_channel: id of the channel of those who run Rollcall; None: there is none.
        timing: how long things may take.
        watches: what rests too where a channel is closed, and returns with digests to the present; None: there is
            nothing.
    """

    def __init__(
        self,
        *,
        workspace: str,
        ledger: Ledger,
        messenger: Messenger,
        writer: Writes,
        clock: Clock,
        holder: str,
        operators_channel: str | None = None,
        timing: Timing | None = None,
        watches: WatchLedger | None = None,
    ) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._clock = clock
        self._holder = holder
        self._timing = timing or Timing()
        self._outside = Outside(ledger=ledger, messenger=messenger, writer=writer, clock=clock, timing=self._timing)
        self._planner = Planner(workspace, ledger, clock)
        self._notices = Notices(messenger, operators_channel)
        self._watches = watches
        self._closing = Closing(workspace, ledger, watches, clock, self._notices)

    async def alive(self) -> None:
        """Note that we are at work; before `plan`, which asks when we were not.

        If somebody was at work later than now, the clock was ahead and was put back.

        Raises:
            StoreError: our database could not be used.
        """
        now = self._clock.now()
        if await self._ledger.uptimes(now + self._timing.gap):
            await return_to(self._ledger, self._watches, self._workspace, now, lease=self._timing.lease)
        await self._ledger.alive(now, gap=self._timing.gap)

    async def plan(self) -> int:
        """Write a row for every slot that has come; returns how many digests were planned.

        Raises:
            StoreError: our database could not be used.
        """
        return await self._planner.plan()

    async def jobs(self, most: int) -> tuple[Job, ...]:
        """Return attempts that somebody should make now, the longest due first.

        Raises:
            StoreError: our database could not be used.
        """
        waiting = await self._ledger.waiting(self._workspace, self._clock.now(), most=most)
        DELIVERIES_WAITING.set(len(waiting))
        return tuple(next_attempt(each.delivery, each.channel) for each in waiting)

    # delivering

    async def attempt(self, ref: int, attempt: int) -> None:
        """Make one attempt at a delivery, unless somebody else did or does.

        Given up before anything is sent, it gives the delivery back at once; after that it is brought to its end.

        Raises:
            StoreError: our database could not be used; nothing was begun.
        """
        now = self._clock.now()
        before = await self._ledger.claim_delivery(
            ref, attempt=attempt, holder=self._holder, now=now, lease_until=now + self._timing.lease
        )
        if before is None:
            log.info("digest.claim_refused", delivery_ref=ref, attempt=attempt)
            return
        try:
            await self._work_on(before, attempt)
        except Lost:
            log.info("digest.claim_lost", delivery=delivery_key(before), attempt=attempt)
        except StoreError as error:
            # When the lease has ended, the next attempt begins with what is in the ledger then.
            log.warning("digest.attempt_broken", delivery=delivery_key(before), attempt=attempt, error=str(error))

    async def _work_on(self, before: Delivery, number: int) -> None:
        recorder = Recorder(
            ledger=self._ledger,
            clock=self._clock,
            delivery=before,
            attempt=number,
            write_again=self._timing.write_again,
        )
        try:
            digest = await self._ledger.digest(before.digest)
            if digest is None:
                await recorder.record(_digest_gone(before))
                return
            prepared = await Preparation(self._outside, before, number, digest).prepare()
        except asyncio.CancelledError:
            await self._give_back(before, number)
            raise
        arrived = await unbroken(self._bring_to_end(prepared, recorder, digest))
        if arrived is not None and isinstance(prepared, Letter):
            await follow(self._outside, prepared.thread, arrived, recorder)

    async def _give_back(self, before: Delivery, number: int) -> None:
        if before.state is DeliveryState.POSTING:
            return  # in mid-air since an earlier attempt, and it must stay so until somebody has looked
        reason = before.reason or reasons.SHUT_DOWN
        with suppress(StoreError):
            await self._ledger.put_off(before.ref, attempt=number, retry_at=self._clock.now(), reason=reason)

    async def _bring_to_end(self, prepared: Letter | Outcome, recorder: Recorder, digest: Digest) -> Arrived | None:
        if isinstance(prepared, Letter):
            outcome = await send(self._outside, prepared, recorder.delivery, recorder.attempt, digest)
            if isinstance(outcome, Arrived):
                await recorder.record(with_open_thread(outcome, prepared.thread))
                return outcome
        else:
            outcome = prepared
        await recorder.record(outcome)
        if isinstance(outcome, Ended) and outcome.state in MISSING:
            await self._tell_trouble(outcome, recorder.delivery, digest)
        return None

    # when it did not arrive

    async def _tell_trouble(self, outcome: Ended, delivery: Delivery, digest: Digest) -> None:
        if outcome.closed is not None:
            # Everything rests that cannot be delivered now, not only what was due.
            await self._closing.closed(outcome.closed, outcome.reason, channel=digest.channel)
        elif await self._is_a_series(delivery, digest):
            await self._notices.failing(digest, outcome.reason)

    async def _is_a_series(self, delivery: Delivery, digest: Digest) -> bool:
        """Tell whether with this one it is time to tell the owner; true once in a series of failures."""
        if delivery.kind is DeliveryKind.MANUAL:
            return False
        return await self._ledger.failures_in_a_row(digest) == FAILURES_TOLD


def _digest_gone(before: Delivery) -> Ended:
    if before.state is DeliveryState.POSTING:
        return Ended(state=DeliveryState.UNKNOWN, reason=reasons.REMOVED_IN_DOUBT)
    return Ended(state=DeliveryState.SKIPPED, reason=REMOVED)
