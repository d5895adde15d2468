"""A watch that somebody changes in the middle of its evaluation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import DigestChange
from tests.alerts.stage import DAY, INACTIVE, Stage
from tests.builders import NOW
from tests.fakes.watch_ledger import FakeWatchLedger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Overtaken(FakeWatchLedger):
    """Somebody shortens the threshold of every watch just before it is noted how far they were evaluated, once."""

    shortens = True

    async def note_progress(
        self, marks: Mapping[tuple[int, str], datetime], *, seen: Mapping[int, int] | None = None
    ) -> None:
        """Let the person be faster."""
        for watch in await self.watches("local") if self.shortens else ():
            shorter = replace(watch.draft, condition=replace(watch.condition, threshold=20 * DAY))
            assert await self.edit_watch(watch, shorter, DigestChange(at=NOW, by="U1", what="shortened it"))
        self.shortens = False
        await super().note_progress(marks, seen=seen)


async def test_what_a_changed_watch_finds_at_once_is_found_although_it_was_just_evaluated() -> None:
    """It was evaluated with its old threshold: with the new one, never."""
    stage = Stage(ledger=Overtaken())
    await stage.open()
    stage.has(1, idle=25 * DAY)
    watch = await stage.watch(INACTIVE)

    await stage.tick()
    assert await stage.states(watch) == {}
    await stage.tick()

    (alert,) = (await stage.alerts(watch)).values()
    assert (alert.is_open, alert.baseline) == (True, True)
