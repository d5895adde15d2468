"""What a digest says of the alerts of its channel: open ones by age, with who looks after them, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from bot.views import blocks
from bot.views.blocks import bold, text
from bot.views.difference_lines import linked
from bot.views.evidence import count, name_of
from bot.views.people import named, shown
from bot.views.silence import age

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import slackblocks as sb

    from bot.answers import DigestReport, OpenAlert
    from bot.model import Alert
    from bot.views.buttons import Audience
    from bot.views.page import Page

Line: TypeAlias = "tuple[list[sb.RichTextElement], str]"
"""A line as it is shown, and as it is said."""


def add_alerts(page: Page, report: DigestReport, audience: Audience, *, width: int, most: int) -> None:
    """Add the open alerts, `most` of them one by one with names of at most `width`, and what is put off until soon."""
    lines = [_open(each, report, audience, width) for each in report.alerts[:most]]
    if lines or report.alerts_total:
        heading = count(report.alerts_total, "open alert")
        rest = report.alerts_total - len(lines)
        more = f"and {rest:,} more: alerts" if rest and lines else "see alerts" if rest else ""
        _add(page, heading, [*lines, *([_plain(more)] if more else [])])
    ending = [_ending(each, report, width) for each in report.ending[:most]]
    if ending:
        _add(page, "Back before the next digest", ending)


def _add(page: Page, heading: str, lines: list[Line]) -> None:
    drawn: list[list[sb.RichTextElement]] = [[bold(heading)], *(elements for elements, _ in lines)]
    page.add([heading, *(words for _, words in lines)], blocks.line(), blocks.paragraphs(drawn))


def _open(each: OpenAlert, report: DigestReport, audience: Audience, width: int) -> Line:
    alert, now = each.raised.alert, report.moment.now
    name = name_of(each.entry.project, width)
    begin, put_off = f" · open for {age(now - (alert.opened_at or now))}", _put_off(alert)
    drawn = [text(f"{alert.number} "), linked(name, each.entry), text(begin)]
    said = f"{alert.number} {name}{begin}"
    if alert.owner:
        drawn += [text(" · "), shown(alert.owner, report.people, audience)]
        said += f" · {named(alert.owner, report.people)}"
    return [*drawn, text(put_off)], said + put_off


def _put_off(alert: Alert) -> str:
    if alert.snooze is not None:
        return " · snoozed"
    return " · acknowledged" if alert.ack is not None else ""


def _ending(each: OpenAlert, report: DigestReport, width: int) -> Line:
    alert, name = each.raised.alert, name_of(each.entry.project, width)
    ends: Mapping[str, datetime] = {
        words: silence.until
        for words, silence in (("the snooze of", alert.snooze), ("keeping", alert.keep))
        if silence is not None and silence.until is not None
    }
    words, at = min(ends.items(), key=lambda end: end[1])
    when = at.astimezone(report.moment.zone).strftime("%a %-d %b %H:%M")
    return [text(f"{words} "), linked(name, each.entry), text(f" ends {when}")], f"{words} {name} ends {when}"


def _plain(words: str) -> Line:
    return [text(words)], words
