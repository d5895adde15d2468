"""Programs that run beside the measurement, and what they use of the machine. Memory and CPU are read on Linux only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).parents[1]
_STOP_WITHIN_S: Final = 15


@dataclass(frozen=True, slots=True)
class Child:
    """A running program."""

    process: subprocess.Popen[str]
    began: float
    """When it was started, in seconds of the monotonic clock, which all processes of a machine share."""

    def rss_mb(self) -> float:
        """Return the memory that it holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2

    def cpu_s(self) -> float:
        """Return the seconds of CPU that it has used, in all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def line(self) -> str:
        """Wait for the next line that it prints.

        Raises:
            ChildProcessError: it ended without a word.
        """
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise ChildProcessError(f"ended with status {self.process.wait()}")
        return line


@contextmanager
def running(
    *arguments: str, folder: Path, environment: Mapping[str, str] | None = None, log: str = "log"
) -> Iterator[Child]:
    """Run ``python -m`` with `arguments` until the block is left.

    Args:
        arguments: module and its arguments.
        folder: where it runs, so that no ``.env`` of a developer is read.
        environment: its variables; it inherits none of ours but the search path.
        log: name of the file in `folder` for what it writes to standard error.
    """
    with (folder / log).open("a", encoding="utf-8") as errors:
        began = monotonic()
        process = subprocess.Popen(
            command(*arguments),
            cwd=folder,
            env=variables(environment),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield Child(process, began)
        finally:
            _stop(process)


def command(*arguments: str) -> list[str]:
    """Return the command line of ``python -m`` with `arguments`."""
    return [sys.executable, "-m", *arguments]


def variables(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of a child."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **(environment or {})}


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=_STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
