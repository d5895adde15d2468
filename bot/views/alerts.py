"""`alerts`: the open ones of a channel; and the sentence after something was done about any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import CardLine
from bot.views import alert_buttons, blocks, buttons
from bot.views.alert_lines import Setting, alert_row, details_of, name_of_line
from bot.views.blocks import bold, clip, code, one_line, text
from bot.views.evidence import count
from bot.views.footer import source_lines
from bot.views.page import Page, fitted
from bot.views.projects import COMMAND_WIDTH
from bot.views.sharing import shared_line
from bot.views.silence import age
from bot.views.watch_words import mark_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    import slackblocks as sb

    from bot.answers import AlertDone, AlertList
    from bot.model import Message
    from bot.views.buttons import Audience

_LEVELS = ((60, 20), (60, 15), (40, 15), (40, 10), (25, 10), (25, 5))
"""Characters of a name, and rows; the next is tried when the message would become too long."""

MOST_DONE = 5
"""Alerts that are shown after something was done about them."""

_LABELS = (
    ("alerts unsnooze", "End snooze"),
    ("alerts unack", "Take back “acknowledged”"),
    ("alerts unassign", "Unassign"),
    ("alerts unkeep", "Watch it again"),
    ("alerts unarchive", "Take out of archive"),
    ("alerts archive", "Archive…"),
    ("alerts snooze", "Snooze"),
    ("alerts ack", "Acknowledge"),
    ("alerts keep", "Keep as it is"),
    ("alerts assign", "Assign"),
    ("alerts release", "Release"),
    ("alerts why", "Why?"),
    ("alerts", "All alerts"),
    ("watch show", "Its watch"),
)
"""Beginning of a command to what its button says; the first that fits."""


# --- list --------------------------------------------------------------------------------------------------------


def alert_list(answer: AlertList, audience: Audience, shared_by: str | None) -> Message:
    """Draw the open alerts of a channel, and what is put off."""
    return fitted(lambda level: _list(answer, audience, shared_by, *level), _LEVELS)


def _list(answer: AlertList, audience: Audience, shared_by: str | None, width: int, most: int) -> Page:
    setting = Setting(now=answer.moment.now, width=width, people=answer.people)
    rows = [alert_row(line, setting, alert_buttons.why(line.raised)) for line in lines_of(answer)[:most]]
    said, small = _said(answer), _small(answer, len(rows))
    page = Page()
    page.add([], *shared_line(answer.command, shared_by))
    page.add([said], blocks.says(bold(said), text("   "), code(clip(answer.command, COMMAND_WIDTH))))
    for block, words in rows:
        page.add([words], block)
    page.add(small, buttons.bar(answer.command, audience, first=_offers(answer)), blocks.notes(small))
    return page


def lines_of(answer: AlertList) -> list[CardLine]:
    """Return each alert with its project and what its condition says now."""
    return [
        CardLine(
            raised=raised, entry=answer.entries.get(raised.alert.project), finding=answer.findings.get(raised.alert.ref)
        )
        for raised in answer.raised
    ]


def _said(answer: AlertList) -> str:
    """Count what is there: ``14 alerts: 11 open, 2 snoozed, 1 kept``."""
    if not answer.total:
        return "No alert is open here"
    if answer.total > len(answer.raised):
        return count(answer.total, "alert")
    alerts = [each.alert for each in answer.raised]
    numbers = {
        "open": sum(each.is_open and each.snooze is None for each in alerts),
        "snoozed": sum(each.is_open and each.snooze is not None for each in alerts),
        "kept": sum(not each.is_open and each.keep is not None for each in alerts),
    }
    numbers["ended"] = len(alerts) - sum(numbers.values())
    return f"{count(len(alerts), 'alert')}: {', '.join(f'{n:,} {word}' for word, n in numbers.items() if n)}"


def _small(answer: AlertList, shown: int) -> list[str]:
    now = answer.moment.now
    lines = [
        f"⚠️ {one_line(title)} cannot be read for {age(length)}: its alerts keep their last state."
        for title, length in _blind(answer)
    ]
    if more := answer.total - shown:
        lines.append(f"And {more:,} more; `alerts watch:2` would show those of watch 2 only.")
    if not answer.total:
        lines.append("`watch list` shows what is watched here; `watch add inactive for 30d` adds a watch.")
    return [*lines, *source_lines(answer.freshness, now)]


def _blind(answer: AlertList) -> Iterator[tuple[str, timedelta]]:
    for outage in answer.outages:
        yield answer.titles.get(outage.connection, outage.connection), answer.moment.now - outage.since


def _offers(answer: AlertList) -> tuple[sb.Element, ...]:
    if answer.total:
        return ()
    return (buttons.run("Watches", "watch list", "watches"),)


# --- done --------------------------------------------------------------------------------------------------------


def alert_done(answer: AlertDone, shared_by: str | None) -> Message:
    """Draw what was done, or why nothing was; below it the alerts as they are now."""
    return blocks.fitting(lambda width: _done(answer, shared_by, width), (60, 40, 25))


def _done(answer: AlertDone, shared_by: str | None, width: int) -> Message:
    setting = Setting(now=answer.moment.now, width=width, people=answer.people)
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    spoken: list[str] = []
    if answer.sentence:
        drawn.append(blocks.says(*blocks.with_code(answer.sentence)))
        spoken.append(answer.sentence.replace("`", ""))
    if answer.stale:
        head, stale = "Left alone: " if answer.sentence else "Nothing was done. ", clip(one_line(answer.stale), 400)
        drawn.append(blocks.says(bold(head), text(stale)))
        spoken.append(f"{head}{stale}")
    states = list(_states(answer, setting)) if answer.stale or not answer.sentence else []
    if states:
        drawn.append(blocks.paragraphs([text(words)] for words in states))
    bar = [buttons.run(label_of(command), command, f"next.{n}") for n, command in enumerate(answer.next)]
    drawn += [blocks.bar(bar)] if bar else []
    return blocks.message([*spoken, *states], drawn)


def _states(answer: AlertDone, setting: Setting) -> Iterator[str]:
    for raised in answer.raised[:MOST_DONE]:
        line = CardLine(raised=raised, entry=answer.entries.get(raised.alert.project), finding=None)
        details = [each for each in details_of(line, setting) if each]
        yield f"{mark_of(raised.watch.condition)} {name_of_line(line, setting.width)}: {' · '.join(details)}"
    if len(answer.raised) > MOST_DONE:
        yield f"and {len(answer.raised) - MOST_DONE:,} more"


def label_of(command: str) -> str:
    """Return what the button of a command says."""
    return next((label for start, label in _LABELS if command.startswith(start)), command)
