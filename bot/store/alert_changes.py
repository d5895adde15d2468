"""Writing alerts and their record.

Three columns are not under an alert's version, because it is the cards that move them, and a card that tells of an
alert must not make the next evaluation of it fail:

- `card` is set here as an alert opens, and later when a card is continued or forgotten.
- `announcing` is the key of the message that is on its way to tell of it; `announced_at` is set when that message has
  arrived, and only if the key still is that one. Both become nothing here as an alert opens, and never otherwise: a
  message about an earlier opening says nothing about this one. An alert that comes with its `announced_at` keeps it:
  the channel still takes it to be open.

Rows are locked in one order (cards, alerts, numbers, steps; of each kind by `ref`), so that nobody waits in a circle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import sqlalchemy as sa

from bot.model import OPEN_STATES
from bot.store import alert_cards, alerts
from bot.store.alert_rows import alert_row, step_row
from bot.store.batches import batches
from bot.store.upserts import insert_into
from bot.store.watch_tables import alert, alert_number, alert_step, watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Alert
    from bot.ports import AlertChange

_A: Final = alert.c
_W: Final = watch.c
_N: Final = alert_number.c
_BATCH: Final = 500

_WRITTEN: Final = 100
"""Alerts in one statement: with forty columns each, more of them would keep the event loop waiting."""


class _Pair(NamedTuple):
    """What there is one alert for."""

    watch: int
    project: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """An alert as the database has it."""

    ref: int
    version: int
    state: str
    number: int | None


@dataclass(frozen=True, slots=True, eq=False)
class _Writing:
    """A change that can be written, and what is stored so far; None: nothing."""

    change: AlertChange
    workspace: str
    channel: str
    stored: _Stored | None

    @property
    def alert(self) -> Alert:
        """As it shall be."""
        return self.change.alert

    @property
    def pair(self) -> _Pair:
        """What it is for."""
        return _pair(self.alert)

    @property
    def opens(self) -> bool:
        """Whether it is open, and was not."""
        return self.alert.is_open and (self.stored is None or self.stored.state not in OPEN_STATES)

    @property
    def forgets(self) -> bool:
        """Whether nobody was told of its being open."""
        return self.opens and self.alert.announced_at is None


def _pair(given: Alert) -> _Pair:
    return _Pair(given.watch, given.project)


async def change(connection: AsyncConnection, changes: Sequence[AlertChange], *, now: datetime) -> tuple[Alert, ...]:
    """Write alerts that still are as they were seen, with their record; returns them as they are now."""
    writings = await _current(connection, _first_of_each(changes))
    opening = [each for each in writings if each.opens]
    cards = await alert_cards.ready(connection, [_place(each) for each in opening], now)
    writings = await _locked(connection, writings)
    numbers = await _numbers(connection, [each for each in writings if each.opens])
    refs = await _write(connection, writings, cards.refs, numbers)
    written = [each for each in writings if each.pair in refs]
    await _record(connection, written, refs)
    await alert_cards.forget_unused(connection, cards, {_place(each).key for each in written if each.opens})
    return await alerts.by_ref(connection, [refs[each.pair] for each in written])


def _first_of_each(changes: Iterable[AlertChange]) -> dict[_Pair, AlertChange]:
    """Leave out all but the first change of a pair: after that one it has another version."""
    first: dict[_Pair, AlertChange] = {}
    for each in changes:
        first.setdefault(_pair(each.alert), each)
    return first


def _place(writing: _Writing) -> alert_cards.Place:
    return alert_cards.Place(writing.workspace, writing.channel, writing.alert.watch, writing.alert.connection)


async def _current(connection: AsyncConnection, changes: Mapping[_Pair, AlertChange]) -> list[_Writing]:
    """Return the changes whose alert is as it was seen."""
    homes = await _homes(connection, {pair.watch for pair in changes})
    stored = await _stored(connection, changes)
    return [
        _Writing(each, *homes[pair.watch], stored.get(pair))
        for pair, each in changes.items()
        if pair.watch in homes and _is_as_seen(each.alert, stored.get(pair))
    ]


def _is_as_seen(seen: Alert, stored: _Stored | None) -> bool:
    if stored is None:
        return seen.version == 0
    return (seen.ref, seen.version) == (stored.ref, stored.version)


async def _homes(connection: AsyncConnection, refs: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the workspaces and channels of watches, removed ones too."""
    homes: dict[int, tuple[str, str]] = {}
    for batch in batches(refs, _BATCH):
        chosen = sa.select(_W.ref, _W.workspace, _W.channel).where(_W.ref.in_(batch))
        homes |= {row.ref: (row.workspace, row.channel) for row in await connection.execute(chosen)}
    return homes


