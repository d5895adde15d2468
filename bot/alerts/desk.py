"""What people do about alerts: by number, as they saw them, recorded, and shown on the card soon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import ChangedMeanwhile, Forbidden, NoSuchAlert, UsageError
from bot.model import AlertFilter, CardKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from bot.model import Alert, Hold, Outage, Raised, Watch
    from bot.ports import AlertChange, Clock, WatchLedger

log = structlog.get_logger(__name__)

MOST_LISTED: Final = 500
"""Alerts of one channel that are looked through."""

STEPS_SHOWN: Final = 20
LISTING: Final = "alerts"
UNSEEN: Final = 0
"""No revision: an alert that opened has an entry in its record."""

_TRIES: Final = 5
"""How often we begin anew because the alert was evaluated at the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An alert that somebody means."""

    number: int
    revision: int | None = None
    """`Alert.revision` that they saw; None: whatever it is now; `UNSEEN`: they saw nothing of it."""

    def is_of(self, alert: Alert) -> bool:
        """Tell whether the alert still is what they saw."""
        return self.revision in {None, alert.revision}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an action, alert by alert, in the order in which they were named."""

    raised: tuple[Raised, ...]
    """All of them, as they are now, each with its newest step."""

    done: tuple[int, ...]
    """`Alert.number` of those that were changed."""

    stale: tuple[int, ...] = ()
    """Of those that are not any more what the person saw."""

    refused: tuple[tuple[int, str], ...] = ()
    """Of those for which it makes no sense, and why."""

    said: str = ""
    """What is so of the first that was changed, as a sentence without its subject; may quote what a person wrote."""


