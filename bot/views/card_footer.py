"""The small print of a card: what its watch looks for, how old and how complete the data is, and how to hear less."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.conditions import condition_words, print_condition
from bot.model import ConditionKind
from bot.views.blocks import clip
from bot.views.digest_words import on_day
from bot.views.silence import age, blind_words, coverage_words
from bot.views.watch_words import zone_of

if TYPE_CHECKING:
    from bot.answers import CardReport
    from bot.model import Condition, Watch

QUERY_WIDTH = 120
_NOT_PINNED = "-pinned:true"
_NEVER_KEPT = frozenset({ConditionKind.GONE, ConditionKind.BUILD_APPROVED, ConditionKind.BUILD_REJECTED})
"""What nobody leaves alone on purpose."""

_UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))


def small_print(report: CardReport) -> list[str]:
    """Return the lines, each plain text with commands between backquotes."""
    lines = [asked(report.watch)] if report.watch else ["The watch of this card was removed."]
    lines += [*_data(report), *_coverage(report), *_blind(report)]
    if report.watch is None or report.continued or not report.open:
        return lines
    return [*lines, _advice(report.watch, several=len(report.open) > 1)]


def asked(watch: Watch) -> str:
    """Say what a watch looks for: ``Watch 2 looks for: no edits for 30 d, in all projects but pinned ones``."""
    where = _where(watch.draft.query)
    resting = " It rests now." if watch.pause else ""
    return f"Watch {watch.number} looks for: {condition_words(watch.condition)}, {where}.{resting}"


def _where(query: str) -> str:
    """Say in which projects: pinned ones are nearly always left out, and that is said in words."""
    others = " ".join(word for word in query.split() if word != _NOT_PINNED)
    pinned = " but pinned ones" if _NOT_PINNED in query.split() else ""
    shown = clip(others, QUERY_WIDTH).replace("`", " ")
    return f"in all of `{shown}`{pinned}" if shown else f"in all projects{pinned}"


def _data(report: CardReport) -> list[str]:
    """Say how old the data is, by the clock: a card stays to be read."""
    known, watch = report.known, report.watch
    if known is None or known.last_success_at is None:
        return []
    zone = zone_of(watch) if watch else ZoneInfo("UTC")
    when = on_day(known.last_success_at, zone, report.moment.now)
    return [f"Data of {when}; times in {zone}."]


def _coverage(report: CardReport) -> list[str]:
    """Say how well the worst observed project was observed, if that is by looking."""
    found = [line.finding.idle for line in report.open if line.finding and line.finding.idle]
    seen = [idle.coverage for idle in found if idle.coverage is not None]
    if not seen:
        return []
    words = coverage_words(min(seen, key=lambda each: each.share))
    return [f"{words[:1].upper()}{words[1:]}."]


def _blind(report: CardReport) -> list[str]:
    """Say once how long nobody could look; where the source dates everything, nothing was missed."""
    found = [line.finding.idle for line in report.open if line.finding and line.finding.idle]
    blind = [idle.blind for idle in found if idle.since is not None and blind_words(idle)]
    return [f"For {age(max(blind))} I could not look; that time is not held against any project."] if blind else []


def _advice(watch: Watch, *, several: bool) -> str:
    keep = "Press Why?, then Keep." if several else "Choose Keep."
    asks = "" if watch.condition.kind in _NEVER_KEPT else f"Left alone on purpose? {keep} "
    return f"{asks}To hear less: `watch edit {watch.number}{_eased(watch.condition)}`."


def _eased(condition: Condition) -> str:
    """Write a condition that is met later, as an example: half as long again, in whole units."""
    if condition.threshold is None:
        return ""
    unit = next(unit for unit in _UNITS if condition.threshold >= unit)
    whole = max(condition.threshold // unit * 3 // 2, 2) * unit
    return f" {print_condition(replace(condition, threshold=whole))}"
