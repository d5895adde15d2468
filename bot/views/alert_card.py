"""The card of a watch: what happened, the evidence for each project, what people said, and what can be done.

It is one message that is edited as things change. Its first line stands alone: it is all that a notification shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import slackblocks as sb

from bot.model import MOMENTARY, AlertState, Message
from bot.views import alert_buttons, blocks
from bot.views.alert_lines import Setting, alert_row, details_of, name_of_line
from bot.views.alert_words import ended
from bot.views.blocks import bold, clip, one_line, text
from bot.views.buttons import privately
from bot.views.card_footer import small_print
from bot.views.digest_words import on_day
from bot.views.page import Page, fitted
from bot.views.totals import TITLE_WIDTH
from bot.views.watch_words import explained, happened, mark_of, projects_of, standing, zone_of

if TYPE_CHECKING:
    from bot.answers import CardLine, CardReport
    from bot.model import Watch

END_WIDTH = 120
NAME_WIDTH = 60


@dataclass(frozen=True, slots=True)
class _Room:
    """How much a card says."""

    width: int
    rows: int = 10
    ends: int = 10


_ROOMS = (_Room(60), _Room(40), _Room(40, 10, 5), _Room(25, 8, 3), _Room(25, 5, 1), _Room(25, 3, 0))
"""The next smaller one is tried when the message would become too long."""


def draw_card(report: CardReport) -> Message:
    """Draw the card of a watch for its channel; its buttons answer whoever presses them."""
    message = fitted(lambda room: _page(report, room), _ROOMS)
    return Message(message.text, privately(message.blocks))


def _page(report: CardReport, room: _Room) -> Page:
    page = Page()
    head = headline(report)
    page.add([head], blocks.says(bold(head)))
    _add_remarks(page, report)
    setting = Setting(now=report.moment.now, width=room.width, people=report.people)
    lines = standing_lines(report)
    if len(lines) == 1:
        details = details_of(lines[0], setting)
        page.add(details, blocks.paragraphs([[text(each)] for each in details]))
    else:
        _add_rows(page, lines, setting, room)
    if not is_news(report):
        _add_ends(page, report, room)
    if report.open and not report.continued:
        page.blocks.append(blocks.bar(_offers(report)))
    small = small_print(report)
    page.add(small, blocks.notes(small))
    return page


def standing_lines(report: CardReport) -> tuple[CardLine, ...]:
    """Return the alerts that are told one by one: open ones, or all news if they are only that."""
    return (*report.open, *report.ended) if is_news(report) else report.open


def is_news(report: CardReport) -> bool:
    """Tell whether the card tells of what never ends, such as a build that went live."""
    watch = watch_of(report)
    return watch is not None and watch.condition.kind in MOMENTARY


def watch_of(report: CardReport) -> Watch | None:
    """Return the watch, also if it was removed; None if nothing is known of it any more."""
    lines = (*report.open, *report.ended)
    return report.watch or (lines[0].raised.watch if lines else None)


# --- the first line ----------------------------------------------------------------------------------------------


def headline(report: CardReport) -> str:
    """Say what the card is about, in a sentence that can stand alone."""
    watch, lines = watch_of(report), standing_lines(report)
    title = clip(one_line(report.title), TITLE_WIDTH)
    if watch is None or not lines:
        return _all_over(report, title)
    condition = watch.condition
    number = len(lines) if not is_news(report) else max(len(lines), len(report.open) + report.ended_total)
    what = f"{happened(condition, number)}{explained(condition)}"
    who = f"{name_of_line(lines[0], NAME_WIDTH)} ({title})" if number == 1 else projects_of(number, title)
    if all(line.raised.alert.baseline for line in lines):
        why = explained(condition).replace(": ", ", ", 1)
        return f"{mark_of(condition)} Already {standing(condition)} when this watch began: {who}{why}"
    return f"{mark_of(condition)} {who} {what}"


def _all_over(report: CardReport, title: str) -> str:
    total, ends = report.ended_total, report.ended
    if total == len(ends) == 1:
        mark, words = ended(ends[0])
        return f"{mark} {name_of_line(ends[0], NAME_WIDTH)} ({title}) {clip(words, END_WIDTH)}"
    back = sum(line.raised.alert.state is AlertState.ACTIVE for line in ends)
    if total and back == total:
        return f"✅ All back: {projects_of(total, title)}"
    if total == len(ends) and back:
        return f"☑️ All over: {projects_of(total, title)}, {back:,} back and {total - back:,} closed"
    return f"☑️ All over: {projects_of(total, title)}" if total else f"☑️ Nothing of {title} is open here any more"


# --- parts -------------------------------------------------------------------------------------------------------


def _add_remarks(page: Page, report: CardReport) -> None:
    """Say what would otherwise mislead: a source that cannot be read, a card before this one or after it."""
    watch = watch_of(report)
    if report.continued:
        words = "⬇️ This goes on in a newer card below; this one is not changed any more."
        page.add([words], blocks.says(text(words)))
    if report.outage is not None and watch is not None:
        since = on_day(report.outage.since, zone_of(watch), report.moment.now)
        title = clip(one_line(report.title), TITLE_WIDTH)
        words = f"⚠️ {title} cannot be read since {since}: this card keeps its last state."
        page.add([words], blocks.says(text(words)))
    if report.previous:
        link = sb.RichTextLink(report.previous, "an older card")
        page.add(["Continues an older card."], blocks.says(text("⬆️ Continues "), link))


def _add_rows(page: Page, lines: tuple[CardLine, ...], setting: Setting, room: _Room) -> None:
    for line in lines[: room.rows]:
        block, words = alert_row(line, setting, alert_buttons.why(line.raised))
        page.add([words], block)
    if rest := len(lines) - room.rows:
        words = f"and {rest:,} more"
        if rest > 0:
            page.add([words], blocks.says(text(words)))


def _add_ends(page: Page, report: CardReport, room: _Room) -> None:
    """Show what is over, newest first; what the first line says is not said again."""
    if report.ended_total == 1 and not report.open:
        return
    shown = report.ended[: room.ends]
    lines: list[tuple[list[sb.RichTextElement], str]] = []
    for line in shown:
        (mark, what), name = ended(line), name_of_line(line, room.width)
        what = clip(what, END_WIDTH)
        lines.append(([text(f"{mark} "), sb.RichText(name, strike=True), text(f" {what}")], f"{mark} {name} {what}"))
    if rest := report.ended_total - len(shown):
        words = f"and {rest:,} more that {'is' if rest == 1 else 'are'} over" if shown else f"{rest:,} are over"
        lines.append(([text(words)], words))
    if lines:
        divider = [blocks.line()] if report.open else []
        page.add([words for _, words in lines], *divider, blocks.paragraphs(elements for elements, _ in lines))


def _offers(report: CardReport) -> list[sb.Element]:
    raised = [line.raised for line in report.open]
    if len(raised) > 1:
        return alert_buttons.for_many(raised)
    line = report.open[0]
    return [
        alert_buttons.why(line.raised),
        *alert_buttons.for_one(line.raised, line.entry, can_archive=report.can_archive),
    ]
