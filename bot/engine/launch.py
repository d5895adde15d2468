"""Starting and stopping DBOS, with everything said explicitly."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import psycopg
from dbos import DBOS
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.clocks import Clocks
from bot.engine.replicas import Replicas
from bot.engine.retention import has_ticked
from bot.engine.tables import open_tables
from bot.engine.workflows import QUEUE, SEAT, Shift, tick
from bot.errors import StoreError

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa
    from dbos import DBOSConfig

    from bot.engine.rounds import Rounds
    from bot.engine.work import Timing
    from bot.ports import Clock

THREADS: Final = 8
"""For DBOS's own statements; its workflows run in our loop."""

LOGGER: Final = "dbos"
LAST_NOTES_S: Final = 0.1
"""Seconds in which it notes that workflows have ended that just did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """DBOS at work."""

    replicas: Replicas | None
    tables: sa.Engine
    clock: Clock
    clocks: Clocks

    async def tick(self) -> None:
        """Run one tick now, and wait for its end."""
        handle = await DBOS.start_workflow_async(tick, self.clock.now(), None)
        await handle.get_result()

    async def ticked_since(self, moment: datetime) -> bool:
        """Tell whether a tick has done all it had to, in whatever process, between a moment and now."""
        return await has_ticked(moment, self.clock.now())

    async def close(self) -> None:
        """Stop; takes up to half a second.

        DBOS joins its threads, and some of these wait for our loop: so it is stopped from a thread of its own. It has
        also made its threads those of our loop, which needs others from here on.
        """
        await asyncio.sleep(LAST_NOTES_S)
        logging.getLogger(LOGGER).setLevel(logging.CRITICAL)  # what it begins now fails, and is begun again later
        aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine-stop")
        try:
            await asyncio.get_running_loop().run_in_executor(aside, DBOS.destroy)
        finally:
            aside.shutdown(wait=False)
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="after-engine"))
            SEAT.leave()
        self.tables.dispose()
        if self.replicas is not None:
            await self.replicas.close()


async def launch(rounds: Rounds, *, url: str, name: str, timing: Timing, clock: Clock) -> Launched:
    """Start DBOS in the running loop.

    Args:
        rounds: what its workflows call.
        url: of its tables.
        name: of this process, as DBOS's executor id.
        timing: how often, and how many.
        clock: the real time.

    Raises:
        StoreError: the tables cannot be used.
        RuntimeError: it runs already.
    """
    replicas = None if url.startswith("sqlite") else Replicas(url, name)
    tables = open_tables(url)
    clocks = Clocks(replicas, clock)
    SEAT.take(Shift(rounds=rounds, replicas=replicas, clock=clock, clocks=clocks, remember=timing.remember))
    launched = Launched(replicas=replicas, tables=tables, clock=clock, clocks=clocks)
    try:
        if replicas is not None:
            await replicas.show()
            await clocks.agree()
        _launch(url, name, tables)
        await _set_up(timing)
    except BaseException as error:  # being told to end is no reason to leave anything behind
        await launched.close()
        if isinstance(error, SQLAlchemyError | dbos_errors.DBOSException | psycopg.Error):
            raise StoreError(f"engine: {type(error).__name__}") from None
        raise
    return launched


def _launch(url: str, name: str, tables: sa.Engine) -> None:
    logger = logging.getLogger(LOGGER)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # else it gets one that writes around our logs, and secrets with it
        logger.addFilter(_is_news)
    config: DBOSConfig = {
        "name": "rollcall",
        "system_database_url": url,
        "system_database_engine": tables,
        "executor_id": name,
        # Else a hash of the workflows' source: what an older version put into the queue would stay there for ever.
        "application_version": "1",
        "max_executor_threads": THREADS,
        # On SQLite it is also how long stopping takes.
        "notification_listener_polling_interval_sec": 0.25,
        "log_level": "WARNING",
    }
    DBOS(config=config)
    DBOS.launch()


def _is_news(record: logging.LogRecord) -> bool:
    """Drop warnings of what we do on purpose: cancelling at the end, and asking twice for the same."""
    return not record.getMessage().startswith(("Asyncio task cancelled", "Workflow already exists in queue"))


async def _set_up(timing: Timing) -> None:
    limit, over_s = timing.pace
    await DBOS.register_queue_async(
        QUEUE,
        worker_concurrency=timing.at_once,
        limiter={"limit": limit, "period": over_s},
        # A partition is a channel. Slack takes one message a second there: a second attempt would only wait for the
        # first, in the place of another channel's.
        partition_worker_concurrency=1,
        polling_interval_sec=timing.look_every.total_seconds(),
        on_conflict="always_update",
    )
    # Cast, because DBOS does not expect that a scheduled workflow returns something; it keeps it like any other's.
    await DBOS.apply_schedules_async(
        [{"schedule_name": "tick", "workflow_fn": cast("Any", tick), "schedule": timing.tick, "context": None}]
    )
