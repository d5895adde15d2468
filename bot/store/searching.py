"""Finding projects: pages of matches, all matches, and what a person calls a project."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.grammar import fold
from bot.model import Found, LeftOut
from bot.query import Pattern, Word
from bot.store.batches import batches
from bot.store.connections import is_configured, one_of, projects_of
from bot.store.matching import COLUMNS, Meaning, can_be_unknown, visible
from bot.store.paging import NOTHING, Pager
from bot.store.rows import ENTRY_COLUMNS, read_entry
from bot.store.sorting import sort_keys
from bot.store.substrings import contains, narrowed
from bot.store.tables import connection as connections
from bot.store.tables import project

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Cursor, Entry, Moment, Scope
    from bot.query import Query

_BATCH = 500
"""Rows read at once where all are wanted."""

_QUESTIONS = 10
"""Asked at once: each way to the database and back takes longer than to answer a small question."""


async def search(
    connection: AsyncConnection, scope: Scope, query: Query, moment: Moment, *, size: int, cursor: Cursor | None
) -> Found:
    """Return one page, the totals, and what could not be judged."""
    meaning = Meaning(moment, connection.dialect.name)
    ours = await projects_of(connection, scope)
    shown = sa.and_(ours, visible(query), meaning.matches(query))
    plain = not query.words and not query.terms
    total, hidden = await (_count_all(connection, scope) if plain else _count(connection, ours, query, meaning))
    pager = Pager(connection, sa.select(*ENTRY_COLUMNS).where(shown), sort_keys(query), size, query.limit)
    page = await pager.read(cursor) if total else NOTHING
    return Found(
        entries=tuple(read_entry(row) for row in page.rows),
        total=total if query.limit is None else min(total, query.limit),
        start=page.start,
        previous=page.previous,
        next=page.next,
        hidden_archived=hidden,
        left_out=await left_out(connection, ours, query, meaning, visible(query)),
    )


async def each(connection: AsyncConnection, scope: Scope, query: Query, moment: Moment) -> AsyncGenerator[Entry]:
    """Yield all matches as they are at one moment."""
    meaning = Meaning(moment, connection.dialect.name)
    chosen = (
        sa.select(*ENTRY_COLUMNS)
        .where(await projects_of(connection, scope), visible(query), meaning.matches(query))
        .order_by(*(key.ordered(backward=False) for key in sort_keys(query)))
        .limit(query.limit)
    )
    rows = await connection.stream(chosen, execution_options={"yield_per": _BATCH})
    try:
        async for row in rows:
            yield read_entry(row)
    finally:  # `async with` would leave the cursor open when somebody stops early
        await rows.close()


async def find(
    connection: AsyncConnection, scope: Scope, phrase: str, query: Query, moment: Moment, *, size: int
) -> Found:
    """Look a project up by what a person calls it; the first rule that matches anything decides."""
    called = fold(phrase)
    if not called:
        return Found(entries=(), total=0)
    words = tuple(Word(Pattern((word,))) for word in called.split())
    keys = sort_keys(replace(query, words=words, order=None))
    meaning = Meaning(moment, connection.dialect.name)
    near = narrowed((called,), meaning.dialect)
    rules = (
        sa.and_(near, project.c.id_folded == called),
        sa.and_(near, project.c.name_folded == called),
        sa.and_(near, contains(project.c.name_folded, (called,))),
        meaning.matches(replace(query, words=words, terms=())),
    )
    ours = await projects_of(connection, scope)
    for listed in (project.c.gone_at.is_(None), project.c.gone_at.is_not(None)):
        for rule in rules:
            chosen = sa.and_(ours, listed, rule, meaning.matches(query))
            page = await Pager(connection, sa.select(*ENTRY_COLUMNS).where(chosen), keys, size).read(None)
            if page.rows:
                total = len(page.rows) if page.next is None else await _number(connection, chosen)
                return Found(entries=tuple(read_entry(row) for row in page.rows), total=total)
    return Found(entries=(), total=0)


async def get(connection: AsyncConnection, scope: Scope, ref: int) -> Entry | None:
    """Return the row with our own number."""
    chosen = sa.select(*ENTRY_COLUMNS).where(await projects_of(connection, scope), project.c.ref == ref)
    row = (await connection.execute(chosen)).first()
    return None if row is None else read_entry(row)


async def get_many(connection: AsyncConnection, scope: Scope, refs: Sequence[int]) -> dict[int, Entry]:
    """Return the rows with these numbers, also those of a connection that is no longer configured."""
    ours = project.c.workspace == scope.workspace
    found: dict[int, Entry] = {}
    for batch in batches(refs, _BATCH):
        chosen = sa.select(*ENTRY_COLUMNS).where(ours, project.c.ref.in_(batch))
        found |= {row.ref: read_entry(row) for row in await connection.execute(chosen)}
    return found


async def matching(
    connection: AsyncConnection, scope: Scope, questions: Sequence[tuple[Query, Sequence[int]]], moment: Moment
) -> tuple[frozenset[int], ...]:
    """Return, for each question, those of some rows that match."""
    meaning = Meaning(moment, connection.dialect.name, narrows=False)
    ours = one_of(scope)
    parts = [(place, query, batch) for place, (query, refs) in enumerate(questions) for batch in batches(refs, _BATCH)]
    found: dict[int, set[int]] = defaultdict(set)
    for asked in batches(parts, _QUESTIONS):
        each = [
            sa.select(sa.literal(place), project.c.ref).where(
                project.c.ref.in_(batch), ours, visible(query), meaning.matches(query)
            )
            for place, query, batch in asked
        ]
        for place, ref in await connection.execute(sa.union_all(*each)):
            found[place].add(ref)
    return tuple(frozenset(found[place]) for place in range(len(questions)))


async def left_out(
    connection: AsyncConnection,
    ours: sa.ColumnElement[bool],
    query: Query,
    meaning: Meaning,
    shown: sa.ColumnElement[bool],
) -> tuple[LeftOut, ...]:
    """Count the projects that fail a query only because their source does not tell enough.

    Args:
        connection: in a transaction.
        ours: which projects are the asker's.
        query: what was asked.
        meaning: how it is understood.
        shown: which projects are considered at all; gone ones never are.
    """
    fields = list(dict.fromkeys(term.field for term in query.terms if can_be_unknown(term)))
    if not fields:
        return ()
    missing = [sa.func.count(sa.case((COLUMNS[field].is_(None), 1))).label(field) for field in fields]
    chosen = (
        sa.select(project.c.connection, connections.c.title, sa.func.count().label("projects"), *missing)
        .join(connections, _belongs())
        .where(ours, shown, project.c.gone_at.is_(None), meaning.nearly_matches(query))
        .group_by(project.c.connection, connections.c.title)
        .order_by(project.c.connection)
    )
    return tuple(_read_left_out(row, fields) for row in (await connection.execute(chosen)).all())


def _read_left_out(row: sa.Row[Any], fields: list[str]) -> LeftOut:
    unknown = tuple(field for field in fields if row._mapping[field])  # noqa: SLF001 - SQLAlchemy's public name
    return LeftOut(connection=row.connection, title=row.title, fields=unknown, count=row.projects)


def _belongs() -> sa.ColumnElement[bool]:
    return sa.and_(connections.c.workspace == project.c.workspace, connections.c.name == project.c.connection)


async def _count(
    connection: AsyncConnection, ours: sa.ColumnElement[bool], query: Query, meaning: Meaning
) -> tuple[int, int]:
    """Return how many match, and how many more would if archived ones were shown."""
    shown = sa.true() if query.shows_gone else project.c.gone_at.is_(None)
    chosen = (
        sa.select(project.c.archived, sa.func.count())
        .where(ours, shown, meaning.matches(query))
        .group_by(project.c.archived)
    )
    counted = {row[0]: row[1] for row in await connection.execute(chosen)}
    if query.hides_archived:
        return counted.get(False, 0), counted.get(True, 0)
    return sum(counted.values()), 0


async def _count_all(connection: AsyncConnection, scope: Scope) -> tuple[int, int]:
    """Return what `_count` does for a query that asks for nothing in particular, as the last writer counted it."""
    archived = sa.func.coalesce(sa.func.sum(connections.c.listed_archived), 0)
    listed = sa.func.coalesce(sa.func.sum(connections.c.listed), 0)
    chosen = sa.select(listed, archived).where(is_configured(scope.workspace))
    row = (await connection.execute(chosen)).one()
    return int(row[0] - row[1]), int(row[1])


async def _number(connection: AsyncConnection, chosen: sa.ColumnElement[bool]) -> int:
    counted: int = (
        await connection.execute(sa.select(sa.func.count()).select_from(project).where(chosen))
    ).scalar_one()
    return counted
