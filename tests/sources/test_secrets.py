"""No key and no user id leaves by any way: errors, their chains, logs, reprs, not even for a library's debug lines."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.demo.upstreams import Mode
from bot.errors import ConfigurationError, SourceError
from bot.sources.microvisualizer import MicroVisualizerSource
from bot.sources.streampixel import StreampixelSource
from bot.sources.streampixel.client import MANNERS
from tests.fakes.clock import HandClock
from tests.sources.stage import API_KEY, STAGES, USER_ID, brisk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.sources.stage import ServerStage

LIBRARIES = ("httpx", "httpcore", "httpx_retries")


@pytest.fixture(params=list(STAGES))
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[ServerStage]:
    """Each adapter in front of its stand-in."""
    async with STAGES[request.param]() as stage:
        yield stage


def assert_clean(text: str) -> None:
    """Fail if anything of the credentials is in `text`."""
    assert API_KEY not in text
    assert USER_ID not in text


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode not in {Mode.OK, Mode.SILENT, Mode.SLOW, Mode.EMPTY}])
@pytest.mark.parametrize("level", [logging.WARNING, logging.DEBUG])
async def test_nothing_leaks_whatever_goes_wrong(
    stage: ServerStage, mode: Mode, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The credentials are added under the client, so that even debug lines of the libraries do not see them."""
    for name in LIBRARIES:
        caplog.set_level(level, logger=name)
    stage.break_with(mode)

    with capture_logs() as lines, pytest.raises(SourceError) as caught:
        await stage.source.list_projects(since=None)

    assert_clean("".join(traceback.format_exception(caught.value)))
    assert_clean(str(caught.value) + repr(caught.value) + caught.value.for_user())
    assert_clean(str(lines) + caplog.text + repr(stage.source) + str(vars(stage.source)))


async def test_libraries_say_nothing_at_warning_level(stage: ServerStage, caplog: pytest.LogCaptureFixture) -> None:
    """They would print addresses, which are nobody's business."""
    for name in LIBRARIES:
        caplog.set_level(logging.WARNING, logger=name)

    await stage.source.list_projects(since=None)
    stage.break_with(Mode.DOWN)
    with pytest.raises(SourceError):
        await stage.source.list_projects(since=None)

    assert [record for record in caplog.records if record.name.split(".")[0] in LIBRARIES] == []


async def test_a_refused_connection_leaks_nothing_either() -> None:
    """The library's own error knows the request."""

    class Unreachable(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError(f"cannot reach {request.url}", request=request)

    source = StreampixelSource(
        base_url="https://upstream.example",
        user_id=SecretStr(USER_ID),
        api_key=SecretStr(API_KEY),
        connection="pixels",
        clock=HandClock(),
        transport=Unreachable(),
        manners=brisk(MANNERS),
    )

    with pytest.raises(SourceError) as caught:
        await source.list_projects(since=None)

    assert_clean("".join(traceback.format_exception(caught.value)))
    await source.aclose()


async def test_the_stand_ins_remember_no_credentials(stage: ServerStage) -> None:
    """The demo's page shows what was asked."""
    await stage.source.list_projects(since=None)

    assert_clean(repr(list(stage.stand_in.requests)))


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "schlüssel", "\x00"])
def test_a_key_that_no_header_can_carry_is_refused_unquoted(key: str) -> None:
    """The library's own complaint would quote it."""
    with pytest.raises(ConfigurationError) as caught:
        MicroVisualizerSource(
            base_url="https://upstream.example", api_key=SecretStr(key), connection="diagrams", clock=HandClock()
        )

    assert caught.value.mistakes == ("The API key of the connection diagrams has blanks or foreign letters in it.",)
