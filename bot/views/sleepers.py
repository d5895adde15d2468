"""What `inactive` says of each project: the evidence as cards word it, and what watches of the channel know."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.conditions import print_condition
from bot.model import Condition, ConditionKind, Signal, State, idle_in, idle_of, state_of
from bot.views.alert_buttons import targets
from bot.views.alert_words import open_for, overlays, silence
from bot.views.blocks import clip, one_line
from bot.views.evidence import DETAIL_WIDTH, NARROW_DETAIL_WIDTH, NARROW_FROM, count, matter_of
from bot.views.silence import age, coverage_words, last_sign, limit
from bot.views.watch_words import zone_of

if TYPE_CHECKING:
    from bot.answers import ProjectList
    from bot.model import Entry, Freshness, Idle, Raised

_BEGINNING = timedelta(hours=1)
_BY_TIME = frozenset({State.INACTIVE, State.QUIET})


def sleeper_detail(entry: Entry, answer: ProjectList, title: str, width: int) -> str:
    """Return what stands under a project's name: the evidence, and in another line what watches say; plain text.

    `width` is that of the names: details shrink with them.
    """
    narrow = width <= NARROW_FROM
    most = NARROW_DETAIL_WIDTH + 20 if narrow else DETAIL_WIDTH + 30
    pinned = "📌 pinned" if entry.project.pinned else ""
    first = _joined(_evidence(entry, answer, narrow=narrow), pinned, one_line(title))
    told = [_told(each, answer) for each in answer.raised.get(entry.ref, ())]
    return "\n".join(clip(line, most) for line in (first, *told))


def idle_of_row(entry: Entry, answer: ProjectList) -> Idle:
    """Return the evidence that the answer rests on."""
    signals = signals_of(answer)
    if not signals:
        return idle_in(entry, answer.moment)
    sights = answer.moment.sights_of(entry.project.connection)
    threshold = answer.moment.quiet_after
    return answer.silences.get(entry.ref) or idle_of(entry, sights, threshold=threshold, signals=signals)


def signals_of(answer: ProjectList) -> tuple[Signal, ...]:
    """Return what was asked to count as activity; empty: everything."""
    word = answer.query.mode("signals")
    return (Signal(word),) if word else ()


def explained(entry: Entry, answer: ProjectList) -> tuple[tuple[str, str], ...]:
    """Return what leads to everything about the first alert of a project, as label and command; nothing without one."""
    numbered = [each for each in answer.raised.get(entry.ref, ()) if each.alert.number is not None]
    return tuple((f"Why alert {each.alert.number}?", f"alerts why {targets([each])}") for each in numbered[:1])


def add_hint(answer: ProjectList) -> list[str]:
    """Say how to be told of what is listed, where no watch does it."""
    if answer.watches or not answer.found.total:
        return []
    threshold = answer.moment.quiet_after
    wanted = Condition(kind=ConditionKind.INACTIVE, threshold=threshold, signals=signals_of(answer))
    return [f"To be told in a channel: `watch add {print_condition(wanted)}`."]


def _evidence(entry: Entry, answer: ProjectList, *, narrow: bool) -> str:
    idle, moment = idle_of_row(entry, answer), answer.moment
    if not signals_of(answer) and state_of(entry, moment) not in _BY_TIME:
        busy = entry.viewers is not None and entry.viewers.live > 0
        sign = last_sign(entry, idle, moment.zone, moment.now) if idle.last_at and not busy else ""
        return _joined(matter_of(entry, moment), sign)
    condition = Condition(kind=ConditionKind.INACTIVE, threshold=idle.threshold)
    words = silence(idle, condition, entry, moment.zone, moment.now)
    seen = coverage_words(idle.coverage) if idle.coverage is not None and not narrow else ""
    return _joined(words, seen)


def _told(raised: Raised, answer: ProjectList) -> str:
    """Say which alert covers a project, and what people said of it."""
    alert, watch, now = raised.alert, raised.watch, answer.now
    called = f"alert {alert.number} of watch {watch.number}" if alert.number else f"watch {watch.number}"
    since = f", open {open_for(alert, now)}" if alert.is_open else ""
    said = overlays(alert, watch.condition, zone_of(watch), now, answer.people)
    return _joined(f"🔔 {called}{since}" if alert.is_open else called, *said)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


# --- what cannot be said -----------------------------------------------------------------------------------------


def doubts(answer: ProjectList) -> list[str]:
    """Say of how many projects not enough is known, and why."""
    if not answer.unsure:
        return []
    if signals_of(answer):
        concerned = [each for each in answer.freshness if answer.query.concerns(each.source, each.connection)]
        why = "; ".join(f"{_title(each)}: {_why(each, answer)}" for each in concerned)
        return [f"Not enough data: {count(answer.unsure, 'project')} ({why})."]
    states = answer.tally.states if answer.tally else {}
    unknown = {name: number for (name, state), number in sorted(states.items()) if state is State.UNKNOWN}
    return [
        f"Not enough data: {count(unknown[each.connection], 'project')} of {_title(each)} ({_why(each, answer)})."
        for each in answer.freshness
        if unknown.get(each.connection)
    ]


def _title(known: Freshness) -> str:
    return one_line(known.title)


def _why(known: Freshness, answer: ProjectList) -> str:
    """Say why the silence of some projects of a connection means nothing."""
    signals, threshold = signals_of(answer), answer.moment.quiet_after
    if signals == (Signal.VIEWERS,) and not known.measures_viewers:
        return "it does not count viewers"
    seen = answer.moment.sights.get(known.connection)
    if seen is None or seen.listing.until is None:
        return "nobody looks there regularly"
    sight = seen.viewers if known.measures_viewers and signals != (Signal.EDITS,) else seen.listing
    if sight.since is None or sight.until is None:
        return "its viewers were not counted yet"
    if sight.until - sight.since < _BEGINNING:
        return "I have only begun to look"
    if sight.until - sight.since < threshold:
        return f"observed for {age(sight.until - sight.since)} of {limit(threshold)}"
    coverage = sight.coverage(threshold)
    return f"known for less than {limit(threshold)}" if coverage.enough else coverage_words(coverage, only="only ")
