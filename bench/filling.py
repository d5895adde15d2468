"""Fills a database through the Store port, as the catalog does, and leaves it fresh: no source needs to be asked."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from bench.projects import changes, microvisualizer_projects, streampixel_projects, viewers
from bot.model import LOCAL_WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.model import Project
    from bot.ports import Store

_HOLDER = "bench"
_BATCH = 500


async def fill(store: Store, *, streampixel: int, microvisualizer: int, now: datetime) -> float:
    """Write made-up projects, one change for every tenth, and viewers; return how many seconds that took.

    The connections must be registered.
    """
    listings = (
        ("streampixel", streampixel_projects(streampixel)),
        ("microvisualizer", microvisualizer_projects(microvisualizer, now)),
    )
    measured = viewers([project.id for project in listings[0][1]], now)
    began = perf_counter()
    for connection, projects in listings:
        await _write(store, connection, projects, now)
    await store.save_viewers(LOCAL_WORKSPACE, "streampixel", measured, now, complete=True)
    return perf_counter() - began


async def _write(store: Store, connection: str, projects: Sequence[Project], now: datetime) -> None:
    until = now + timedelta(hours=1)
    assert await store.claim(LOCAL_WORKSPACE, connection, "listing", holder=_HOLDER, now=now, until=until)
    async with store.writing(LOCAL_WORKSPACE, connection, job="listing", holder=_HOLDER) as writer:
        for start in range(0, len(projects), _BATCH):
            batch = projects[start : start + _BATCH]
            await writer.known([project.id for project in batch])
            await writer.save(batch, now)
        await writer.record(changes([project.id for project in projects], now), now)
        await writer.succeeded(now, full=True, quota=None)
    await store.release(LOCAL_WORKSPACE, connection, "listing", holder=_HOLDER)
