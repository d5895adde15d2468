"""The cards that alerts are told on as they open: of each watch and connection the one that is not closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import sqlalchemy as sa

from bot.model import Card, CardKind
from bot.store.card_rows import card_row
from bot.store.upserts import insert_into
from bot.store.watch_tables import card

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_C: Final = card.c


class Place(NamedTuple):
    """What a card is for, and where."""

    workspace: str
    channel: str
    watch: int
    connection: str

    @property
    def key(self) -> tuple[int, str]:
        """Of which there is one open card."""
        return self.watch, self.connection


@dataclass(frozen=True, slots=True)
class Ready:
    """Open cards, locked until the transaction ends: nobody closes them meanwhile."""

    refs: dict[tuple[int, str], int] = field(default_factory=dict)
    made: set[tuple[int, str]] = field(default_factory=set)
    """Those that were made for this."""


async def ready(connection: AsyncConnection, places: Iterable[Place], now: datetime) -> Ready:
    """Return the open cards of places, and make those that are missing.

    What was found may be closed before it is locked, and what is missing may be made by somebody else: then we look
    again.
    """
    wanted = {place.key: place for place in places}
    cards = Ready()
    while wanted:
        cards.refs.update(await _locked(connection, wanted))
        missing = [place for key, place in sorted(wanted.items()) if key not in cards.refs]
        if not missing:
            break
        cards.made.update(await _make(connection, missing, now))
    return cards


async def _locked(connection: AsyncConnection, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    keys = set(wanted)
    chosen = sa.select(_C.ref, _C.watch, _C.connection).where(
        _C.watch.in_({ref for ref, _ in keys}), _C.connection.in_({name for _, name in keys}), _C.closed_at.is_(None)
    )
    rows = await connection.execute(chosen.order_by(_C.ref).with_for_update(key_share=True))
    return {(row.watch, row.connection): row.ref for row in rows}


async def _make(connection: AsyncConnection, places: Sequence[Place], now: datetime) -> set[tuple[int, str]]:
    made = insert_into(card, connection).on_conflict_do_nothing().returning(_C.watch, _C.connection)
    rows = await connection.execute(made, [card_row(_new(place, now)) for place in places])
    return {(row.watch, row.connection) for row in rows}


def _new(place: Place, now: datetime) -> Card:
    return Card(
        ref=0,
        workspace=place.workspace,
        channel=place.channel,
        kind=CardKind.WATCH,
        connection=place.connection,
        watch=place.watch,
        opened_at=now,
    )


async def forget_unused(connection: AsyncConnection, cards: Ready, used: AbstractSet[tuple[int, str]]) -> None:
    """Forget cards that were made for alerts which then were not written."""
    unused = [cards.refs[key] for key in cards.made - used]
    if unused:
        await connection.execute(sa.delete(card).where(_C.ref.in_(unused)))
