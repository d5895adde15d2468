"""Processes that are killed and started again, at moments that a seed decides."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping
    from random import Random

ROOT: Final = Path(__file__).parent.parent.parent
UP_WITHIN_S: Final = 60


@dataclass(slots=True, kw_only=True)
class Replicas:
    """Some processes of the bot on one database."""

    environment: Mapping[str, str]
    folder: Path
    """Where they run, and where their log is."""

    random: Random
    kills: int = 0
    _running: list[Process] = field(default_factory=list)

    async def start(self, number: int) -> None:
        """Start so many side by side, and wait until all work."""
        self._running = list(await asyncio.gather(*(self._start() for _ in range(number))))

    async def _start(self) -> Process:
        with (self.folder / "replicas.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.kill.replica",
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.environment},
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )  # fmt: skip
        assert process.stdout is not None
        async with asyncio.timeout(UP_WITHIN_S):
            said = await process.stdout.readline()
        assert said == b"up\n", f"a replica did not start, see {self.folder}/replicas.log"
        return process

    async def torment(self, seconds: float, *, rest: tuple[float, float]) -> None:
        """Kill one of them again and again, and start another in its place.

        Args:
            seconds: for how long.
            rest: shortest and longest time, in seconds, that passes before the next is killed.
        """
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(self.random.uniform(*rest))
            victim = self._running.pop(self.random.randrange(len(self._running)))
            victim.kill()
            await victim.wait()
            self.kills += 1
            self._running.append(await self._start())

    async def end(self) -> None:
        """Tell all to end, and wait until they have."""
        for process in self._running:
            process.terminate()
        async with asyncio.timeout(30):
            await asyncio.gather(*(process.wait() for process in self._running))
        assert {process.returncode for process in self._running} == {0}
        self._running = []

    def destroy(self) -> None:
        """Leave nothing behind, whatever happened."""
        for process in self._running:
            process.kill()
