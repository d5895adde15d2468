"""The life of an alert: a pure function of what it was, what its condition says now, and the time.

::

    (no row) --fires--> QUIET --still, 10 min later--> INACTIVE --sign of life--> RECOVERING --another--> ACTIVE
                          |                              |  ^                        |
                          +--clears--> ACTIVE            |  +------- none in 24 h ---+
                                                         +--its condition ended, or an edit--> ACTIVE
    any open one --archived, kept, watch changed or removed--> CLOSED
    any open one --gone--> GONE

Where nothing is known nothing opens and nothing ends. Every opening that was told has one end that is told. Whether an
opening was told is known only to the deliverer, at the moment when it tells the end: so ends are always meant to be
told, and it drops those of openings that never were.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.alerts import sentences
from bot.alerts.endings import closing
from bot.alerts.flapping import calm_down, flip, grow_steady, is_calm, would_flap
from bot.alerts.lapsing import give_notice, lapse, note_change, unack
from bot.alerts.pace import CONFIRM, UNCONFIRMED
from bot.alerts.repeating import put_off, repeat
from bot.alerts.rules import TOLD
from bot.alerts.turn import Turn
from bot.alerts.waking import rests_on_same_look, wakes_at
from bot.model import (
    MOMENTARY,
    URGENT,
    Alert,
    AlertState,
    ConditionKind,
    StepKind,
    Telling,
    Verdict,
)
from bot.ports.watches import AlertChange

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Entry, Finding, Watch

AT_ONCE: Final = URGENT | {ConditionKind.GONE}
"""Conditions that are sure when they fire: they are told by the source, or rest on several looks themselves."""

_BUILDS: Final = frozenset({ConditionKind.BUILD_REJECTED, ConditionKind.BUILD_APPROVED})

_ASKS_FOR_MORE: Final = "the watch was changed, and asks for more now"
_CHANGED: Final = "the watch was changed"


def step(
    alert: Alert | None, finding: Finding, *, watch: Watch, entry: Entry, now: datetime, baseline: bool = False
) -> AlertChange | None:
    """Take one step; None: nothing is to be written.

    Args:
        alert: of this watch and project; None: there never was one.
        finding: what the condition says, as of the last good look; UNSURE where the connection cannot be seen.
        watch: whose rule it is.
        entry: the project.
        now: aware UTC; may stand before earlier ones, if a clock went back.
        baseline: whether the watch is evaluated for the first time, or anew: what fires opens without a second look.
    """
    if alert is None and finding.verdict is not Verdict.FIRES:
        return None
    turn = Turn(alert or _new(watch, entry, now), finding, watch, entry, now)
    lapse(turn)
    if baseline and turn.alert.is_open and _asked_otherwise(turn):
        _ask_anew(turn)
    elif turn.alert.keep is None:
        _move(turn, baseline=baseline)
    grow_steady(turn)
    if baseline:
        put_off(turn)
    repeat(turn)
    give_notice(turn)
    return _written(alert, turn)


def end(alert: Alert, reason: str, now: datetime, *, for_good: bool = True) -> AlertChange:
    """Close an alert whose watch does not speak of this project any more.

    Args:
        alert: in any state.
        reason: the end of a sentence of ours: ``the watch was removed``.
        now: aware UTC.
        for_good: whether what was kept is forgotten, too, as of a removed watch; else it counts once more.
    """
    return closing(replace(alert, keep=None) if for_good else alert, reason, now)


def shows_life(alert: Alert, finding: Finding) -> bool:
    """Tell whether an open alert will end, or wait for its end, as soon as it is judged by such a finding."""
    if finding.verdict not in {Verdict.CLEAR, Verdict.QUIET}:
        return False
    return _is_newer(finding, alert.signal_at) or (not finding.sampled and finding.signal_at is None)


def _new(watch: Watch, entry: Entry, now: datetime) -> Alert:
    return Alert(
        ref=0,
        watch=watch.ref,
        project=entry.ref,
        connection=entry.project.connection,
        state=AlertState.ACTIVE,
        since=now,
    )


def _written(before: Alert | None, turn: Turn) -> AlertChange | None:
    """Return what is to be written; being woken too early is not worth a write."""
    after = replace(turn.alert, next_at=wakes_at(turn))
    if before is not None and not turn.steps and replace(after, next_at=before.next_at) == before:
        early = before.next_at is not None and turn.now < before.next_at
        if before.next_at == after.next_at or (early and _not_after(before.next_at, after.next_at)):
            return None
    return AlertChange(alert=after, steps=tuple(turn.steps))


def _not_after(one: datetime | None, other: datetime | None) -> bool:
    return other is None or (one is not None and one <= other)


def _move(turn: Turn, *, baseline: bool) -> None:
    """Follow the verdict."""
    match turn.finding.verdict:
        case Verdict.UNSURE:
            pass
        case Verdict.FIRES:
            _fires(turn, baseline=baseline)
        case Verdict.CLEAR | Verdict.QUIET:
            _clears(turn)
        case Verdict.GONE | Verdict.OUT:
            _leaves(turn)


# --- it holds -----------------------------------------------------------------------------------------------------


def _fires(turn: Turn, *, baseline: bool) -> None:
    alert = turn.alert
    if alert.state is AlertState.RECOVERING:
        _relapse(turn)
        _worse(turn)
    elif alert.state is AlertState.INACTIVE:
        _worse(turn)
    elif baseline or turn.watch.condition.kind in AT_ONCE:
        _open(turn, baseline=baseline)
    elif alert.state is not AlertState.QUIET:
        turn.become(state=AlertState.QUIET, since=turn.now, confirmed_at=turn.finding.looked_at)
    elif turn.now - alert.since >= CONFIRM and not rests_on_same_look(alert, turn.finding):
        _open(turn, baseline=False)


def _open(turn: Turn, *, baseline: bool) -> None:
    """Open it. Nobody is told of what a card shows from its beginning, or of what is not to be heard of."""
    aloud = not (baseline or turn.muffled)
    turn.become(
        state=AlertState.INACTIVE,
        since=turn.now,
        opened_at=turn.now,
        baseline=baseline,
        severity=turn.finding.severity,
        signal_at=_known_at(turn.finding),
        confirmed_at=None,
        detail=turn.finding.detail,
        announced_at=None,
        repeats=0,
        repeated_at=None,
        reason="",
    )
    turn.say(StepKind.OPENED, sentences.opened(turn.watch.condition, turn.finding, baseline=baseline), aloud=aloud)
    if not baseline:
        flip(turn)


def _worse(turn: Turn) -> None:
    """Tell of higher severity, and of the next build; who owns it is mentioned."""
    alert, finding, condition = turn.alert, turn.finding, turn.watch.condition
    known = _known_at(finding)
    again = condition.kind in _BUILDS and known is not None and alert.signal_at is not None and known > alert.signal_at
    rose = finding.severity > alert.severity
    turn.become(severity=finding.severity, detail=finding.detail, signal_at=known if again else alert.signal_at)
    if not rose and not again:
        return
    note_change(turn, why="it has changed")
    aloud = not turn.muffled
    unack(turn, why="it has changed", aloud=False)
    what = (sentences.another_build if again else sentences.worse)(condition, finding)
    kind = StepKind.REPEATED if condition.kind in MOMENTARY else StepKind.WORSE
    turn.say(kind, what, aloud=aloud, mention=turn.alert.owner)
    if aloud:
        turn.become(repeated_at=turn.now)


def _relapse(turn: Turn) -> None:
    """Go back to where it was: the sign was chance, or, of what flaps, it holds again."""
    again = is_calm(turn.alert)
    turn.become(state=AlertState.INACTIVE, since=turn.now, confirmed_at=None)
    if again:
        turn.become(signal_at=_known_at(turn.finding))
        turn.say(StepKind.RELAPSED, sentences.opened(turn.watch.condition, turn.finding, baseline=False))
        flip(turn)
    else:
        turn.say(StepKind.RELAPSED, "showed no second sign of life")


# --- it holds no more ---------------------------------------------------------------------------------------------


def _clears(turn: Turn) -> None:
    match turn.alert.state:
        case AlertState.QUIET:
            _forget(turn)
        case AlertState.INACTIVE:
            _signs(turn)
        case AlertState.RECOVERING:
            _confirm(turn)
        case AlertState.ACTIVE | AlertState.CLOSED | AlertState.GONE:
            pass


def _signs(turn: Turn) -> None:
    """End an open one, or wait for a second sign if the first may be chance."""
    alert, finding = turn.alert, turn.finding
    if _is_newer(finding, alert.signal_at):
        if finding.sampled:
            _recover(turn)
        else:
            _back(turn)
    elif not finding.sampled and finding.signal_at is None:
        _back(turn)
    elif finding.signal_at is not None and alert.opened_at is not None and finding.signal_at <= alert.opened_at:
        _close(turn, _ASKS_FOR_MORE)


def _recover(turn: Turn) -> None:
    seen = turn.finding.signal_at
    turn.say(StepKind.RECOVERING, sentences.recovering(turn.watch.condition, turn.finding))
    turn.become(state=AlertState.RECOVERING, since=turn.now, signal_at=seen, confirmed_at=seen)
    note_change(turn, why="something was seen", aloud=True)


def _confirm(turn: Turn) -> None:
    alert, finding = turn.alert, turn.finding
    if is_calm(alert):
        return
    if _is_newer(finding, alert.signal_at) or (not finding.sampled and finding.signal_at is None):
        _back(turn)
    elif turn.now - alert.since - _blind(finding) >= UNCONFIRMED:
        _relapse(turn)


def _back(turn: Turn) -> None:
    """End well. A snooze for some time outlasts that: it may open again."""
    alert = turn.alert
    if would_flap(alert, turn.now):
        calm_down(turn)
        return
    what = sentences.back(turn.watch.condition, alert, turn.finding, turn.entry, turn.now)
    snooze = alert.snooze if alert.snooze is not None and alert.snooze.until is not None else None
    turn.become(state=AlertState.ACTIVE, since=turn.now, ack=None, snooze=snooze)
    turn.say(StepKind.BACK, what, aloud=True)
    flip(turn)


# --- it is none of ours -------------------------------------------------------------------------------------------


def _leaves(turn: Turn) -> None:
    alert = turn.alert
    if alert.is_open:
        _close(turn, turn.finding.reason)
    elif alert.state is AlertState.QUIET:
        _forget(turn)


def _forget(turn: Turn) -> None:
    """Let a first look be none: it was not confirmed."""
    turn.become(state=AlertState.ACTIVE, since=turn.now, confirmed_at=None)


def _close(turn: Turn, reason: str) -> None:
    gone = turn.finding.verdict is Verdict.GONE
    change = closing(turn.alert, reason, turn.now, state=AlertState.GONE if gone else AlertState.CLOSED)
    told = turn.watch.condition.kind in MOMENTARY and reason == TOLD
    turn.alert = change.alert
    turn.steps += [replace(each, telling=Telling.NOBODY) if told else each for each in change.steps]


# --- its watch asks something else ----------------------------------------------------------------------------------


def _asked_otherwise(turn: Turn) -> bool:
    """Tell whether it opened when its watch asked something else, and is judged anew for the first time."""
    opened_at, asked_at = turn.alert.opened_at, turn.watch.asked_at
    return opened_at is not None and asked_at is not None and opened_at <= asked_at


def _ask_anew(turn: Turn) -> None:
    """Keep it open without a word if what is asked now holds, too; or else it ends, and not well: nothing happened."""
    finding = turn.finding
    if finding.verdict is Verdict.GONE:
        _leaves(turn)
    elif finding.verdict is not Verdict.FIRES:
        _close(turn, _CHANGED)
    else:
        state = AlertState.INACTIVE
        turn.become(state=state, since=turn.alert.since if turn.alert.state is state else turn.now)
        turn.become(severity=finding.severity, detail=finding.detail, signal_at=_known_at(finding), confirmed_at=None)


# --- evidence -----------------------------------------------------------------------------------------------------


def _known_at(finding: Finding) -> datetime | None:
    """Return the newest date known when it fires: what comes after speaks against it."""
    return finding.signal_at or finding.since


def _is_newer(finding: Finding, known: datetime | None) -> bool:
    return finding.signal_at is not None and (known is None or finding.signal_at > known)


def _blind(finding: Finding) -> timedelta:
    """Return how long nobody could see since the sign of life."""
    return timedelta() if finding.idle is None else finding.idle.blind
