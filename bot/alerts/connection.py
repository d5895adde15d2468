"""Evaluating all watches at one connection, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.alerts.candidates import Candidates
from bot.alerts.judging import overlay_turn
from bot.alerts.plans import Planner, Reach
from bot.alerts.rules import cutoff
from bot.alerts.storm import Turning, rule
from bot.model import Condition, ConditionKind, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.alerts.aims import Aim
    from bot.alerts.holding import Holding
    from bot.alerts.judging import Turn
    from bot.alerts.plans import Plan
    from bot.alerts.recording import Recording
    from bot.alerts.seeing import View
    from bot.alerts.storm import Ruling
    from bot.model import Alert, Hold, Moment
    from bot.ports import Store, Touch, WatchLedger

MOST_TOUCHES: Final = 200_000
"""A mass change has to be seen as one; that many are a few megabytes."""

_ABSENCE: Final = Condition(kind=ConditionKind.GONE)


@dataclass
class Memory:
    """What one process remembers between two evaluations; after a restart it only does more than it had to."""

    evaluated: dict[str, tuple[object, ...]] = field(default_factory=dict)
    """By connection: on which looks, and for which watches, the last complete evaluation rested."""

    gone_until: dict[str, datetime] = field(default_factory=dict)
    """By connection: of which absences is known that they were believed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far watches were evaluated when a round began: by ``(Watch.ref, connection)``."""

    marks: Mapping[tuple[int, str], datetime]
    """As `WatchLedger.progress` returns them."""

    mute: frozenset[tuple[int, str]]
    """As `WatchLedger.mute` returns them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRound:
    """One evaluation of one connection."""

    store: Store
    ledger: WatchLedger
    recording: Recording
    holding: Holding
    memory: Memory
    workspace: str
    view: View
    moment: Moment

    async def evaluate(
        self,
        aims: Sequence[Aim],
        due: Sequence[Alert],
        progress: Progress,
        hold: Hold | None,
    ) -> int:
        """Judge what can have changed, write it, then take note; returns how many alerts were written.

        Args:
            aims: watches that do not rest.
            due: their alerts here whose time has come.
            progress: how far each was evaluated.
            hold: what is held back here.
        """
        if not self.view.listing:
            return await self._let_time_pass(aims, due)
        touches = await self.store.touched(self.workspace, self.view.connection, most=MOST_TOUCHES)
        basis = self._basis(aims)
        if not (touches or due or hold) and self.memory.evaluated.get(self.view.connection) == basis:
            return 0  # nobody has looked since: there is nothing new to know
        plans = await self._plans(aims, progress)
        left = await self._left()
        turns = await self._turns(plans, frozenset(touch.ref for touch in touches) | left, due)
        ruling = self._rule(turns, left, hold)
        wanted = [turn.change for turn in turns if ruling.let_through or not turn.can_be_held]
        written = await self.recording.write(wanted, self.moment.now)
        if ruling.let_through and written == len(wanted):
            await self._take_note(plans, touches)
            self.memory.evaluated[self.view.connection] = basis
        await self.holding.settle(ruling, self.view.connection, self.moment.now)
        return written

    def _basis(self, aims: Sequence[Aim]) -> tuple[object, ...]:
        sights = self.view.sights
        watches = tuple((aim.watch.ref, aim.watch.version) for aim in aims)
        return sights.listing.until, sights.viewers.until, self.view.viewers, watches

    async def _let_time_pass(self, aims: Sequence[Aim], due: Sequence[Alert]) -> int:
        """Freeze everything but what people said of alerts; touches and marks wait."""
        if not due:
            return 0
        watches = {aim.watch.ref: aim.watch for aim in aims}
        entries = await self.store.get_many(Scope(workspace=self.workspace), [alert.project for alert in due])
        turns = [
            overlay_turn(alert, entries[alert.project], watches[alert.watch], self.moment.now)
            for alert in due
            if alert.project in entries
        ]
        return await self.recording.write([turn.change for turn in turns if turn is not None], self.moment.now)

    async def _plans(self, aims: Sequence[Aim], progress: Progress) -> list[Plan]:
        """Plan, and note at once who cannot speak: what is touched meanwhile is not looked at a second time."""
        planner = Planner(self.view)
        plans = {}
        for aim in aims:
            place = (aim.watch.ref, self.view.connection)
            plans[place] = planner.plan(aim, mark=progress.marks.get(place), was_mute=place in progress.mute)
        mute = {place for place, plan in plans.items() if plan.reach is Reach.NOT_SEEN and place in progress.marks}
        await self.ledger.note_mute(mute - progress.mute)
        return list(plans.values())

    @property
    def _absent_until(self) -> datetime | None:
        """Return up to which moment what its source lost is believed to be gone by now."""
        return cutoff(_ABSENCE, self.view.sights, "UTC", measures_viewers=self.view.known.measures_viewers)

    async def _left(self) -> frozenset[int]:
        """Return the projects whose absence is believed since the last evaluation, watched or not."""
        new = self._absent_until
        old = self.memory.gone_until.setdefault(self.view.connection, new) if new is not None else None
        if new is None or old is None or new <= old:
            return frozenset()
        (refs,) = await self.store.dated(self.workspace, self.view.connection, [(old, new)])
        entries = await self.store.get_many(Scope(workspace=self.workspace), sorted(refs))
        return frozenset(
            ref for ref, entry in entries.items() if entry.gone_at is not None and old < entry.gone_at <= new
        )

    async def _turns(self, plans: Sequence[Plan], touched: frozenset[int], due: Sequence[Alert]) -> list[Turn]:
        candidates = Candidates(self.store, self.ledger, self.view, self.moment, self.workspace)
        turns = [turn for plan in plans if plan.reach is Reach.ALL async for turn in candidates.everything(plan)]
        turns += [turn async for turn in candidates.changed(plans, touched, due)]
        return turns

    def _rule(self, turns: Sequence[Turn], left: frozenset[int], hold: Hold | None) -> Ruling:
        turning = Turning(
            workspace=self.workspace,
            connection=self.view.connection,
            projects=len({turn.project for turn in turns if turn.counts} | left),
            of=self.view.known.rows + len(left),
            looked_at=self.view.looked_at or self.moment.now,
        )
        return rule(hold, turning, self.moment.now, released=self.holding.was_released(self.view.connection))

    async def _take_note(self, plans: Sequence[Plan], touches: Sequence[Touch]) -> None:
        """Note that everything was judged and written; whoever dies before this does it again, to no effect."""
        connection = self.view.connection
        marks = {(plan.aim.watch.ref, connection): plan.mark for plan in plans if plan.mark is not None}
        if marks:
            seen = {plan.aim.watch.ref: plan.aim.watch.version for plan in plans}
            await self.ledger.note_progress(marks, seen=seen)
        if touches:
            await self.store.noted(touches)
        if self._absent_until is not None:
            self.memory.gone_until[connection] = self._absent_until
