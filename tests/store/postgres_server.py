"""A PostgreSQL server for one run of the tests, from the programs that the machine has."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSAFE_BUT_FAST = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "autovacuum=off", "listen_addresses=",
)  # fmt: skip
"""Nothing here has to survive a crash; every test has a database of its own, copied file by file."""

_PATIENCE_S = 20


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server that listens on a socket in `directory` only."""

    directory: Path

    def url(self, database: str) -> str:
        """Return the address of a database as people write it."""
        return f"postgresql://postgres@/{database}?host={self.directory}"

    def run(self, *statements: str) -> None:
        """Execute statements outside of every transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def programs() -> Path | None:
    """Return the newest directory with the server's programs; None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def serving(binaries: Path) -> Iterator[PostgresServer]:
    """Run a new, empty server; it is gone when the block is left."""
    directory = Path(tempfile.mkdtemp(prefix="rollcall-pg-"))
    try:
        identity = _unprivileged(directory)
        _initialise(binaries, directory, identity)
        with _process(binaries, directory, identity):
            yield PostgresServer(directory)
    finally:
        shutil.rmtree(directory)


def _unprivileged(directory: Path) -> dict[str, Any]:
    """Name whom the server runs as: it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    os.chown(directory, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _initialise(binaries: Path, directory: Path, identity: dict[str, Any]) -> None:
    subprocess.run(  # noqa: S603 - the path is the one we found, the rest our own words
        [
            binaries / "initdb", "--pgdata", directory / "data", "--username=postgres", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ],
        check=True, capture_output=True, cwd=directory, **identity,
    )  # fmt: skip


@contextmanager
def _process(binaries: Path, directory: Path, identity: dict[str, Any]) -> Iterator[None]:
    options = [option for setting in _UNSAFE_BUT_FAST for option in ("-c", setting)]
    process = subprocess.Popen(  # noqa: S603 - as above
        [binaries / "postgres", "-D", directory / "data", "-k", directory, *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=directory, **identity,
    )  # fmt: skip
    try:
        _wait_for(PostgresServer(directory))
        yield
    finally:
        process.send_signal(signal.SIGINT)  # its "fast" shutdown: does not wait for connections
        process.wait(_PATIENCE_S)


def _wait_for(server: PostgresServer) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return server.run("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
