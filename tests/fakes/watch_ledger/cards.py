"""Cards in memory, and who works on them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import AlertState, CardKind, SendingKind, Telling
from tests.fakes.watch_ledger.alerts import FakeAlerts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.model import Alert, AlertStep, Card, Posted, Sending

_STEPS_KEPT = 20
_ENDED = (AlertState.ACTIVE, AlertState.CLOSED, AlertState.GONE)


class FakeCards(FakeAlerts):
    """The part of a `WatchLedger` that keeps cards."""

    async def card(self, ref: int) -> Card | None:
        """Return one card."""
        return self._cards.get(ref)

    async def cards_of(self, workspace: str, kind: CardKind, subject: int) -> tuple[Card, ...]:
        """Return the cards of an outage or of a hold, or those of a watch that are not closed."""
        ours = [each for _, each in sorted(self._cards.items()) if (each.workspace, each.kind) == (workspace, kind)]
        if kind is CardKind.WATCH:
            return tuple(each for each in ours if each.watch == subject and each.closed_at is None)
        return tuple(each for each in ours if each.subject == subject)

    async def add_card(self, card: Card) -> Card | None:
        """Make a card of an outage or a hold; None if this channel has one for it."""
        key = (card.workspace, card.kind, card.subject, card.channel)
        if any((each.workspace, each.kind, each.subject, each.channel) == key for each in self._cards.values()):
            return None
        return self._keep(card)

    async def look_at_cards(self, dues: Mapping[int, datetime]) -> None:
        """Make cards due at these moments, unless they are due earlier."""
        for ref, at in dues.items():
            if ref in self._cards:
                due_at = self._cards[ref].due_at
                self._move(ref, due_at=at if due_at is None else min(due_at, at))

    async def look_at_open_cards(self, workspace: str, now: datetime) -> None:
        """Make all cards of watches due that are not closed."""
        ours = [each for each in self._cards.values() if each.workspace == workspace]
        open_ones = [each.ref for each in ours if each.kind is CardKind.WATCH and each.closed_at is None]
        await self.look_at_cards(dict.fromkeys(open_ones, now))

    async def cards_due(self, workspace: str, now: datetime, *, most: int) -> tuple[Card, ...]:
        """Return cards that are due and not leased, the longest due first."""
        free = [each for each in self._cards.values() if each.workspace == workspace and _is_free(each, now)]
        return tuple(sorted(free, key=lambda each: (each.lease_until or each.due_at, each.ref))[:most])

    async def claim_card(
        self, ref: int, *, attempt: int, holder: str, now: datetime, lease_until: datetime
    ) -> Card | None:
        """Take a due card; returns it as it was."""
        del holder
        before = self._cards.get(ref)
        if before is None or before.attempts >= attempt or not _is_free(before, now):
            return None
        self._move(ref, attempts=attempt, lease_until=lease_until, due_at=None)
        return before

    async def begin_sending(self, ref: int, *, attempt: int, sending: Sending, lease_until: datetime) -> bool:
        """Note what is about to be sent."""
        if not self._has(ref, attempt):
            return False
        self._move(ref, sending=sending, lease_until=lease_until)
        self._announcing |= dict.fromkeys(sending.alerts, sending.key)
        return True

    async def sent(
        self, ref: int, *, attempt: int, sending: Sending, posted: Posted | None, drawn: str | None, now: datetime
    ) -> bool:
        """Note that it was sent: a card has its message, its alerts are announced, its steps are told."""
        if not self._has(ref, attempt):
            return False
        begun = self._cards[ref].sending
        was_begun = begun is not None and begun.key == sending.key
        self._move(ref, sending=None)
        if drawn is not None:
            self._move(ref, drawn=drawn)
        if sending.ends:
            self._move(ref, end_told=True)
        if posted is not None and sending.kind is not SendingKind.PERSON:
            self._move(ref, told_at=now)
        if posted is not None and sending.kind is SendingKind.CARD:
            self._move(ref, posted=posted, posted_at=now)
        for alert in sending.alerts:
            if not was_begun or self._announcing.get(alert) == sending.key:
                self._alerts[alert] = replace(self._alerts[alert], announced_at=now)
                self._announcing.pop(alert, None)
        self._tell(sending.steps)
        return True

    async def edited(self, ref: int, *, attempt: int, drawn: str, now: datetime) -> bool:
        """Note that the message of a card was changed."""
        if not self._has(ref, attempt):
            return False
        self._move(ref, drawn=drawn, edited_at=now)
        return True

    async def let_go(
        self,
        ref: int,
        *,
        attempt: int,
        due_at: datetime | None,
        reason: str = "",
        failed: bool = False,
        unsent: bool = False,
    ) -> bool:
        """Give a claim back."""
        if not self._has(ref, attempt):
            return False
        card = self._cards[ref]
        dues = [at for at in (card.due_at, due_at) if at is not None]
        failures = card.failures + 1 if failed else 0
        self._move(ref, lease_until=None, due_at=min(dues, default=None), reason=reason, failures=failures)
        if unsent:
            self._move(ref, sending=None)
        return True

    async def close_card(self, ref: int, *, attempt: int, now: datetime) -> bool:
        """Close a card whose alerts have all ended."""
        if not self._has(ref, attempt) or any(each.is_open for each in self._alerts_on(ref)):
            return False
        self._move(ref, closed_at=self._cards[ref].closed_at or now)
        return True

    async def continue_card(self, ref: int, *, attempt: int, now: datetime) -> Card | None:
        """Close a card and make another one with its open alerts, due now."""
        old = self._cards.get(ref)
        if old is None or not self._has(ref, attempt) or old.kind is not CardKind.WATCH or old.closed_at is not None:
            return None
        self._move(ref, closed_at=now)
        new = self._keep(replace(old, opened_at=now, after=ref, due_at=now))
        for alert in self._alerts_on(ref):
            if alert.is_open:
                self._alerts[alert.ref] = replace(alert, card=new.ref)
        return new

    async def drop_unannounced(self, ref: int, *, attempt: int) -> bool:
        """Forget a card that was never sent and has nothing to say any more."""
        alerts = self._alerts_on(ref)
        if not self._has(ref, attempt) or self._cards[ref].posted is not None or any(each.is_open for each in alerts):
            return False
        untold = await self.untold(ref)
        if any(step.telling is Telling.PERSON for step in untold):
            return False
        self._tell(step.ref for step in untold)
        for alert in alerts:
            self._alerts[alert.ref] = replace(alert, card=None)
        del self._cards[ref]
        return True

    async def clock_went_back(self, workspace: str, now: datetime, *, lease_until: datetime) -> int:
        """Forget what was planned while the clock was ahead."""
        cards = [each for each in self._cards.values() if each.workspace == workspace]
        for card in cards:
            if card.lease_until is not None:
                self._move(card.ref, lease_until=min(card.lease_until, lease_until))
        planned = [each.ref for each in cards if each.due_at is not None and each.due_at > lease_until]
        for ref in planned:
            self._move(ref, due_at=now)
        waiting = [each for each in self._of(workspace) if each.next_at is not None and each.next_at > lease_until]
        for alert in waiting:
            self._alerts[alert.ref] = replace(alert, next_at=now)
        for place in [place for place, mark in (await self.progress(workspace)).items() if mark > now]:
            del self._progress[place]
        return len(planned) + len(waiting)

    async def purge_alerts(self, before: datetime) -> int:
        """Forget ended alerts, closed cards, outages and holds older than that, and what is old of long records."""
        for ref, record in self._steps.items():
            old_steps = [step for step in record[:-_STEPS_KEPT] if step.at < before and not _is_untold(step)]
            self._steps[ref] = [step for step in record if step not in old_steps]
        old = [each for each in self._alerts.values() if self._is_old(each, before)]
        for alert in old:
            del self._alerts[alert.ref], self._pairs[alert.watch, alert.project]
            for step in self._steps.pop(alert.ref):
                del self._alert_of[step.ref]
        shown = {each.card for each in self._alerts.values()}
        shown |= {each.after for each in self._cards.values() if each.closed_at is None}
        cards = {each.ref for each in self._cards.values() if _ended_before(each.closed_at, before)} - shown
        self._cards = {ref: each for ref, each in self._cards.items() if ref not in cards}
        told = {(each.kind, each.subject) for each in self._cards.values()}
        outages = [
            ref
            for ref, each in self._outages.items()
            if _ended_before(each.ended_at, before) and (CardKind.OUTAGE, ref) not in told
        ]
        holds = [
            ref
            for ref, each in self._holds.items()
            if _ended_before(each.released_at, before) and (CardKind.MASS, ref) not in told
        ]
        self._outages = {ref: each for ref, each in self._outages.items() if ref not in outages}
        self._holds = {ref: each for ref, each in self._holds.items() if ref not in holds}
        return len(old) + len(cards) + len(outages) + len(holds)

    # inside

    def _keep(self, card: Card) -> Card:
        """Keep a card that nobody has worked on."""
        kept = replace(
            card, ref=next(self._refs), closed_at=None, posted=None, posted_at=None, told_at=None, edited_at=None,
            drawn="", end_told=False, attempts=0, lease_until=None, sending=None, failures=0, reason="",
        )  # fmt: skip
        self._cards[kept.ref] = kept
        return kept

    def _move(self, ref: int, **changed: object) -> None:
        self._cards[ref] = replace(self._cards[ref], **changed)  # type: ignore[arg-type]  # checked by the callers

    def _has(self, ref: int, attempt: int) -> bool:
        """Tell whether this attempt still is the one that works on a card."""
        card = self._cards.get(ref)
        return card is not None and card.attempts == attempt and card.lease_until is not None

    def _tell(self, steps: Iterable[int]) -> None:
        for step in steps:
            record = self._steps[self._alert_of[step]]
            record[:] = [replace(each, told=True) if each.ref == step else each for each in record]

    def _is_old(self, alert: Alert, before: datetime) -> bool:
        if alert.state not in _ENDED or alert.since >= before or alert.snooze is not None or alert.keep is not None:
            return False
        shown = alert.card is not None and self._cards[alert.card].closed_at is None
        return not shown and all(step.at < before for step in self._steps[alert.ref])


def _is_untold(step: AlertStep) -> bool:
    return not step.told and step.telling is not Telling.NOBODY


def _is_free(card: Card, now: datetime) -> bool:
    if card.lease_until is not None:
        return card.lease_until <= now
    return card.due_at is not None and card.due_at <= now


def _ended_before(ended_at: datetime | None, before: datetime) -> bool:
    return ended_at is not None and ended_at < before
