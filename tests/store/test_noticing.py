"""What only two listings together show: a project was changed, or emptied."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import NOW, microvisualizer
from tests.store.catalogs import fill

if TYPE_CHECKING:
    from bot.store import SqlStore

HOUR = timedelta(hours=1)


async def _saved(store: SqlStore, *listings: dict[str, Any]) -> list[tuple[datetime | None, datetime | None]]:
    """List a project again and again, an hour apart; return when it was changed and when emptied, after each."""
    found = []
    for number, given in enumerate(listings):
        (entry,) = await fill(store, [microvisualizer(**given)], now=NOW + number * HOUR)
        found.append((entry.changed_at, entry.emptied_at))
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"service_count": 3}, {"service_count": 4}),
        ({"pinned": False}, {"pinned": True}),
        ({"enabled": True}, {"enabled": False}),
        ({"subscription": "active"}, {"subscription": "past_due"}),
    ],
)
async def test_a_sign_that_differs_was_changed_when_we_looked(
    store: SqlStore, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """And stays changed then, however often it is listed again as it is."""
    found = await _saved(store, before, before, after, after | {"name": "new"})

    assert [changed for changed, _ in found] == [None, None, NOW + 2 * HOUR, NOW + 2 * HOUR]


@pytest.mark.parametrize("sign", ["service_count", "pinned", "enabled", "subscription"])
async def test_a_sign_that_appears_or_disappears_is_no_change(store: SqlStore, sign: str) -> None:
    """A source that begins to tell something tells it of all projects, and none of them was touched."""
    known = {"service_count": 2, "pinned": True, "enabled": False, "subscription": "active"}[sign]

    found = await _saved(store, {sign: None}, {sign: known}, {sign: None})

    assert [changed for changed, _ in found] == [None, None, None]


async def test_a_project_is_empty_since_its_last_service_left(store: SqlStore) -> None:
    """Until it has one again; one that never had any was not emptied."""
    counts = (0, 0, 2, 0, 0, None, 0, 1)

    found = await _saved(store, *({"service_count": count} for count in counts))

    then = NOW + 3 * HOUR
    assert [emptied for _, emptied in found] == [None, None, None, then, then, then, then, None]


async def test_projects_that_change_in_one_listing_keep_their_own_dates(store: SqlStore) -> None:
    """They are written together, and are not alike."""
    before = [microvisualizer(id=str(number), service_count=number) for number in range(4)]
    await fill(store, before)

    after = [microvisualizer(id=str(number), service_count=0) for number in range(4)]
    rows = await fill(store, after, now=NOW + HOUR)

    then = NOW + HOUR
    assert [(row.changed_at, row.emptied_at) for row in rows] == [(None, None), *[(then, then)] * 3]
