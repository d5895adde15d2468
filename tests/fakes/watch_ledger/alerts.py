"""Alerts and their record in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import AlertState, Card, CardKind, Raised, Telling
from tests.fakes.watch_ledger.watches import FakeWatches

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from bot.model import Alert, AlertFilter, AlertStep
    from bot.ports import AlertChange


class FakeAlerts(FakeWatches):
    """The part of a `WatchLedger` that keeps alerts."""

    async def alerts_of(self, watch: int, projects: Sequence[int]) -> Mapping[int, Alert]:
        """Return the alerts of a watch for these projects."""
        there = {project: self._pairs.get((watch, project)) for project in projects}
        return {project: self._alerts[ref] for project, ref in there.items() if ref is not None}

    async def alerts_about(self, projects: Sequence[int]) -> Mapping[tuple[int, int], Alert]:
        """Return the alerts of all watches for these projects."""
        wanted = set(projects)
        return {pair: self._alerts[ref] for pair, ref in self._pairs.items() if pair[1] in wanted}

    async def alerts_due(self, workspace: str, now: datetime, *, most: int) -> tuple[Alert, ...]:
        """Return alerts whose `next_at` has come, the longest due first."""
        awake = [each for each in self._of(workspace) if not self._watches[each.watch].rests]
        due = [(each.next_at, each.ref) for each in awake if each.next_at and each.next_at <= now]
        return tuple(self._alerts[ref] for _, ref in sorted(due)[:most])

    async def alerts_of_removed(self, workspace: str, *, most: int) -> tuple[Alert, ...]:
        """Return alerts that are open, snoozed or kept although their watch was removed."""
        left = [each for each in self._of(workspace) if self._watches[each.watch].removed and _is_live(each)]
        return tuple(left[:most])

    async def alerts_elsewhere(self, workspace: str, connections: Collection[str], *, most: int) -> tuple[Alert, ...]:
        """Return alerts that are open, or wait to be confirmed, at other connections than these."""
        left = [each for each in self._of(workspace) if each.is_open or each.state is AlertState.QUIET]
        return tuple([each for each in left if each.connection not in connections][:most])

    async def change_alerts(self, changes: Sequence[AlertChange], *, now: datetime) -> tuple[Alert, ...]:
        """Write alerts and their record; returns those that were written."""
        return tuple(written for each in changes if (written := self._write(each, now)) is not None)

    async def raised(
        self, workspace: str, channel: str, wanted: AlertFilter, *, most: int, steps: int = 0
    ) -> tuple[Raised, ...]:
        """Return alerts of a channel's watches, the longest open first, then kept and ended ones, newest first."""
        found = [each for each in self._in(workspace, channel) if _is_wanted(each, wanted)]
        opened = sorted(
            (each for each in found if each.is_open), key=lambda each: (each.opened_at or each.since, each.ref)
        )
        others = sorted((each for each in found if not each.is_open), key=lambda each: (each.since, each.ref))
        return tuple(
            Raised(
                alert=each,
                watch=self._watches[each.watch].watch,
                steps=tuple(self._steps[each.ref][::-1][:steps]),
            )
            for each in [*opened, *others[::-1]][:most]
        )

    async def silenced(self, workspace: str, connection: str) -> int:
        """Count open alerts of a connection over all channels."""
        return sum(each.is_open for each in self._of(workspace) if each.connection == connection)

    async def members(self, card: int) -> tuple[Alert, ...]:
        """Return all alerts that this card tells of."""
        return tuple(self._alerts_on(card))

    async def untold(self, card: int) -> tuple[AlertStep, ...]:
        """Return the steps of a card's alerts that somebody is still to be told of, oldest first."""
        steps = [step for each in self._alerts_on(card) for step in self._steps[each.ref]]
        waiting = (step for step in steps if not step.told and step.telling is not Telling.NOBODY)
        return tuple(sorted(waiting, key=lambda step: step.ref))

    # inside

    def _of(self, workspace: str) -> list[Alert]:
        return [each for _, each in sorted(self._alerts.items()) if self._workspace_of(each) == workspace]

    def _in(self, workspace: str, channel: str) -> list[Alert]:
        return [each for each in self._of(workspace) if self._watches[each.watch].watch.channel == channel]

    def _write(self, change: AlertChange, now: datetime) -> Alert | None:
        """Write an alert unless it has another version by now; its card and its announcement are not its own."""
        pair = (change.alert.watch, change.alert.project)
        before = self._alerts.get(self._pairs.get(pair, 0))
        if change.alert.watch not in self._watches or not _is_as_seen(change.alert, before):
            return None
        ref = before.ref if before is not None else next(self._refs)
        alert = replace(
            change.alert,
            ref=ref,
            version=change.alert.version + 1,
            revision=change.alert.revision + len(change.steps),
            number=None if before is None else before.number,
            card=None if before is None else before.card,
            announced_at=None if before is None else before.announced_at,
        )
        self._pairs[pair], self._alerts[ref] = ref, alert
        if alert.is_open and (before is None or not before.is_open):
            self._open(alert, now, announced=change.alert.announced_at is not None)
        entries = [replace(step, ref=next(self._refs), alert=ref) for step in change.steps]
        self._steps.setdefault(ref, []).extend(entries)
        self._alert_of |= dict.fromkeys((step.ref for step in entries), ref)
        return self._alerts[ref]

    def _open(self, alert: Alert, now: datetime, *, announced: bool) -> None:
        """Give an alert that opens its card and its number; an earlier opening's announcement says nothing of it."""
        if not announced:
            self._announcing.pop(alert.ref, None)
        self._alerts[alert.ref] = replace(
            alert,
            card=self._open_card(alert, now),
            number=self._next_number(alert) if alert.number is None else alert.number,
            announced_at=alert.announced_at if announced else None,
        )

    def _next_number(self, alert: Alert) -> int:
        watch = self._watches[alert.watch].watch
        home = (watch.workspace, watch.channel)
        self._numbers[home] = self._numbers.get(home, 0) + 1
        return self._numbers[home]

    def _open_card(self, alert: Alert, now: datetime) -> int:
        """Return the open card of a watch and connection; it is made if there is none."""
        for card in self._cards.values():
            if (card.watch, card.connection, card.closed_at) == (alert.watch, alert.connection, None):
                return card.ref
        watch = self._watches[alert.watch].watch
        card = Card(
            ref=next(self._refs),
            workspace=watch.workspace,
            channel=watch.channel,
            kind=CardKind.WATCH,
            connection=alert.connection,
            watch=alert.watch,
            opened_at=now,
        )
        self._cards[card.ref] = card
        return card.ref


def _is_as_seen(seen: Alert, before: Alert | None) -> bool:
    if before is None:
        return seen.version == 0
    return (seen.ref, seen.version) == (before.ref, before.version)


def _is_live(alert: Alert) -> bool:
    return alert.is_open or alert.snooze is not None or alert.keep is not None


def _is_wanted(alert: Alert, wanted: AlertFilter) -> bool:
    return (
        alert.number is not None
        and wanted.watch in {None, alert.watch}
        and (not wanted.numbers or alert.number in wanted.numbers)
        and (not wanted.only_open or _is_live(alert))
    )
