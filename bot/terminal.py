"""Answers in a terminal: tables for lists, the complete text for everything else, JSON and CSV for scripts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from rich.table import Table
from rich.text import Text

from bot.answers import Choices, Overview, ProjectCard, ProjectList, Refusal
from bot.errors import UsageError
from bot.views import Audience, draw
from bot.views.evidence import count, mark_of, matter_of, name_of
from bot.views.footer import hidden_line, left_out_lines, source_lines
from bot.views.plain import as_json
from bot.views.projects import titles_of
from bot.views.sheet import csv_of

if TYPE_CHECKING:
    from rich.console import Console

    from bot.answers import Answer, Reply
    from bot.model import Ask, Entry

PAGE = 50
"""Rows of a table."""

BATCH = 500
"""Rows fetched at a time for JSON and CSV."""

NAME_WIDTH = 60


class Answering(Protocol):
    """Answers questions."""

    async def answer(self, ask: Ask) -> Reply:
        """Answer one question; refusals are answers."""
        ...


async def as_table(answering: Answering, ask: Ask, out: Console) -> bool:
    """Print an answer for people; tell whether it was one."""
    reply = await answering.answer(replace(ask, size=PAGE))
    answer = reply.answer
    if reply.attachment is not None:
        out.file.write(reply.attachment.content.decode())
        return True
    match answer:
        case Overview():
            _print_list(answer.projects, out)
        case ProjectList() | Choices():
            _print_list(answer, out)
        case _:
            _print_text(answer, out)
    return not isinstance(answer, Refusal)


async def as_json_text(answering: Answering, ask: Ask) -> tuple[str, bool]:
    """Return an answer as JSON, with all pages of a list; and whether it was an answer."""
    answer = await _whole(answering, ask)
    return json.dumps(as_json(answer), ensure_ascii=False, indent=2), not isinstance(answer, Refusal)


async def as_csv_text(answering: Answering, ask: Ask) -> tuple[str, bool]:
    """Return the projects of an answer as CSV; and whether it was an answer.

    Raises:
        UsageError: the answer is no list of projects.
    """
    answer = await _whole(answering, ask)
    match answer:
        case Refusal():
            return answer.sentence, False
        case ProjectList() | Choices():
            return csv_of(answer.found.entries, answer.moment), True
        case ProjectCard():
            return csv_of([answer.entry], answer.moment), True
        case _:
            raise UsageError("Only lists of projects can be written as CSV; try `--json`.")


async def _whole(answering: Answering, ask: Ask) -> Answer:
    """Follow the pages of a list to their end."""
    answer = (await answering.answer(replace(ask, size=BATCH))).answer
    shown = answer.projects if isinstance(answer, Overview) else answer
    if not isinstance(shown, ProjectList):
        return answer
    entries: list[Entry] = [*shown.found.entries]
    cursor = shown.found.next
    while cursor is not None:
        page = (await answering.answer(replace(ask, size=BATCH, text=shown.command, cursor=cursor, force=False))).answer
        if not isinstance(page, ProjectList):
            return page
        entries += page.found.entries
        cursor = page.found.next
    return replace(shown, found=replace(shown.found, entries=tuple(entries), next=None))


def _print_list(answer: ProjectList | Choices, out: Console) -> None:
    found, titles = answer.found, titles_of(answer.freshness)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "Project", "What matters", "Source"):
        table.add_column(column, overflow="fold")
    for entry in found.entries:
        table.add_row(
            Text(mark_of(entry, answer.moment)),
            Text(name_of(entry.project, NAME_WIDTH), style="bold"),
            Text(matter_of(entry, answer.moment)),
            Text(titles.get(entry.project.connection, entry.project.connection), style="dim"),
        )
    if found.entries:
        out.print(table)
    out.print(Text(count(found.total, "project"), style="bold") if found.total else Text("No project matches."))
    more = found.total - found.start - len(found.entries)
    small = [f"And {more:,} more: narrow the filters, or use --json or --csv for all."] if more else []
    small += [*hidden_line(found.hidden_archived), *left_out_lines(found.left_out)]
    for line in [*small, *source_lines(answer.freshness, answer.now)]:
        out.print(Text(line, style="dim"))


def _print_text(answer: Answer, out: Console) -> None:
    """Print the text of the message: it says everything."""
    drawn = draw(answer, audience=Audience.PUBLIC).text
    if isinstance(answer, Refusal) and answer.length:
        out.print(Text(f"{answer.text}\n{' ' * answer.position}{'^' * answer.length}", style="red"))
    out.print(Text(drawn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")))
