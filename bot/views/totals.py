"""How many projects there are where, against the last digest: a line for each source, a table for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import State
from bot.views.blocks import clip, one_line
from bot.views.digest_words import wall_clock, zone_of
from bot.views.evidence import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.answers import DigestReport, SourceTotals

MOST_LINES = 3
"""Sources told in a line each; a phone cuts off the last column of a table, and more lines are too many."""

MOST_SOURCES = 12
"""Rows of the table; what more there is, is counted in one row."""

TITLE_WIDTH = 30
MOST_UNCOUNTED = 3
PEAK_NAME_WIDTH = 40

STATE_WORDS = {
    State.ACTIVE: "active",
    State.QUIET: "quiet",
    State.INACTIVE: "inactive",
    State.OFF: "off",
    State.LAPSED: "lapsed",
    State.ARCHIVED: "archived",
    State.GONE: "gone",
    State.UNKNOWN: "of unknown age",
}
_COLUMNS: tuple[tuple[str, tuple[State, ...]], ...] = (
    ("Projects", tuple(State)),
    ("Inactive", (State.INACTIVE,)),
    ("Off/lapsed", (State.OFF, State.LAPSED)),
)
_NOT_KNOWN = "?"

_PRESSING = (State.LAPSED, State.OFF, State.INACTIVE)
"""The states that are told of each of several sources, in the order in which a digest tells them."""

_ALL = (*_PRESSING, *(state for state in STATE_WORDS if state not in _PRESSING))


def signed(number: int) -> str:
    """Write a difference with its sign: ``+2``, ``−1``, and nothing for none."""
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number < 0 else ""


def clock_time(at: datetime, report: DigestReport) -> str:
    """Write a moment on the digest's clock: the time of the day if it is today, else the day too."""
    zone = zone_of(report.digest)
    if at.astimezone(zone).date() == report.now.astimezone(zone).date():
        return f"{at.astimezone(zone):%H:%M}"
    return wall_clock(at, zone, report.now)


def title_of(totals: SourceTotals) -> str:
    """Return what people call a source."""
    return clip(one_line(totals.title), TITLE_WIDTH)


def sighted(report: DigestReport) -> list[SourceTotals]:
    """Return the sources whose numbers are of now."""
    return [each for each in report.totals if each.read and not each.blind]


def table_rows(report: DigestReport) -> list[list[str]]:
    """Return one row of cells for each source, below a header."""
    rows = [["Source", *(name for name, _ in _COLUMNS)]]
    rows += [
        [title_of(each), _all(each, report), *(_cell(each, kinds) for _, kinds in _COLUMNS[1:])]
        for each in report.totals[:MOST_SOURCES]
    ]
    if rest := report.totals[MOST_SOURCES:]:
        known = [each for each in rest if each.read]
        sums = [f"{sum(_number(each.states, kinds) for each in known):,}" for _, kinds in _COLUMNS]
        rows.append([f"{len(rest)} more", *sums])
    return rows


def line(only: SourceTotals, report: DigestReport) -> str:
    """Say the totals of a single source: ``42 projects (+2) · 2 inactive · 36 active``."""
    return " · ".join([_projects(only, report), *_present(only, _ALL)])


def source_line(each: SourceTotals, report: DigestReport) -> str:
    """Say the totals of one source among several: ``MicroVisualizer 30 (−1) · 11 inactive (+1)``."""
    number = _all(each, report)
    first = f"{title_of(each)} {number}" if each.read else f"{title_of(each)}: {number}"
    return " · ".join([first, *(_present(each, _PRESSING) if each.read else ())])


def spoken(report: DigestReport) -> list[str]:
    """Say the same without a table."""
    lines = [source_line(each, report) for each in report.totals[:MOST_SOURCES]]
    return [*lines, *(": ".join(row[:2]) + " projects" for row in table_rows(report)[MOST_SOURCES + 1 :])]


def _projects(totals: SourceTotals, report: DigestReport) -> str:
    change = _change(totals, report)
    if not totals.read:
        return change
    return f"{count(totals.total, 'project')}{f' ({change})' if change else ''}"


def _counted(totals: SourceTotals, kinds: Sequence[State], word: str) -> str:
    """Write ``98 inactive (+1)``."""
    number, bracket, delta = _with_delta(totals, kinds).partition(" (")
    return f"{number} {word}{bracket}{delta}"


def _present(totals: SourceTotals, states: Iterable[State]) -> list[str]:
    """Count those of the states that a project is in, or was in."""
    found = [state for state in states if totals.states.get(state) or (totals.before or {}).get(state)]
    return [_counted(totals, (state,), STATE_WORDS[state]) for state in found]


def peak_lines(report: DigestReport) -> list[str]:
    """Say where the most viewers were, and how that is against the period before, and whose were not counted."""
    return [*_busiest(report), *_uncounted(report)]


def _uncounted(report: DigestReport) -> list[str]:
    """Name the sources whose viewers nobody counted; of those that cannot be read at all, nothing else is expected."""
    titles = [title_of(each) for each in report.totals if not each.viewers_counted and not each.blind]
    more = [f"{len(titles) - MOST_UNCOUNTED} more"] if len(titles) > MOST_UNCOUNTED else []
    return [f"Viewers not counted: {', '.join([*titles[:MOST_UNCOUNTED], *more])}"] if titles else []


def _busiest(report: DigestReport) -> list[str]:
    """Say it of the busiest source."""
    found = [(each.peak.live, each.peak, each) for each in report.totals if each.peak is not None]
    if not found:
        return []
    live, peak, busiest = max(found, key=lambda one: one[0])
    name = clip(one_line(busiest.peak_name), PEAK_NAME_WIDTH) or f"#{peak.ref}"
    when = wall_clock(peak.at, zone_of(report.digest), report.now)
    moved = "" if busiest.peak_before is None else signed(live - busiest.peak_before)
    delta = f" ({moved})" if moved else ""
    return [f"Most viewers at once: {live:,}{delta} at {name}, {when}"]


def _all(totals: SourceTotals, report: DigestReport) -> str:
    """Write how many projects there are, and how many more or less than before, or why that is not known."""
    change = _change(totals, report)
    return f"{totals.total:,}{f' ({change})' if change else ''}" if totals.read else change


def _cell(totals: SourceTotals, kinds: Sequence[State]) -> str:
    """Write a number; what was never read is not zero."""
    return _with_delta(totals, kinds) if totals.read else _NOT_KNOWN


def _with_delta(totals: SourceTotals, kinds: Sequence[State]) -> str:
    """Write how many projects are of some kinds, and how many more or less than before if that is not the same."""
    now = _number(totals.states, kinds)
    moved = 0 if totals.before is None or totals.blind else now - _number(totals.before, kinds)
    return f"{now:,} ({signed(moved)})" if moved else f"{now:,}"


def _change(totals: SourceTotals, report: DigestReport) -> str:
    """Say how the number of projects has changed, or why that is not known."""
    if not totals.read:
        return "not read yet"
    if totals.blind:
        seen = report.moment.blind_since.get(totals.connection)
        return f"as of {clock_time(seen, report)}" if seen else "not read now"
    if totals.before is None:
        return "not compared" if report.since else ""
    return signed(totals.total - sum(totals.before.values()))


def _number(states: dict[State, int], kinds: Iterable[State]) -> int:
    return sum(states.get(kind, 0) for kind in kinds)
