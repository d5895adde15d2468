"""run and demo: start, serve, be told to end, be killed, be started twice."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot import programs
from bot.demo.slack.stand_in import LocalSlack
from bot.slack.socket_mode import CLOSE_WITHIN
from bot.web import SHUTDOWN_WITHIN
from bot.wiring import SystemClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.slack_server import Answer, FakeSlack
from tests.fakes.watch_ledger import FakeWatchLedger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiohttp import web

    from tests.cli.conftest import Terminal


async def ready(process: asyncio.subprocess.Process, event: str = "bot.ready") -> dict[str, Any]:
    """Read the log until an event, and return it."""
    assert process.stderr is not None
    async with asyncio.timeout(30):
        async for line in process.stderr:
            logged: dict[str, Any] = json.loads(line)
            if logged["event"] == event:
                return logged
    raise AssertionError(f"the process ended without {event}")


async def test_run_serves_says_that_it_is_ready_and_ends_in_time(terminal: Terminal) -> None:
    """Health, readiness and metrics answer; SIGTERM ends the process with status 0 within ten seconds."""
    process = await terminal.start("run")
    logged = await ready(process)
    base = f"http://127.0.0.1:{logged['port']}"
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{base}/healthz") as health:
            assert health.status == 200
        async with session.get(f"{base}/readyz") as readiness:
            assert (await readiness.json())["checks"] == {"store": "ok", "slack": "ok", "engine": "ok", "clock": "ok"}
        async with session.get(f"{base}/metrics") as metrics:
            assert "rollcall_commands_total" in await metrics.text()
        async with session.post(f"{base}/slack/events", data=b"command=%2Fprojects") as unsigned:
            assert unsigned.status == 401
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        await process.communicate()

    assert process.returncode == 0


async def test_run_in_socket_mode_answers_a_command(terminal: Terminal) -> None:
    """The same listeners, without any open port for Slack."""
    clock = SystemClock()
    slack = LocalSlack(clock, clock, base_url="")
    async with TestServer(slack.app()) as server:
        slack.base_url = str(server.make_url("")).rstrip("/")
        process = await terminal.start(
            "run",
            SLACK_SIGNING_SECRET=None,
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_APP_TOKEN=slack.app_token,
            SLACK_API_URL=slack.api_url,
        )
        assert (await ready(process))["socket"] is True
        await slack.people.command("studio", "ada", "/projects", "status")
        message = await slack.workspace.wait_for(
            lambda: next((m for m in slack.workspace.messages("studio") if "60 projects" in m.text), None), within_s=15
        )
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            await process.communicate()

    assert (message.only_for, process.returncode) == ("U0ADA", 0)


async def test_a_killed_process_starts_again_with_all_it_knew(terminal: Terminal) -> None:
    """`kill -9` in the middle of anything costs nothing but the answer under way."""
    first = await terminal.run("ask", "list archived:any", "--json")
    process = await terminal.start("run")
    await ready(process)
    process.kill()
    await process.wait()
    again = await terminal.run("ask", "list archived:any", "--json")

    names = [[project["name"] for project in json.loads(done.out)["projects"]] for done in (first, again)]
    assert names[0] == names[1]


async def test_a_second_start_on_the_same_port_is_a_sentence(terminal: Terminal) -> None:
    """Two at once is a mistake of configuration, and says so."""
    process = await terminal.start("run")
    port = str((await ready(process))["port"])
    second = await terminal.run_apart("run", PORT=port)
    process.terminate()
    await process.communicate()

    assert second.status == 2
    assert f"port {port}" in second.err.splitlines()[-1]


async def test_a_wrong_token_ends_the_start_with_what_to_do(terminal: Terminal) -> None:
    """Fail fast, with status 2: a supervisor need not try again."""
    done = await terminal.run_apart("run", SLACK_BOT_TOKEN="xoxb-wrong")

    assert done.status == 2
    assert "Slack refuses SLACK_BOT_TOKEN" in done.err


async def test_the_demo_needs_nothing_and_uses_nothing_of_the_environment(terminal: Terminal) -> None:
    """Somebody's real keys and database must not be touched by a demo."""
    process = await terminal.start("demo", "--port", "0", "--no-browser", DATABASE_URL="sqlite:////nowhere/real.db")
    assert process.stdout is not None
    async with asyncio.timeout(30):
        line = (await process.stdout.readline()).decode()
    url = re.search(r"http://\S+", line)
    assert url is not None
    async with aiohttp.ClientSession() as session, session.get(f"{url[0]}/readyz") as readiness:
        assert (await readiness.json())["ready"] is True
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        await process.communicate()

    assert process.returncode == 0


