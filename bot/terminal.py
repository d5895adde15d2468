"""Answers in a terminal: tables for lists, the complete text for everything else, JSON and CSV for scripts."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from rich.table import Table
from rich.text import Text

from bot.answers import (
    Choices,
    DigestDetails,
    DigestKept,
    DigestList,
    Exported,
    Overview,
    ProjectCard,
    ProjectList,
    Refusal,
    Reply,
    Shown,
)
from bot.errors import UsageError
from bot.views import Audience, draw
from bot.views.digest_details import told
from bot.views.digest_words import asked_for, last_words, next_words, schedule_of
from bot.views.digests import mark_of as mark_of_digest
from bot.views.evidence import count, mark_of, matter_of, name_of
from bot.views.footer import hidden_line, left_out_lines, source_lines
from bot.views.plain import as_json
from bot.views.projects import titles_of, without
from bot.views.sheet import csv_of

if TYPE_CHECKING:
    from rich.console import Console

    from bot.answers import Answer
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer as text for a script."""

    text: str
    notes: tuple[str, ...] = ()
    """What the text itself cannot say: which source it lacks, and why."""

    answered: bool = True


async def as_table(answering: Answering, ask: Ask, out: Console) -> bool:
    """Print an answer for people; tell whether it was one."""
    answer = (await answering.answer(replace(ask, size=PAGE))).answer
    match answer:
        case Overview():
            _print_list(answer.projects, out)
        case ProjectList() | Choices():
            _print_list(answer, out)
        case DigestList() if answer.digests:
            _print_digests(answer, out)
        case DigestDetails():
            _print_details(answer, out)
        case _:
            _print_text(answer, out)
    return _is_answer(answer)


async def as_json_text(answering: Answering, ask: Ask) -> Written:
    """Return an answer as JSON, with all pages of a list; it says by itself what is missing."""
    answer = (await _whole(answering, ask)).answer
    written = json.dumps(as_json(answer), ensure_ascii=False, indent=2) + "\n"
    return Written(text=written, answered=_is_answer(answer))


async def as_csv_text(answering: Answering, ask: Ask) -> Written:
    """Return the projects of an answer as CSV, with notes on what is missing.

    Raises:
        UsageError: the answer is no list of projects.
    """
    reply = await _whole(answering, ask)
    answer = reply.answer
    match answer:
        case Refusal():
            return Written(text="", notes=(answer.sentence,), answered=False)
        case Exported() if reply.attachment is not None:
            text, missing = reply.attachment.content.decode(), hidden_line(answer.hidden_archived)
        case ProjectList():
            found = answer.found
            missing = [*hidden_line(found.hidden_archived), *left_out_lines(found.left_out)]
            text = csv_of(found.entries, answer.moment)
        case Choices():
            text, missing = csv_of(answer.found.entries, answer.moment), []
        case ProjectCard():
            text, missing = csv_of([answer.entry], answer.moment), []
        case _:
            raise UsageError("Only lists of projects can be written as CSV; try `--json`.")
    notes = (*missing, *source_lines(answer.freshness, answer.now))
    return Written(text=text, notes=notes, answered=_is_answer(answer))


def _is_answer(answer: Answer) -> bool:
    """Tell whether something was answered: not if it was refused, and not if no source was ever read."""
    if isinstance(answer, Refusal):
        return False
    if isinstance(answer, DigestKept):  # it is stored, whatever can be said about it
        return True
    return not isinstance(answer, Shown) or any(known.last_success_at is not None for known in answer.freshness)


async def _whole(answering: Answering, ask: Ask) -> Reply:
    """Follow the pages of a list to their end."""
    reply = await answering.answer(replace(ask, size=BATCH))
    shown = reply.answer.projects if isinstance(reply.answer, Overview) else reply.answer
    if not isinstance(shown, ProjectList):
        return reply
    entries: list[Entry] = [*shown.found.entries]
    cursor = shown.found.next
    while cursor is not None:
        following = replace(ask, size=BATCH, text=shown.command, cursor=cursor, force=False)
        page = (await answering.answer(following)).answer
        if not isinstance(page, ProjectList):
            return Reply(answer=page)
        entries += page.found.entries
        cursor = page.found.next
    return Reply(answer=replace(shown, found=replace(shown.found, entries=tuple(entries), next=None)))


def _print_list(answer: ProjectList | Choices, out: Console) -> None:
    found, titles = answer.found, titles_of(answer.freshness)
    table = _table("", "Project", "What matters", "Source")
    for entry in found.entries:
        table.add_row(
            Text(mark_of(entry, answer.moment)),
            Text(name_of(entry.project, NAME_WIDTH), style="bold"),
            Text(matter_of(entry, answer.moment)),
            Text(titles.get(entry.project.connection, entry.project.connection), style="dim"),
        )
    if found.entries:
        out.print(table)
    missing = "" if isinstance(answer, Choices) else without(answer.query, answer.freshness)
    said = count(found.total, "project") if found.total else "No project matches"
    out.print(Text(f"{said}{missing}", style="bold"))
    more = found.total - found.start - len(found.entries)
    small = [f"And {more:,} more: narrow the filters, or use --json or --csv for all."] if more else []
    small += [*hidden_line(found.hidden_archived), *left_out_lines(found.left_out)]
    for line in [*small, *source_lines(answer.freshness, answer.now)]:
        out.print(Text(line, style="dim"))


def _print_digests(answer: DigestList, out: Console) -> None:
    table = _table("", "#", "Schedule", "Filters", "Next", "Last")
    for digest in answer.digests:
        table.add_row(
            Text(mark_of_digest(digest)),
            Text(str(digest.number), style="bold"),
            Text(schedule_of(digest)),
            Text(asked_for(digest)),
            Text(next_words(digest, answer.now)),
            Text(last_words(digest, answer.now)),
        )
    out.print(table)
    out.print(Text(count(len(answer.digests), "digest"), style="bold"))


def _print_details(answer: DigestDetails, out: Console) -> None:
    """Print everything about one digest, without the limits of a message."""
    said = told(answer)
    out.print(Text("\n".join(said.facts)))
    if said.deliveries:
        table = _table(f"Planned ({answer.digest.schedule.zone})", "State", "Why")
        for row in said.deliveries:
            table.add_row(*map(Text, row))
        out.print(table)
    out.print(Text("\n".join(["Record:", *said.changes])))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _print_text(answer: Answer, out: Console) -> None:
    """Print the text of the message: it says everything."""
    drawn = draw(answer, audience=Audience.PUBLIC).text
    if isinstance(answer, Refusal) and answer.length:
        out.print(Text(f"{answer.text}\n{' ' * answer.position}{'^' * answer.length}", style="red"))
    out.print(Text(drawn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")))
