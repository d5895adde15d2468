"""What is known of connections, their measurements and the requests of Slack."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import ConnectionSpec, Freshness, Problem, ProblemKind, Scope, Viewers
from bot.query import Query
from bot.store import SqlStore, open_store
from tests.builders import MOMENT, NOW, streampixel
from tests.store.catalogs import BOTH, MICROVISUALIZER, SCOPE, STREAMPIXEL, WORKSPACE, fill, writing

MINUTE = timedelta(minutes=1)


def _down(at: timedelta = timedelta(0)) -> Problem:
    return Problem(kind=ProblemKind.DOWN, detail="HTTP 503", since=NOW + at, retry_at=NOW + at + MINUTE)


async def test_connections_are_known_by_name_once_registered(store: SqlStore) -> None:
    """Registering again, as every start does, forgets nothing and takes new titles."""
    await fill(store, [streampixel()])
    renamed = replace(STREAMPIXEL, sheet=replace(STREAMPIXEL.sheet, title="Pixels"))
    await store.register(WORKSPACE, [MICROVISUALIZER, renamed])

    assert await store.freshness(SCOPE) == (
        Freshness(connection="microvisualizer", source="microvisualizer", title="MicroVisualizer"),
        Freshness(connection="streampixel", source="streampixel", title="Pixels", rows=1, measures_viewers=True),
    )
    assert await store.freshness(Scope(workspace="elsewhere")) == ()


async def test_accounts_of_one_source_are_called_by_their_own_names(store: SqlStore) -> None:
    """Two connections titled `Streampixel` could not be told apart."""
    await store.register(WORKSPACE, [STREAMPIXEL, ConnectionSpec(name="agency", sheet=STREAMPIXEL.sheet)])

    assert [known.title for known in await store.freshness(SCOPE)] == ["agency", "streampixel"]


async def test_a_trouble_began_with_its_first_failure_and_ends_with_a_success(store: SqlStore) -> None:
    """`down since 9:00` stays true while the attempts go on."""
    await store.register(WORKSPACE, [MICROVISUALIZER])
    await store.failed(WORKSPACE, "microvisualizer", "listing", _down(), NOW)
    await store.failed(WORKSPACE, "microvisualizer", "listing", _down(MINUTE), NOW + MINUTE)

    (known,) = await store.freshness(SCOPE)
    assert known.problem == replace(_down(MINUTE), since=NOW)
    assert known.last_attempt_at == NOW + MINUTE
    assert known.viewers_problem is None

    async with writing(store) as writer:
        await writer.succeeded(NOW + 2 * MINUTE, full=False, quota=None)
    (known,) = await store.freshness(SCOPE)
    assert known.problem is None


@pytest.mark.parametrize("job", ["listing", "viewers"])
async def test_a_trouble_of_another_kind_begins_with_its_own_first_failure(store: SqlStore, job: str) -> None:
    """A doubt does not inherit the age of the outage before it, nor the next outage that of the doubt."""
    await store.register(WORKSPACE, [STREAMPIXEL])
    kinds = (ProblemKind.DOWN, ProblemKind.DOWN, ProblemKind.SUSPICIOUS, ProblemKind.SUSPICIOUS, ProblemKind.DOWN)

    begun = []
    for minute, kind in enumerate(kinds):
        at = minute * MINUTE
        await store.failed(WORKSPACE, "streampixel", job, replace(_down(at), kind=kind), NOW + at)
        (known,) = await store.freshness(SCOPE)
        problem = known.problem if job == "listing" else known.viewers_problem
        assert problem is not None
        begun.append((problem.kind, (problem.since - NOW) // MINUTE))

    assert begun == list(zip(kinds, (0, 0, 2, 2, 4), strict=True))


async def test_a_complete_round_of_measurements_ends_its_trouble(store: SqlStore) -> None:
    """Only a whole round says that the viewers are known again."""
    await store.register(WORKSPACE, BOTH)
    await store.failed(WORKSPACE, "streampixel", "viewers", _down(), NOW)

    await store.save_viewers(WORKSPACE, "streampixel", {}, NOW, complete=False)
    assert (await store.freshness(SCOPE))[1].viewers_problem == _down()
    await store.save_viewers(WORKSPACE, "streampixel", {}, NOW + MINUTE, complete=True)

    known = (await store.freshness(SCOPE))[1]
    assert (known.viewers_problem, known.viewers_at) == (None, NOW + MINUTE)
    assert (known.problem, known.last_attempt_at) == (None, None)


async def test_the_newest_measurement_counts_and_who_was_seen_stays_seen(store: SqlStore) -> None:
    """An older answer that arrives late changes nothing; an empty room does not undo a full one."""
    (row,) = await fill(store, [streampixel()])

    for live, queued, minute in ((0, 1, 1), (0, 0, 2), (5, 0, 0)):
        seen = Viewers(live=live, queued=queued, at=NOW + minute * MINUTE)
        await store.save_viewers(
            WORKSPACE, "streampixel", {streampixel().id: seen, "unheard-of": seen}, NOW, complete=True
        )

    found = await store.get(SCOPE, row.ref)
    assert found is not None
    assert found.viewers == Viewers(live=0, queued=0, at=NOW + 2 * MINUTE)
    assert found.last_viewed_at == NOW + MINUTE


async def test_the_longest_neglected_projects_are_measured_first(store: SqlStore) -> None:
    """Never measured ones, then the oldest measurements; what is gone is not asked for."""
    await fill(store, [streampixel(id=each) for each in ("new", "gone", "young", "old", "older")], gone=["gone"])
    for minute, name in enumerate(("older", "old", "young")):
        seen = Viewers(live=0, queued=0, at=NOW + minute * MINUTE)
        await store.save_viewers(WORKSPACE, "streampixel", {name: seen}, NOW, complete=False)

    assert await store.viewers_due(WORKSPACE, "streampixel", NOW + 2 * MINUTE) == ("new", "older", "old")


async def test_a_request_is_new_once_in_an_hour(store: SqlStore) -> None:
    """Slack repeats what it believes unheard; the answer is given once."""
    hour = timedelta(hours=1)

    assert await store.first_time(WORKSPACE, "trigger-1", NOW)
    assert not await store.first_time(WORKSPACE, "trigger-1", NOW + hour - MINUTE)
    assert await store.first_time("T2", "trigger-1", NOW)
    assert await store.first_time(WORKSPACE, "trigger-1", NOW + hour)


async def test_old_requests_are_forgotten(store: SqlStore) -> None:
    """The table does not grow for ever."""
    for number in range(3):
        await store.first_time(WORKSPACE, f"trigger-{number}", NOW + number * timedelta(hours=2))

    async with store._database.reading("count") as connection:
        kept = (await connection.exec_driver_sql("SELECT key FROM seen_request")).scalars().all()
    assert kept == ["trigger-2"]


async def test_of_two_processes_one_sees_a_request_first(database_url: str) -> None:
    """A retry may well arrive at another replica."""
    async with open_store(database_url) as one, open_store(database_url) as two:
        seen = await asyncio.gather(*(store.first_time(WORKSPACE, "k", NOW) for store in (one, two) * 5))

    assert sum(seen) == 1


async def test_ping_answers(store: SqlStore) -> None:
    """Readiness asks the database itself."""
    await store.ping()


async def test_many_readers_and_writers_at_once_all_get_their_turn(store: SqlStore) -> None:
    """More tasks than connections wait for each other instead of failing."""
    await fill(store, [streampixel()])

    async def answer(number: int) -> int:
        assert await store.first_time(WORKSPACE, f"trigger-{number}", NOW)
        return (await store.search(SCOPE, Query(), MOMENT, size=5)).total

    assert await asyncio.gather(*map(answer, range(40))) == [1] * 40


@pytest.mark.parametrize("job", ["listing", "viewers"])
async def test_each_job_has_its_own_trouble(store: SqlStore, job: str) -> None:
    """A source may list well and count badly."""
    await store.register(WORKSPACE, [STREAMPIXEL])

    await store.failed(WORKSPACE, "streampixel", job, _down(), NOW)

    (known,) = await store.freshness(SCOPE)
    assert {"listing": known.problem, "viewers": known.viewers_problem} == {
        "listing": None,
        "viewers": None,
        job: _down(),
    }
