"""Starting and stopping DBOS, with everything said explicitly."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psycopg
import sqlalchemy as sa
from dbos import DBOS
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.replicas import Replicas
from bot.engine.workflows import QUEUE, SEAT, Shift, tick
from bot.errors import StoreError

if TYPE_CHECKING:
    from dbos import DBOSConfig
    from sqlalchemy.engine.interfaces import DBAPIConnection

    from bot.engine.rounds import Rounds
    from bot.engine.work import Timing
    from bot.ports import Clock

THREADS: Final = 8
"""For DBOS's own statements; its workflows run in our loop."""

CONNECTIONS: Final = 8
LOGGER: Final = "dbos"
LAST_NOTES_S: Final = 0.1
"""Seconds in which it notes that workflows have ended that just did."""

PACE_OVER_S: Final = 2.0
"""Seconds over which the pace is kept: short enough to be smooth, long enough for a queue that is looked at once a
second."""

_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON")


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """DBOS at work."""

    replicas: Replicas | None
    tables: sa.Engine | None
    """Ours, where DBOS did not open them itself."""

    clock: Clock

    async def tick(self) -> None:
        """Run one tick now, and wait for its end."""
        handle = await DBOS.start_workflow_async(tick, self.clock.now(), None)
        await handle.get_result()

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
        if self.tables is not None:
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
    tables = _sqlite(url) if replicas is None else None
    SEAT.take(Shift(rounds=rounds, replicas=replicas, clock=clock, remember=timing.remember))
    launched = Launched(replicas=replicas, tables=tables, clock=clock)
    try:
        if replicas is not None:
            await replicas.show()
        _launch(url, name, tables)
        await _set_up(timing)
    except BaseException as error:  # being told to end is no reason to leave anything behind
        await launched.close()
        if isinstance(error, SQLAlchemyError | dbos_errors.DBOSException | psycopg.Error):
            raise StoreError(f"engine: {type(error).__name__}") from None
        raise
    return launched


def _launch(url: str, name: str, tables: sa.Engine | None) -> None:
    logger = logging.getLogger(LOGGER)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # else it gets one that writes around our logs, and secrets with it
        logger.addFilter(_is_news)
    config: DBOSConfig = {
        "name": "rollcall",
        "system_database_url": url,
        "system_database_engine": tables,
        "sys_db_pool_size": CONNECTIONS,
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
    per_s = timing.posts_per_minute / 60
    over_s = max(PACE_OVER_S, 1 / per_s)
    await DBOS.register_queue_async(
        QUEUE,
        worker_concurrency=timing.at_once,
        limiter={"limit": round(per_s * over_s), "period": over_s},
        # A partition is a channel. Slack takes one message a second there: a second attempt would only wait for the
        # first, in the place of another channel's.
        partition_worker_concurrency=1,
        polling_interval_sec=timing.look_every.total_seconds(),
        on_conflict="always_update",
    )
    await DBOS.apply_schedules_async(
        [{"schedule_name": "tick", "workflow_fn": tick, "schedule": timing.tick, "context": None}]
    )


def _sqlite(url: str) -> sa.Engine:
    """Open a file as DBOS does, but in WAL mode: https://www.sqlite.org/wal.html."""
    engine = sa.create_engine(url, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _prepare(opened: DBAPIConnection, _record: object) -> None:
        opened.isolation_level = "IMMEDIATE"
        cursor = opened.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