class AlertDesk:
    """Acts on the alerts of one workspace, for everybody in their channel.

    `by` is the Slack id of a person; None is the terminal, which counts as an admin. Every method may raise
    `StoreError`.

    Args:
        workspace: whose alerts these are.
        ledger: where they are kept.
        clock: tells the time.
        admins: Slack ids of people who may do what lasts for ever.
        nudge: asks the engine to look for work soon.
        operators_channel: where everybody may release what was held back; None: there is none.
    """

    def __init__(
        self,
        workspace: str,
        ledger: WatchLedger,
        clock: Clock,
        admins: Collection[str],
        nudge: Callable[[], object],
        *,
        operators_channel: str | None = None,
    ) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._clock = clock
        self._admins = frozenset(admins)
        self._nudge = nudge
        self._operators_channel = operators_channel

    def is_admin(self, by: str | None) -> bool:
        """Tell whether somebody may do what lasts for ever."""
        return by is None or by in self._admins

    # looking

    async def listed(self, channel: str, wanted: AlertFilter, *, steps: int = 0) -> tuple[Raised, ...]:
        """Return alerts of a channel that were told at least once or may be."""
        found = await self._ledger.raised(self._workspace, channel, wanted, most=MOST_LISTED, steps=steps)
        return tuple(each for each in found if each.alert.number is not None)

    async def numbered(self, channel: str, numbers: Sequence[int], *, steps: int = 0) -> tuple[Raised, ...]:
        """Return the alerts with these numbers, in this order.

        Raises:
            NoSuchAlert: one of them is none.
        """
        wanted = AlertFilter(numbers=tuple(numbers), only_open=False)
        found = {each.alert.number: each for each in await self.listed(channel, wanted, steps=steps)}
        missing = next((number for number in numbers if number not in found), None)
        if missing is not None:
            raise NoSuchAlert(missing, await self._open_numbers(channel))
        return tuple(found[number] for number in numbers)

    async def open_of(self, watch: Watch) -> tuple[Raised, ...]:
        """Return the open alerts of a watch."""
        found = await self.listed(watch.channel, AlertFilter(watch=watch.ref))
        return tuple(each for each in found if each.alert.is_open)

    async def open_on(self, channel: str, card: int) -> tuple[Alert, ...]:
        """Return the open alerts of a card (`Card.ref`), the longest open first; none if it is not of this channel."""
        known = await self._ledger.card(card)
        if known is None or (known.workspace, known.channel) != (self._workspace, channel):
            return ()
        found = [alert for alert in await self._ledger.members(card) if alert.is_open and alert.number is not None]
        return tuple(sorted(found, key=lambda alert: (alert.opened_at or alert.since, alert.ref)))

    async def _open_numbers(self, channel: str) -> tuple[int, ...]:
        found = await self.listed(channel, AlertFilter())
        return tuple(sorted(each.alert.number or 0 for each in found if each.alert.is_open))

    async def outages(self) -> tuple[Outage, ...]:
        """Return the connections that cannot be read, and have not for long enough to be told."""
        return tuple(each for each in await self._ledger.outages(self._workspace) if each.opened_at is not None)

    # acting

    async def act(
        self, channel: str, targets: Sequence[Target], act: Callable[[Raised, datetime], AlertChange]
    ) -> Outcome:
        """Do the same about some alerts; what cannot be done about one does not keep it from the others.

        Args:
            channel: where they live.
            targets: which, each once.
            act: says what an alert shall be; raises `UsageError` if that makes no sense.

        Raises:
            NoSuchAlert: one of them is none; nothing was done.
            ChangedMeanwhile: they are changed again and again by somebody else.
        """
        numbers = [target.number for target in targets]
        done: dict[int, str] = {}
        for _ in range(_TRIES):
            raised = await self.numbered(channel, numbers)
            left = [pair for pair in zip(targets, raised, strict=True) if pair[0].number not in done]
            judged = _judge(left, act, self._clock.now())
            written = {alert.ref for alert in await self._write(judged.changes)}
            done |= {each.alert.number or 0: _said(each) for each in judged.changes if each.alert.ref in written}
            if len(written) == len(judged.changes):
                now = await self.numbered(channel, numbers, steps=STEPS_SHOWN)
                said = next(iter(done.values()), "")
                return Outcome(raised=now, done=tuple(done), stale=judged.stale, refused=judged.refused, said=said)
        raise ChangedMeanwhile(LISTING)

    async def _write(self, changes: Sequence[AlertChange]) -> Sequence[Alert]:
        """Write what shall be, and have it shown on the cards soon."""
        if not changes:
            return ()
        now = self._clock.now()
        written = await self._ledger.change_alerts(changes, now=now)
        await self._ledger.look_at_cards({alert.card: now for alert in written if alert.card is not None})
        self._nudge()
        _log(changes, {alert.ref for alert in written})
        return written

    # what was held back

    async def release(self, channel: str, connection: str, by: str | None) -> Hold:
        """Let through what was held back at a connection because so much of it turned at once.

        Raises:
            Forbidden: in this channel only admins may.
            UsageError: nothing is held back there.
            ChangedMeanwhile: it was released a moment ago.
        """
        if channel != self._operators_channel and not self.is_admin(by):
            raise Forbidden("release what is held back from here", "an admin, or anybody in the operators' channel")
        held = await self._ledger.holds(self._workspace)
        hold = next((each for each in held if each.connection == connection), None)
        if hold is None:
            others = ", ".join(f"`{each.connection}`" for each in held)
            hint = f" Held back are alerts of {others}." if others else ""
            raise UsageError(f"Nothing is held back of `{connection}` now.{hint}", correction=LISTING)
        now = self._clock.now()
        released = await self._ledger.save_hold(replace(hold, released_at=now, released_by=by))
        if released is None:
            raise ChangedMeanwhile(LISTING)
        cards = await self._ledger.cards_of(self._workspace, CardKind.MASS, hold.ref)
        await self._ledger.look_at_cards({card.ref: now for card in cards})
        self._nudge()
        log.info("hold.released", connection=connection, hold=hold.ref, by=by)
        return released


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What is to be written, and what is not."""

    changes: tuple[AlertChange, ...]
    stale: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]


def _judge(
    pairs: Iterable[tuple[Target, Raised]], act: Callable[[Raised, datetime], AlertChange], now: datetime
) -> _Judged:
    changes: list[AlertChange] = []
    stale: list[int] = []
    refused: list[tuple[int, str]] = []
    for target, raised in pairs:
        if not target.is_of(raised.alert):
            stale.append(target.number)
            continue
        try:
            changes.append(act(raised, now))
        except UsageError as refusal:
            refused.append((target.number, refusal.sentence))
    return _Judged(changes=tuple(changes), stale=tuple(stale), refused=tuple(refused))


def _said(change: AlertChange) -> str:
    return change.steps[0].what if change.steps else ""


def _log(changes: Iterable[AlertChange], written: Collection[int]) -> None:
    """Say who did what; not what they wrote, which may be private."""
    for change in changes:
        if change.alert.ref in written:
            for step in change.steps:
                log.info("alert.changed", alert=change.alert.ref, kind=step.kind.value, by=step.by)
