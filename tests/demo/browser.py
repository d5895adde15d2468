"""A headless Chromium for the tests of the page, and the demo in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.demo.stage import Stage, open_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selenium.webdriver.remote.webelement import WebElement

T = TypeVar("T")

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,800",
)
WITHIN_S = 10


def require_chromium() -> None:
    """Skip if there is no Chromium here, unless every test must run."""
    if not (CHROMIUM.exists() and DRIVER.exists()) and "ROLLCALL_TEST_REQUIRE_ALL" not in os.environ:
        pytest.skip("Chromium and its driver are not installed")


@contextmanager
def open_browser(profile: Path) -> Iterator[Chrome]:
    """Start Chromium with an empty profile."""
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(str(DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


@contextmanager
def demo_in_thread() -> Iterator[Stage]:
    """Run the demo in a thread: the browser's driver blocks the one of the test."""
    ready: threading.Event = threading.Event()
    opened: list[Stage] = []
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def run() -> None:
        async with open_stage() as stage:
            end = asyncio.Event()
            opened.append(stage)
            loops.append((asyncio.get_running_loop(), end))
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    ready.wait(WITHIN_S)
    try:
        yield opened[0]
    finally:
        loop, end = loops[0]
        loop.call_soon_threadsafe(end.set)
        thread.join(WITHIN_S)


class Page:
    """The page as a person sees it.

    Args:
        driver: the browser.
        stage: the demo behind it.
    """

    def __init__(self, driver: Chrome, stage: Stage) -> None:
        self.driver = driver
        self.stage = stage

    def open(self) -> None:
        """Load it and wait until it is drawn."""
        self.driver.get(self.stage.demo.url)
        self.one("#channels button")

    def all(self, css: str) -> list[WebElement]:
        """Return what matches and can be seen."""
        return [found for found in self.driver.find_elements(By.CSS_SELECTOR, css) if found.is_displayed()]

    def one(self, css: str, text: str = "") -> WebElement:
        """Wait for something that can be seen and holds a text."""
        return self.until(lambda: next((e for e in self.all(css) if text in e.text), None), f"{css} {text!r}")

    def until(self, look: Callable[[], T | None], what: str) -> T:
        """Wait until `look` returns something."""
        wait = WebDriverWait(
            self.driver, WITHIN_S, poll_frequency=0.05, ignored_exceptions=[StaleElementReferenceException]
        )
        found: T | None = wait.until(lambda _: look(), f"not seen: {what}")
        if found is None:
            raise LookupError(what)
        return found

    def type(self, text: str) -> None:
        """Type into the message box."""
        self.one("#text").send_keys(text)

    @contextmanager
    def phone(self) -> Iterator[None]:
        """Look at it on a screen of 390 by 844."""
        screen = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def complaints(self) -> list[str]:
        """Return what the browser has noted as wrong since the last time."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]
