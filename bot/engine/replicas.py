"""Which processes live, as PostgreSQL knows it: an advisory lock lasts as long as the connection that holds it.

DBOS gives the work of a dead process only to one with the same name, or with its vendor's service. A process of ours
has a new name at each start; so whoever can take the lock of another knows that it is dead, and resumes its work.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from hashlib import blake2b
from typing import Final, LiteralString

import psycopg
import structlog
from dbos import DBOS

log = structlog.get_logger(__name__)

CONNECT_WITHIN_S: Final = 10


class Replicas:
    """Shows that this process lives, and looks after those that do not.

    Args:
        url: of the database, ``postgresql://…``.
        name: of this process, new at each start.
    """

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._line: psycopg.AsyncConnection | None = None
        self._showing = asyncio.Lock()

    async def show(self) -> psycopg.AsyncConnection:
        """Hold our lock on a connection that is kept open, and return that; a new one if it was lost.

        Raises:
            psycopg.Error: the database cannot be reached.
        """
        async with self._showing:  # a second connection of ours would wait for the lock of the first
            if self._line is None or self._line.closed:
                self._line = await self._connected()
            return self._line

    async def _connected(self) -> psycopg.AsyncConnection:
        line = await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=CONNECT_WITHIN_S)
        await line.execute("SELECT pg_advisory_lock(%s)", (lock_of(self._name),))
        return line

    async def resume_dead(self) -> int:
        """Put the work of dead processes back into the queue; returns how many workflows that were.

        A process that only lost its connection is taken for dead: its work then is done twice, and the ledger makes
        that harmless.
        """
        try:
            line = await self.show()
            pending = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
            held: defaultdict[str, list[str]] = defaultdict(list)
            for each in pending:
                held[str(each.executor_id)].append(each.workflow_id)
            held.pop(self._name, None)
            return sum([await _resume(line, name, workflow_ids) for name, workflow_ids in held.items()])
        except psycopg.Error as error:
            await self.close()
            log.warning("replicas.not_seen", error=type(error).__name__)
            return 0

    async def close(self) -> None:
        """Let go of the lock."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(psycopg.Error):
                await line.close()


async def _resume(line: psycopg.AsyncConnection, name: str, workflow_ids: list[str]) -> int:
    """Resume the work of a process, unless it lives; its lock keeps two of us from doing so at once."""
    if not await _asked(line, "SELECT pg_try_advisory_lock(%s)", lock_of(name)):
        return 0
    try:
        await DBOS.resume_workflows_async(workflow_ids)
    finally:
        await _asked(line, "SELECT pg_advisory_unlock(%s)", lock_of(name))
    log.info("replicas.resumed", of=name, workflows=len(workflow_ids))
    return len(workflow_ids)


async def _asked(line: psycopg.AsyncConnection, question: LiteralString, lock: int) -> bool:
    row = await (await line.execute(question, (lock,))).fetchone()
    return bool(row and row[0])


def lock_of(name: str) -> int:
    """Return the number of the lock that stands for a process: 64 bits with a sign, as PostgreSQL has them."""
    return int.from_bytes(blake2b(f"rollcall engine {name}".encode(), digest_size=8).digest(), "big", signed=True)