async def test_the_demo_kills_its_bot_and_starts_it_again(terminal: Terminal) -> None:
    """A person shall see what a killed process costs: nothing but time."""
    process = await terminal.start("demo", "--port", "0", "--no-browser")
    assert process.stdout is not None
    async with asyncio.timeout(30):
        url = re.search(r"http://\S+", (await process.stdout.readline()).decode())
    assert url is not None
    async with aiohttp.ClientSession() as session:
        await (await session.post(f"{url[0]}/_demo/bot/killed", json={})).read()
        killed = (await session.get(f"{url[0]}/readyz")).status
        await (await session.post(f"{url[0]}/_demo/bot/running", json={})).read()
        async with asyncio.timeout(30):
            while (await session.get(f"{url[0]}/readyz")).status != 200:  # noqa: ASYNC110 - it is in another process
                await asyncio.sleep(0.05)
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        await process.communicate()

    assert (killed, process.returncode) == (503, 0)


def test_the_parts_of_an_ending_fit_into_it() -> None:
    """They come one after the other, and whoever told us to end kills after ten seconds."""
    parts = programs.DRAIN_WITHIN + SHUTDOWN_WITHIN + CLOSE_WITHIN + programs.CLEARING_WITHIN

    assert programs.DRAIN_WITHIN >= 4
    assert parts == programs.ENDING_WITHIN < 10


@pytest.mark.parametrize("app_token", [None, "xapp-token-secret"], ids=["http", "socket_mode"])
async def test_run_ends_when_told_to_while_slack_says_nothing(terminal: Terminal, app_token: str | None) -> None:
    """A deployment must not wait for a Slack that hangs."""
    async with FakeSlack() as slack:
        slack.script("auth.test", Answer(never=True))
        process = await terminal.start("run", SLACK_API_URL=slack.api_url, SLACK_APP_TOKEN=app_token)
        await told_to_end(process, once=lambda: "auth.test" in slack.methods())

    assert process.returncode == 0


async def test_run_ends_when_told_to_while_the_socket_does_not_open(terminal: Terminal) -> None:
    """Half a connection is taken down, too."""
    async with FakeSlack() as slack:
        slack.stuck = True
        process = await terminal.start("run", SLACK_API_URL=slack.api_url, SLACK_APP_TOKEN="xapp-token-secret")
        events = await told_to_end(process, once=lambda: slack.opening > 0)

    assert process.returncode == 0
    assert "bot.ready" not in events
    assert events[-1] == "bot.stopped"


async def told_to_end(process: asyncio.subprocess.Process, *, once: Callable[[], bool]) -> list[str]:
    """Send SIGTERM once something is true, wait for the end, and return the events logged."""
    async with asyncio.timeout(30):
        while not once():  # noqa: ASYNC110 - what happens is in a server of others
            await asyncio.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        _, logged = await process.communicate()
    return [json.loads(line)["event"] for line in logged.splitlines()]


class HalfBot:
    """Tells its own process to end while it joins; then either joining or what is under way takes for ever."""

    def __init__(self, *, joins: bool) -> None:
        self._joins = joins
        self.drained = "not begun"
        self.core = SimpleNamespace(ledger=FakeLedger(), watches=FakeWatchLedger())

    @asynccontextmanager
    async def open(self, *_: object, **__: object) -> AsyncIterator[Self]:
        """Stand in for `open_bot`."""
        yield self

    def routes(self) -> list[web.RouteDef]:
        """Serve nothing."""
        return []

    def nudge(self) -> None:
        """Look for nothing."""

    async def catch_up(self) -> None:
        """Look at nothing."""

    async def join(self) -> None:
        """Be told to end."""
        signal.raise_signal(signal.SIGTERM)
        if not self._joins:
            await asyncio.Event().wait()

    async def drain(self) -> None:
        """Wait for what is under way."""
        self.drained = "cut short"
        if self._joins:
            await asyncio.Event().wait()
        self.drained = "done"


@pytest.mark.parametrize(("joins", "drained"), [(False, "done"), (True, "cut short")])
async def test_demo_ends_when_told_to_whatever_hangs(
    monkeypatch: pytest.MonkeyPatch,
    joins: bool,  # noqa: FBT001 - a row of the table
    drained: str,
) -> None:
    """Its Slack is in the same process, so nothing outside could make it hang; the wait is shortened, but real."""
    bot = HalfBot(joins=joins)
    monkeypatch.setattr(programs, "set_up", lambda **_: None)  # the logs of the tests stay as they are
    monkeypatch.setattr(programs, "open_bot", bot.open)
    monkeypatch.setattr(programs, "DRAIN_WITHIN", 0.01)

    status = await programs.serve_demo(port=0, browser=False)

    assert (status, bot.drained) == (0, drained)