async def _stored(connection: AsyncConnection, pairs: Iterable[_Pair]) -> dict[_Pair, _Stored]:
    of_watch: dict[int, list[int]] = {}
    for pair in pairs:
        of_watch.setdefault(pair.watch, []).append(pair.project)
    found: dict[_Pair, _Stored] = {}
    for its_watch, projects in of_watch.items():
        for batch in batches(projects, _BATCH):
            chosen = sa.select(_A.project, _A.ref, _A.version, _A.state, _A.number).where(
                _A.watch == its_watch, _A.project.in_(batch)
            )
            for project, *row in await connection.execute(chosen):
                found[_Pair(its_watch, project)] = _Stored(*row)
    return found


async def _locked(connection: AsyncConnection, writings: Sequence[_Writing]) -> list[_Writing]:
    """Lock the alerts that are there; leaves out those that somebody changed while we waited for cards."""
    refs = sorted(each.stored.ref for each in writings if each.stored is not None)
    versions: dict[int, int] = {}
    for batch in batches(refs, _BATCH):
        chosen = sa.select(_A.ref, _A.version).where(_A.ref.in_(batch)).order_by(_A.ref)
        rows = await connection.execute(chosen.with_for_update(key_share=True))
        versions |= {row.ref: row.version for row in rows}
    return [each for each in writings if each.stored is None or versions.get(each.stored.ref) == each.stored.version]


async def _numbers(connection: AsyncConnection, opening: Sequence[_Writing]) -> dict[_Pair, int]:
    """Give numbers to alerts that have none: the next ones of their channels, and never again."""
    waiting: dict[tuple[str, str], list[_Pair]] = {}
    for each in opening:
        if each.stored is None or each.stored.number is None:
            waiting.setdefault((each.workspace, each.channel), []).append(each.pair)
    numbers: dict[_Pair, int] = {}
    for (workspace, channel), pairs in sorted(waiting.items()):
        taken = (
            insert_into(alert_number, connection)
            .values(workspace=workspace, channel=channel, last=len(pairs))
            .on_conflict_do_update(index_elements=["workspace", "channel"], set_={"last": _N.last + len(pairs)})
            .returning(_N.last)
        )
        last: int = (await connection.execute(taken)).scalar_one()
        numbers |= {pair: last - len(pairs) + place for place, pair in enumerate(pairs, 1)}
    return numbers


async def _write(
    connection: AsyncConnection,
    writings: Iterable[_Writing],
    cards: Mapping[tuple[int, str], int],
    numbers: Mapping[_Pair, int],
) -> dict[_Pair, int]:
    """Write alerts; returns the `ref` of each one that was written."""
    alike: dict[tuple[bool, ...], list[_Writing]] = {}
    for each in writings:
        alike.setdefault((each.stored is None, each.opens, each.forgets), []).append(each)
    refs: dict[_Pair, int] = {}
    for (is_new, *_), group in alike.items():
        for batch in batches(group, _WRITTEN):
            rows = {each: _row(each, cards, numbers) for each in batch}
            refs |= await (_insert if is_new else _update)(connection, rows)
    return refs


def _row(writing: _Writing, cards: Mapping[tuple[int, str], int], numbers: Mapping[_Pair, int]) -> dict[str, object]:
    row = alert_row(writing.alert, len(writing.change.steps))
    if writing.opens:
        number = numbers.get(writing.pair, writing.stored and writing.stored.number)
        row |= {"card": cards[_place(writing).key], "number": number}
        if writing.forgets:
            row |= {"announcing": None, "announced_at": None}
    return row


async def _insert(connection: AsyncConnection, rows: Mapping[_Writing, dict[str, object]]) -> dict[_Pair, int]:
    """Write new alerts, but for those that somebody else has written just now."""
    written = (
        insert_into(alert, connection)
        .on_conflict_do_nothing(index_elements=["watch", "project"])
        .returning(_A.watch, _A.project, _A.ref)
    )
    new = [
        {"workspace": each.workspace, "connection": each.alert.connection, **each.pair._asdict(), **row}
        for each, row in rows.items()
    ]
    return {_Pair(row.watch, row.project): row.ref for row in await connection.execute(written, new)}


async def _update(connection: AsyncConnection, rows: Mapping[_Writing, dict[str, object]]) -> dict[_Pair, int]:
    """Write alerts that are locked."""
    refs = {each.pair: each.stored.ref for each in rows if each.stored is not None}
    known = [{**row, "row_ref": refs[each.pair]} for each, row in rows.items()]
    await connection.execute(sa.update(alert).where(_A.ref == sa.bindparam("row_ref")), known)
    return refs


async def _record(connection: AsyncConnection, written: Sequence[_Writing], refs: Mapping[_Pair, int]) -> None:
    rows = [step_row(each.workspace, refs[each.pair], step) for each in written for step in each.change.steps]
    for batch in batches(rows, _BATCH):
        await connection.execute(sa.insert(alert_step), batch)
