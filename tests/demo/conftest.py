"""The demo with a scripted bot, on a free port, and a browser before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.demo.browser import Page, demo_in_thread, open_browser, require_chromium
from tests.demo.stage import Stage as Stage  # noqa: PLC0414 - the tests of the local Slack know it from here
from tests.demo.stage import open_stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from selenium.webdriver import Chrome


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """The demo, running."""
    async with open_stage() as opened:
        yield opened


@pytest_asyncio.fixture
async def impatient_stage() -> AsyncIterator[Stage]:
    """The demo with a Slack that waits a twentieth of a second instead of three seconds."""
    async with open_stage(ack_within_s=0.05) as opened:
        yield opened


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests."""
    require_chromium()
    with open_browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def page(driver: Chrome) -> Iterator[Page]:
    """A fresh demo, opened; afterwards the browser must not have complained."""
    with demo_in_thread() as stage:
        opened = Page(driver, stage)
        opened.open()
        yield opened
        complaints = opened.complaints()
        driver.get("about:blank")
    assert complaints == []
