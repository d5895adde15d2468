"""Lists of projects: `list`, `search`, `live`, `inactive`, the bare command, and the question which one was meant."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.views import blocks, buttons
from bot.views.blocks import bold, code, fitting, text
from bot.views.buttons import Audience
from bot.views.evidence import ago, count, detail_of, mark_of, name_of
from bot.views.footer import hidden_line, left_out_lines, source_lines
from bot.views.sharing import shared_line
from bot.views.silence import age
from bot.views.sleepers import add_hint, doubts, explained, sleeper_detail

if TYPE_CHECKING:
    import slackblocks as sb

    from bot.answers import Choices, Overview, ProjectList
    from bot.model import Entry, Freshness, Message
    from bot.query import Query

STALE_VIEWERS = timedelta(minutes=10)
"""Counts older than this are not called those of now."""

COMMAND_WIDTH = 150
"""How much of the command is repeated above its answer."""


def project_list(answer: ProjectList, audience: Audience, shared_by: str | None) -> Message:
    """Draw one page of projects."""
    return fitting(lambda width: _list(answer, audience, shared_by, width, top=[]))


def overview(answer: Overview, audience: Audience, shared_by: str | None) -> Message:
    """Draw the state of the sources above the first page of the list."""
    lines = source_lines(answer.freshness, answer.now)
    return fitting(lambda width: _list(answer.projects, audience, shared_by, width, top=lines))


def _list(answer: ProjectList, audience: Audience, shared_by: str | None, width: int, *, top: list[str]) -> Message:
    found, titles = answer.found, titles_of(answer.freshness)
    sources = [] if top else source_lines(answer.freshness, answer.now, viewers=answer.verb == "live")
    small = [*_remarks(answer), *hidden_line(found.hidden_archived), *left_out_lines(found.left_out)]
    head, spoken = _head(answer)
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn += [blocks.notes(top)] if top else []
    drawn.append(blocks.says(*head))
    drawn += [_row(entry, answer, titles, width) for entry in found.entries]
    drawn += [blocks.notes(small)] if small else []
    drawn.append(
        buttons.bar(
            answer.command,
            audience,
            cursor=answer.cursor,
            previous=found.previous,
            next=found.next,
            first=_offers(answer),
        )
    )
    drawn += [blocks.notes(sources)] if sources else []
    rows = [_plain(entry, answer, titles, width) for entry in found.entries]
    return blocks.message([*top, spoken, *rows, *small, *sources], drawn)


def _head(answer: ProjectList) -> tuple[list[sb.RichTextElement], str]:
    """Say how many there are, and which of them are shown."""
    found = answer.found
    said = _said(answer)
    shown = blocks.clip(answer.command, COMMAND_WIDTH)
    place = ""
    if found.entries and (found.previous or found.next):
        place = f" · {found.start + 1:,}–{found.start + len(found.entries):,}"
    place += without(answer.query, answer.freshness)
    spoken = f"{said}{place} ({shown})"
    return [bold(said), text(f"{place}   "), code(shown)], spoken


def without(query: Query, freshness: tuple[Freshness, ...]) -> str:
    """Name the sources that were asked about and that no number here can speak for."""
    unread = [
        blocks.one_line(known.title)
        for known in freshness
        if known.last_success_at is None and query.concerns(known.source, known.connection)
    ]
    return f" · without {' and '.join(unread)}, not read yet" if unread else ""


def _said(answer: ProjectList) -> str:
    """Say what there is; with `limit:` the number is that of what was asked to be shown."""
    total = answer.found.total
    shown = f"the first {count(total, 'project')}" if total == answer.query.limit else count(total, "project")
    match answer.verb:
        case "live":
            return _watching(answer, shown)
        case "inactive":
            idle = f"idle for {age(answer.moment.quiet_after)}, off or lapsed"
            return _begin(f"{shown} {idle}") if total else f"Nothing is {idle}"
        case _:
            return _begin(shown) if total else "No project matches"


def _begin(words: str) -> str:
    return words[:1].upper() + words[1:]


def _watching(answer: ProjectList, shown: str) -> str:
    """Say how many people there are, and when that was if it is not now."""
    tally = answer.tally
    rounds = [known.viewers_at for known in answer.freshness if known.measures_viewers and known.viewers_at]
    old = bool(rounds) and answer.now - min(rounds) > STALE_VIEWERS
    when = f" {ago(min(rounds), answer.now)}" if old else ""
    if tally is None or not answer.found.total:
        return f"Nobody was watching or waiting{when}" if old else "Nobody is watching or waiting"
    return f"{tally.live or 0:,} watching, {tally.queued or 0:,} waiting{when} · {shown}"


def _remarks(answer: ProjectList) -> list[str]:
    """Say what the verb itself could not judge."""
    tally = answer.tally
    if tally is None:
        return []
    if answer.verb == "live":
        if tally.measured < tally.measurable:
            return [f"{tally.measured:,} of {count(tally.measurable, 'project')} counted so far."]
        return []
    return [*doubts(answer), *add_hint(answer)]


def _offers(answer: ProjectList) -> tuple[sb.Element, ...]:
    """Offer the wider search where a narrow one found nothing."""
    found = answer.found
    if found.total == 0 and found.hidden_archived and answer.verb in {"list", "search"}:
        return (buttons.run("Show archived ones", f"{answer.command} archived:any", "archived", primary=True),)
    return ()


def choices(answer: Choices, audience: Audience, shared_by: str | None) -> Message:
    """Ask which of several projects was meant."""
    return fitting(lambda width: _choices(answer, audience, shared_by, width))


def _choices(answer: Choices, audience: Audience, shared_by: str | None, width: int) -> Message:
    titles, found = titles_of(answer.freshness), answer.found
    phrase = blocks.clip(blocks.one_line(answer.phrase), COMMAND_WIDTH)
    said = f"{count(found.total, 'project')} answer to “{phrase}”. Which one?"
    more = found.total - len(found.entries)
    small = [f"And {more:,} more; `search {phrase}` shows all."] if more else []
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by), blocks.says(bold(said))]
    drawn += [
        blocks.row(
            mark_of(entry, answer.moment),
            name_of(entry.project, width),
            _told_apart(entry, answer, titles, width),
            buttons.run("Show", f"{answer.verb} #{entry.ref}", f"choice.{entry.ref}"),
        )
        for entry in found.entries
    ]
    sources = source_lines(answer.freshness, answer.now)
    drawn += [blocks.notes([*small, *sources])]
    rows = [f"{name_of(e.project, width)}: {_told_apart(e, answer, titles, width)}" for e in found.entries]
    drawn += [buttons.bar(answer.command, audience)] if audience is Audience.SHARED else []
    return blocks.message([said, *rows, *small, *sources], drawn)


def _told_apart(entry: Entry, answer: Choices, titles: dict[str, str], width: int) -> str:
    """Begin with the id: names can be the same."""
    title = titles.get(entry.project.connection, entry.project.connection)
    identity = blocks.clip(blocks.one_line(entry.project.id), width)
    return f"{identity} · {detail_of(entry, answer.moment, title, width)}"


def titles_of(freshness: tuple[Freshness, ...]) -> dict[str, str]:
    """Map connection names to what people call them."""
    return {known.connection: known.title for known in freshness}


def _row(entry: Entry, answer: ProjectList, titles: dict[str, str], width: int) -> sb.Block:
    title = titles.get(entry.project.connection, entry.project.connection)
    return blocks.row(
        mark_of(entry, answer.moment),
        name_of(entry.project, width),
        _detail(entry, answer, title, width),
        buttons.project_menu(entry, *explained(entry, answer)),
    )


def _plain(entry: Entry, answer: ProjectList, titles: dict[str, str], width: int) -> str:
    title = titles.get(entry.project.connection, entry.project.connection)
    said = _detail(entry, answer, title, width).replace("\n", " · ")
    return f"{mark_of(entry, answer.moment)} {name_of(entry.project, width)}: {said}"


def _detail(entry: Entry, answer: ProjectList, title: str, width: int) -> str:
    if answer.verb == "inactive":
        return sleeper_detail(entry, answer, title, width)
    return detail_of(entry, answer.moment, title, width)
