"""The card of a watch: what happened, the evidence for each project, what people said, and what can be done.

It is one message that is edited as things change. Its first line stands alone: it is all that a notification shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import slackblocks as sb

from bot.model import Message
from bot.views import alert_buttons, blocks, buttons
from bot.views.alert_ends import ended
from bot.views.alert_headline import END_WIDTH, headline, is_new, is_news, is_paused, standing_lines, watch_of
from bot.views.alert_lines import Setting, alert_row, details_of, name_of_line
from bot.views.blocks import bold, clip, one_line, text
from bot.views.buttons import privately
from bot.views.card_footer import small_print
from bot.views.digest_words import on_day
from bot.views.page import Page, fitted
from bot.views.totals import TITLE_WIDTH
from bot.views.watch_words import zone_of

if TYPE_CHECKING:
    from bot.answers import CardReport


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
        _add_rows(page, report, setting, room)
    if not is_news(report):
        _add_ends(page, report, room)
    if report.open and not report.continued:
        page.blocks.append(blocks.bar(_offers(report)))
    small = small_print(report)
    page.add(small, blocks.notes(small))
    return page


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


def _add_rows(page: Page, report: CardReport, setting: Setting, room: _Room) -> None:
    lines = standing_lines(report)
    for line in lines[: room.rows]:
        mark = "🆕" if is_new(line, report) else ""
        block, words = alert_row(line, setting, alert_buttons.why(line.raised), mark)
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
    if is_paused(report):
        number = raised[0].watch.number
        return [buttons.run("Go on watching", f"watch resume {number}", "resume")]
    if len(raised) > 1:
        return alert_buttons.for_many(raised, report.card.ref)
    line = report.open[0]
    return [
        alert_buttons.why(line.raised),
        *alert_buttons.for_one(line.raised, line.entry, can_archive=report.can_archive),
    ]
