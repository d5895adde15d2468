"""Before a message is sent: where we stand, whether it is to be sent, and what it says.

Nothing here leaves a trace at Slack, and all of it can be undone by giving the delivery back.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.answers import DigestForm, Lateness, Purpose
from bot.digests import policy, reasons
from bot.digests.absences import LOOK_BACK, absences, overlapping
from bot.digests.due import comes
from bot.digests.jobs import delivery_key
from bot.digests.looking import look
from bot.digests.outcome import Ended, Letter, PutOff
from bot.digests.undelivered import undelivered
from bot.errors import StoreError, UsageError
from bot.model import DeliveryKind, DeliveryState
from bot.model.ledger_words import RESCHEDULED, rests
from bot.views.digest import draw_digest

if TYPE_CHECKING:
    from datetime import datetime

    from bot.answers import DigestReport, Undelivered
    from bot.digests.outcome import Outcome
    from bot.digests.outside import Outside
    from bot.digests.writer import Written
    from bot.model import Delivery, Digest, Uptime

log = structlog.get_logger(__name__)

ROWS_ASIDE = 20
"""How many of a digest's newest deliveries are looked at for its other slots."""


class Preparation:
    """Prepares one claimed delivery.

    Args:
        outside: ports and times.
        before: the row as it was before the claim.
        attempt: number of this one, from 1.
        digest: whose it is.
    """

    def __init__(self, outside: Outside, before: Delivery, attempt: int, digest: Digest) -> None:
        self._out = outside
        self._delivery = before
        self._attempt = attempt
        self._digest = digest
        self._began_at = outside.clock.now()
        self._slots: tuple[Delivery, ...] = ()
        """The newest deliveries of the digest, once it was its turn."""

    async def prepare(self) -> Letter | Outcome:
        """Write the message, or say why it is not sent now.

        Raises:
            StoreError: the database could not be used.
        """
        try:
            return await self._looked() or await self._obstacle() or await self._write()
        except StoreError:
            raise
        except UsageError as error:
            return self._once_more(reasons.unreadable(self._digest, error.for_user()))
        except Exception:
            log.exception("digest.attempt_failed", delivery=delivery_key(self._delivery), attempt=self._attempt)
            return self._once_more(reasons.UNFORESEEN)

    def _once_more(self, why: str) -> Outcome:
        now = self._out.clock.now()
        return policy.as_long_as_it_may_help(self._delivery, self._digest, why, attempt=self._attempt, now=now)

    # where we stand

    async def _looked(self) -> Outcome | None:
        """See to a message that was in mid-air when its process died."""
        if self._delivery.state is not DeliveryState.POSTING:
            return None
        now = self._out.clock.now()
        seen = await look(self._out.messenger, self._delivery, self._digest, attempt=self._attempt, now=now)
        if seen is None:
            self._delivery = replace(self._delivery, reason=reasons.NOT_THERE)
        return seen

    async def _obstacle(self) -> Outcome | None:
        """Return why it is not sent now."""
        now = self._out.clock.now()
        manual = self._delivery.kind is DeliveryKind.MANUAL
        if self._digest.pause is not None and not manual:
            return _skipped(rests(self._digest.pause))
        if not manual and not comes(self._digest.schedule, self._delivery):
            return _skipped(RESCHEDULED)
        if now > policy.deadline(self._delivery, self._digest):
            away = await self._absences(now)
            crowd = reasons.Circumstances(others=await self._others())
            return _skipped(reasons.too_late(self._delivery, now, away, self._zone, crowd))
        return None if manual else await self._in_turn(now)

    async def _in_turn(self, now: datetime) -> Outcome | None:
        """Never send an older slot after a newer one.

        Whoever works on a slot has claimed it before looking at the others here. So of two at the same time, either
        the older one sees that there is a newer one, or the newer one sees that somebody is at work on the older one.
        What is still to come was planned by a clock that was ahead, and is no reason to be silent until then.
        """
        mine, to_come = self._delivery, now + self._out.timing.gap
        self._slots = await self._out.ledger.deliveries(self._digest, most=ROWS_ASIDE)
        for other in self._slots:
            if other.kind is DeliveryKind.MANUAL or other.ref == mine.ref or other.planned_at > to_come:
                continue
            if other.planned_at > mine.planned_at:
                return _skipped(reasons.merged_into(other.planned_at, self._zone))
            if other.state in {DeliveryState.CLAIMED, DeliveryState.POSTING}:
                why = reasons.waits_for(other, self._zone, beside=mine.planned_at)
                return PutOff(until=now + self._out.timing.lease / 4, reason=why)
        return None

    # what it says

    async def _write(self) -> Letter | Outcome:
        manual = self._delivery.kind is DeliveryKind.MANUAL
        async with asyncio.timeout(self._out.timing.work_within.total_seconds()):
            written = await self._out.writer.write(
                self._digest,
                purpose=Purpose.MANUAL if manual else Purpose.SCHEDULED,
                delivery=self._delivery,
                patience=self._out.timing.patience,
            )
        now = self._out.clock.now()
        return await (self._unavailable(written, now) if written.blind else self._worded(written, now))

    async def _unavailable(self, written: Written, now: datetime) -> Letter | Outcome:
        """Wait for the first source that can be read; in the end say that there is none, and no number."""
        again = policy.read_again_at(self._delivery, self._digest, attempt=self._attempt, now=now)
        if again is not None:
            return PutOff(until=again, reason=reasons.NO_SOURCE)
        return await self._letter(written, DigestForm.UNAVAILABLE, reasons.ONLY_THAT_NO_SOURCE, now)

    async def _worded(self, written: Written, now: datetime) -> Letter | Outcome:
        report = written.report
        delivered_at = await self._out.ledger.delivered_at(self._digest)
        form = policy.form_of(report, self._delivery, changed=written.changed, delivered_at=delivered_at, now=now)
        nothing = reasons.nothing_changed(report.since, self._zone, beside=self._delivery.planned_at)
        if form is None:
            return _skipped(nothing)
        return await self._letter(written, form, nothing if form is DigestForm.LINE else "", now)

    async def _letter(self, written: Written, form: DigestForm, reason: str, now: datetime) -> Letter:
        state, lateness = DeliveryState.POSTED, None
        if policy.is_late(self._delivery, now):
            state, lateness = DeliveryState.LATE, await self._lateness(now, written)
            reason = reasons.both(reasons.late(self._delivery, lateness, self._zone), reason)
        report = replace(
            written.report,
            form=form,
            lateness=lateness,
            owner_name=await self._owner_name(form),
            people=await self._people(written.report, form),
            undelivered=self._undelivered(form),
        )
        drawn = draw_digest(report)
        moves = self._delivery.kind is DeliveryKind.SLOT and form is not DigestForm.UNAVAILABLE
        snapshot = written.snapshot if moves else None
        return Letter(message=drawn.message, snapshot=snapshot, state=state, reason=reason, thread=drawn.thread)

    def _undelivered(self, form: DigestForm) -> tuple[Undelivered, ...]:
        """Look for the slots that this message makes up for; one without a number makes up for none."""
        if self._delivery.kind is DeliveryKind.MANUAL or form is DigestForm.UNAVAILABLE:
            return ()
        return undelivered(self._slots, self._delivery)

    async def _lateness(self, now: datetime, written: Written) -> Lateness:
        away = await self._absences(now)
        known = reasons.Circumstances(
            others=await self._others(),
            began_at=None if policy.is_late(self._delivery, self._began_at) else self._began_at,
            read_at=None if written.blind else now,
            unread=tuple(known.title for known in written.report.freshness if known.problem is not None),
        )
        why = reasons.held_up(self._delivery, away, self._zone, known)
        return Lateness(planned_at=self._delivery.planned_at, sent_at=now, absences=away, reason=why)

    async def _others(self) -> int:
        """Count the other deliveries since it was due."""
        counts = await self._out.ledger.counts(self._digest.workspace, since=self._delivery.due_at)
        return max(sum(counts.values()) - 1, 0)

    async def _owner_name(self, form: DigestForm) -> str:
        """Ask what the owner is called; only a whole digest names them."""
        owner = self._digest.owner
        return (await self._out.messenger.person(owner)).name if owner and form is DigestForm.FULL else ""

    async def _people(self, report: DigestReport, form: DigestForm) -> dict[str, str]:
        """Ask what those are called who look after the alerts that a whole digest names."""
        if form is not DigestForm.FULL:
            return {}
        owners = {owner for each in report.alerts if (owner := each.raised.alert.owner) is not None}
        return {owner: (await self._out.messenger.person(owner)).name for owner in sorted(owners)}

    # what all of it needs

    @property
    def _zone(self) -> str:
        return self._digest.schedule.zone

    async def _absences(self, now: datetime) -> tuple[Uptime, ...]:
        """Return the stretches since it was due in which nothing of ours ran."""
        due_at = self._delivery.due_at
        return overlapping(absences(await self._out.ledger.uptimes(due_at - LOOK_BACK)), due_at, now)


def _skipped(reason: str) -> Ended:
    return Ended(state=DeliveryState.SKIPPED, reason=reason)
