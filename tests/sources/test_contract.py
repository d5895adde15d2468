"""The contract over both real adapters, in front of their stand-ins, and over the fake."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.demo.upstreams import Mode
from bot.errors import SourceBusy, SourceDown
from bot.sources.microvisualizer.client import MANNERS as MICROVISUALIZER_MANNERS
from bot.sources.streampixel.client import MANNERS as STREAMPIXEL_MANNERS
from tests.sources.contract import SourceContract
from tests.sources.stage import fake_stage, microvisualizer_stage, streampixel_stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from bot.sources.manners import Manners
    from tests.sources.stage import ServerStage, Stage


class PoliteContract(SourceContract):
    """What is promised to the other side, too."""

    at_once: int
    manners: Manners

    def set_up(self, manners: Manners) -> AbstractAsyncContextManager[ServerStage]:
        """Put the adapter in front of its stand-in."""
        raise NotImplementedError

    @pytest.fixture
    async def stage(self) -> AsyncIterator[ServerStage]:
        """The adapter with its own manners."""
        async with self.set_up(self.manners) as stage:
            yield stage

    async def test_never_asks_more_at_once_than_agreed(self, stage: ServerStage) -> None:
        """A burst of callers becomes a short queue."""
        stage.stand_in.faults.slow_s = 0.02
        stage.break_with(Mode.SLOW)

        await asyncio.gather(*(stage.source.list_projects(since=stage.clock.now()) for _ in range(12)))

        assert stage.stand_in.most_in_flight == self.at_once

    async def test_is_not_asked_while_paused_by_anybody(self, stage: ServerStage) -> None:
        """One 429 speaks for the whole connection, and nobody sleeps it out."""
        stage.break_with(Mode.LIMITED)
        with pytest.raises(SourceBusy):
            await stage.source.list_projects(since=None)
        stage.stand_in.forget_requests()
        stage.break_with(Mode.OK)

        stage.clock.forward(seconds=29)
        for _ in range(20):
            with pytest.raises(SourceBusy):
                await stage.source.list_projects(since=None)

        assert stage.stand_in.request_count == 0
        assert stage.clock.slept_s == []
        stage.clock.forward(seconds=1)
        assert (await stage.source.list_projects(since=None)).complete

    async def test_reads_the_wait_from_the_body_when_there_is_no_header(self, stage: ServerStage) -> None:
        """Streampixel says it in words, MicroVisualizer in a field."""
        stage.break_with(Mode.LIMITED_IN_BODY)

        with pytest.raises(SourceBusy) as caught:
            await stage.source.list_projects(since=None)

        assert caught.value.free_at == stage.clock.now() + timedelta(seconds=30)

    async def test_waits_longer_each_time_nobody_says_how_long(self, stage: ServerStage) -> None:
        """Backing off doubles, so that a block at the edge is not fed."""
        stage.break_with(Mode.LIMITED_UNMEASURED)
        waits = []

        for _ in range(3):
            with pytest.raises(SourceBusy) as caught:
                await stage.source.list_projects(since=None)
            assert caught.value.free_at is not None
            waits.append((caught.value.free_at - stage.clock.now()).total_seconds())
            stage.clock.moment = caught.value.free_at

        assert waits == [30, 60, 120]

    async def test_is_left_alone_while_it_is_down(self, stage: ServerStage) -> None:
        """Three failures in a row are enough to know; then one probe per cooldown asks."""
        stage.break_with(Mode.DOWN)

        for _ in range(50):
            with pytest.raises(SourceDown) as caught:
                await stage.source.list_projects(since=None)

        assert stage.stand_in.request_count == 3
        assert caught.value.free_at == stage.clock.now() + timedelta(seconds=15)
        assert caught.value.detail == "HTTP 503"

    async def test_is_probed_by_exactly_one_of_many(self, stage: ServerStage) -> None:
        """At the end of the cooldown a crowd must not fall on a source that just stood up."""
        stage.break_with(Mode.DOWN)
        with pytest.raises(SourceDown):
            await stage.source.list_projects(since=None)
        stage.stand_in.forget_requests()

        stage.clock.forward(seconds=15)
        answers = await asyncio.gather(
            *(stage.source.list_projects(since=None) for _ in range(20)), return_exceptions=True
        )

        assert all(isinstance(answer, SourceDown) for answer in answers)
        assert stage.stand_in.request_count == 1

    async def test_logs_two_lines_of_an_outage(self, stage: ServerStage) -> None:
        """Not two hundred."""
        with capture_logs() as lines:
            stage.break_with(Mode.DOWN)
            for _ in range(40):
                with pytest.raises(SourceDown):
                    await stage.source.list_projects(since=None)
                stage.clock.forward(seconds=20)
            stage.break_with(Mode.OK)
            for _ in range(5):
                await stage.source.list_projects(since=None)

        assert [(line["event"], line["log_level"]) for line in lines] == [
            ("source.went_down", "warning"),
            ("source.came_back", "info"),
        ]
        assert lines[0]["connection"] == stage.source.connection
        assert lines[0]["detail"] == "HTTP 503"

    async def test_says_that_nobody_answered_in_time(self) -> None:
        """A silent source is told from a broken one."""
        impatient = replace(self.manners, read_timeout=timedelta(seconds=0.05))
        async with self.set_up(impatient) as stage:
            stage.break_with(Mode.SILENT)

            with pytest.raises(SourceDown, match=r"no answer within 0\.05 s"):
                await stage.source.list_projects(since=None)

            assert stage.stand_in.request_count == 3

    async def test_is_still_asked_after_a_caller_gave_up(self, stage: ServerStage) -> None:
        """A cancelled question frees its slot, and even the one probe."""
        stage.break_with(Mode.DOWN)
        with pytest.raises(SourceDown):
            await stage.source.list_projects(since=None)
        stage.clock.forward(seconds=15)
        stage.break_with(Mode.SILENT)
        probe = asyncio.create_task(stage.source.list_projects(since=None))
        while not stage.stand_in.in_flight:  # noqa: ASYNC110 - the request is on its way through a socket
            await asyncio.sleep(0)

        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
        stage.break_with(Mode.OK)

        assert (await stage.source.list_projects(since=None)).complete


class TestStreampixel(PoliteContract):
    """Streampixel's adapter."""

    at_once = 2
    manners = STREAMPIXEL_MANNERS

    def set_up(self, manners: Manners) -> AbstractAsyncContextManager[ServerStage]:
        """Put the adapter in front of its stand-in."""
        return streampixel_stage(manners)

    async def test_spends_no_more_than_its_budget(self) -> None:
        """After the burst, one request a second."""
        async with self.set_up(replace(self.manners, burst=5)) as stage:
            for _ in range(8):
                await stage.source.list_projects(since=None)

            assert stage.clock.slept_s == pytest.approx([1, 1, 1])


class TestMicroVisualizer(PoliteContract):
    """MicroVisualizer's adapter."""

    at_once = 4
    manners = MICROVISUALIZER_MANNERS

    def set_up(self, manners: Manners) -> AbstractAsyncContextManager[ServerStage]:
        """Put the adapter in front of its stand-in."""
        return microvisualizer_stage(manners)

    async def test_spends_no_more_than_its_budget(self) -> None:
        """After the burst, two requests a second; the quota is one of them."""
        async with self.set_up(replace(self.manners, burst=2)) as stage:
            for _ in range(2):
                await stage.source.list_projects(since=None)

            assert stage.clock.slept_s == pytest.approx([0.5, 0.5])


class TestFake(SourceContract):
    """The fake that the catalog's tests use."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        """Two projects in memory."""
        async with fake_stage() as stage:
            yield stage
