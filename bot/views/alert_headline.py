"""The first line of the card of a watch: it stands alone, as it is all that a notification shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import MOMENTARY, PauseKind
from bot.views.alert_ends import PAUSED, ended, is_well
from bot.views.alert_lines import name_of_line
from bot.views.blocks import clip, one_line
from bot.views.evidence import count
from bot.views.totals import TITLE_WIDTH
from bot.views.watch_words import explained, happened, mark_of, projects_of, standing

if TYPE_CHECKING:
    from bot.answers import CardLine, CardReport
    from bot.model import Watch

END_WIDTH = 120
NAME_WIDTH = 60
MOST_NAMED = 2
"""New ones that the first line of a card names that goes on; more are counted."""


def standing_lines(report: CardReport) -> tuple[CardLine, ...]:
    """Return the alerts that are told one by one: open ones, new ones first, or all news if they are only that."""
    if is_news(report):
        return (*report.open, *report.ended)
    return tuple(sorted(report.open, key=lambda line: not is_new(line, report)))


def is_new(line: CardLine, report: CardReport) -> bool:
    """Tell whether an alert is what a card begins with that goes on with an older one."""
    alert, told_at = line.raised.alert, report.told_before
    if report.card.after is None or is_news(report):
        return False
    return alert.announced_at is None or (told_at is not None and (alert.opened_at or alert.since) > told_at)


def is_news(report: CardReport) -> bool:
    """Tell whether the card tells of what never ends, such as a build that went live."""
    watch = watch_of(report)
    return watch is not None and watch.condition.kind in MOMENTARY


def is_paused(report: CardReport) -> bool:
    """Tell whether somebody paused the watch, so that nothing on the card is judged."""
    pause = report.watch.pause if report.watch is not None else None
    return pause is not None and pause.kind is PauseKind.PERSON


def watch_of(report: CardReport) -> Watch | None:
    """Return the watch, also if it was removed; None if nothing is known of it any more."""
    lines = (*report.open, *report.ended)
    return report.watch or (lines[0].raised.watch if lines else None)


def headline(report: CardReport) -> str:
    """Say what the card is about, in a sentence that can stand alone."""
    watch, lines = watch_of(report), standing_lines(report)
    title = clip(one_line(report.title), TITLE_WIDTH)
    if watch is None or not lines:
        return _all_over(report, title)
    if is_paused(report):
        return _resting(watch.number, len(lines))
    new = [line for line in lines if is_new(line, report)]
    if 0 < len(new) < len(lines):
        return _more(new, len(lines) - len(new), title)
    return _all_of(report, watch, lines, title)


def _all_of(report: CardReport, watch: Watch, lines: tuple[CardLine, ...], title: str) -> str:
    """Say what became of those that opened; those that were so before the watch are counted apart."""
    condition = watch.condition
    number = len(lines) if not is_news(report) else max(len(lines), len(report.open) + report.ended_total)
    since = [line for line in lines if not line.raised.alert.baseline]
    before = len(lines) - len(since)
    told = number - before or number
    name = (since or lines)[0]
    who = f"{name_of_line(name, NAME_WIDTH)} ({title})" if told == 1 else projects_of(told, title)
    if not since:
        why = explained(condition).replace(": ", ", ", 1)
        return f"{mark_of(condition)} Already {standing(condition)} when this watch began: {who}{why}"
    rest = f" · {before:,} {'was' if before == 1 else 'were'} so before" if before else ""
    return f"{mark_of(condition)} {who} {happened(condition, told)}{explained(condition)}{rest}"


def _more(new: list[CardLine], still: int, title: str) -> str:
    """Say what is new on a card that goes on with an older one."""
    condition = new[0].raised.watch.condition
    names = ", ".join(name_of_line(line, NAME_WIDTH) for line in new[:MOST_NAMED])
    rest = f" and {len(new) - MOST_NAMED:,} more" if len(new) > MOST_NAMED else ""
    what = f"{count(len(new), f'more {title} project')} {happened(condition, len(new))}"
    return f"{mark_of(condition)} {what}: {names}{rest} · {still:,} still {standing(condition)}"


def _resting(number: int, projects: int) -> str:
    are = "is" if projects == 1 else "are"
    return f"⏸️ Watch {number} is paused: {count(projects, 'project')} {are} not watched any more"


def _all_over(report: CardReport, title: str) -> str:
    total, ends = report.ended_total, report.ended
    if is_paused(report) and ends and all(line.raised.alert.reason == PAUSED for line in ends):
        return _resting(ends[0].raised.watch.number, total)
    if total == len(ends) == 1:
        mark, words = ended(ends[0])
        return f"{mark} {name_of_line(ends[0], NAME_WIDTH)} ({title}) {clip(words, END_WIDTH)}"
    back = sum(is_well(line.raised.alert) for line in ends)
    if total and back == total:
        return f"✅ All back: {projects_of(total, title)}"
    if total == len(ends) and back:
        return f"☑️ All over: {projects_of(total, title)}, {back:,} back and {total - back:,} closed"
    return f"☑️ All over: {projects_of(total, title)}" if total else f"☑️ Nothing of {title} is open here any more"
