"""The small print of a card: what its watch looks for, how old and how complete the data is, and how to hear less."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.conditions import condition_words
from bot.views.blocks import clip
from bot.views.digest_words import on_day
from bot.views.silence import coverage_words
from bot.views.watch_words import zone_of

if TYPE_CHECKING:
    from bot.answers import CardReport
    from bot.model import Watch

QUERY_WIDTH = 120


def small_print(report: CardReport) -> list[str]:
    """Return the lines, each plain text with commands between backquotes."""
    lines = [asked(report.watch)] if report.watch else ["The watch of this card was removed."]
    lines += [*_data(report), *_coverage(report)]
    if report.watch is None or report.continued or not report.open:
        return lines
    return [*lines, _advice(report.watch, several=len(report.open) > 1)]


def asked(watch: Watch) -> str:
    """Say what a watch looks for: ``Watch 2 looks for: no edits for 30 d, in `source:microvisualizer```."""
    query = clip(watch.draft.query, QUERY_WIDTH).replace("`", " ")
    where = f"in `{query}`" if query else "in all projects"
    resting = " It rests now." if watch.pause else ""
    return f"Watch {watch.number} looks for: {condition_words(watch.condition)}, {where}.{resting}"


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


def _advice(watch: Watch, *, several: bool) -> str:
    each = "Why? shows everything about one project. " if several else ""
    return (
        f"{each}To hear less: snooze, keep what rests on purpose, or change the watch with `watch edit {watch.number}`."
    )
