"""`changes`: what happened, newest first."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from bot.views import blocks, buttons
from bot.views.blocks import bold, code, fitting, text
from bot.views.evidence import EVENT_MARKS, ago, count, event_of, name_of
from bot.views.footer import left_out_lines, source_lines, watched_lines
from bot.views.projects import COMMAND_WIDTH, titles_of
from bot.views.sharing import shared_line

if TYPE_CHECKING:
    import slackblocks as sb

    from bot.answers import ChangeList
    from bot.model import Event, Message
    from bot.views.buttons import Audience


def change_list(answer: ChangeList, audience: Audience, shared_by: str | None) -> Message:
    """Draw one page of events."""
    return fitting(lambda width: _list(answer, audience, shared_by, width))


def _list(answer: ChangeList, audience: Audience, shared_by: str | None, width: int) -> Message:
    found, titles = answer.found, titles_of(answer.freshness)
    since = f"since {answer.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    said = f"{count(found.total, 'change')} {since}" if found.total else f"No change seen {since}"
    if found.events and (found.previous or found.next):
        said += f" · {found.start + 1:,}–{found.start + len(found.events):,}"
    seen = watched_lines(answer.freshness, answer.since)
    hint = [] if found.total else ["A project that merely grows quiet is no event; `inactive` lists those."]
    sources = [*hint, *seen, *left_out_lines(found.left_out), *source_lines(answer.freshness, answer.now)]
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn.append(blocks.says(bold(said), text("   "), code(blocks.clip(answer.command, COMMAND_WIDTH))))
    if found.events:
        drawn.append(blocks.paragraphs(_drawn(event, answer, titles, width) for event in found.events))
    drawn.append(buttons.bar(answer.command, audience, cursor=answer.cursor, previous=found.previous, next=found.next))
    drawn.append(blocks.notes(sources))
    spoken = [f"{name_of(e.entry.project, width)} {_told(e, answer, titles)}" for e in found.events]
    return blocks.message([said, *spoken, *sources], drawn)


def _drawn(event: Event, answer: ChangeList, titles: dict[str, str], width: int) -> list[sb.RichTextElement]:
    mark = EVENT_MARKS[event.kind]
    return [text(f"{mark} "), bold(name_of(event.entry.project, width)), text(f" {_told(event, answer, titles)}")]


def _told(event: Event, answer: ChangeList, titles: dict[str, str]) -> str:
    connection = event.entry.project.connection
    return f"{event_of(event)} · {ago(event.at, answer.now)} · {titles.get(connection, connection)}"
