"""Where the bot is plugged in."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.demo.outlet import NoAgenda, Outlet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def greet(request: web.Request) -> web.Response:
    """Answer."""
    return web.Response(text=f"hello {request.match_info['name']}")


ROUTES = [web.get("/greet/{name}", greet)]


@asynccontextmanager
async def serving(outlet: Outlet) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """Serve all that an outlet answers."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", outlet.serve)
    async with TestClient(TestServer(app)) as client:
        yield client


async def asked(client: TestClient[web.Request, web.Application]) -> tuple[int, str]:
    """Ask for a greeting; return status and words."""
    async with client.get("/greet/ada") as answer:
        return answer.status, await answer.text()


async def test_routes_are_served_while_they_are_plugged_in() -> None:
    """The server runs before, between and after."""
    outlet, down, up = Outlet(), (503, "Rollcall is not running."), (200, "hello ada")
    async with serving(outlet) as client:
        assert await asked(client) == down
        outlet.plug(ROUTES)
        assert await asked(client) == up
        outlet.unplug()
        assert await asked(client) == down
        outlet.plug(ROUTES)
        assert await asked(client) == up


async def test_paths_and_methods_that_the_bot_does_not_have_are_refused_as_usual() -> None:
    """Plugging in changes nothing for it."""
    outlet = Outlet()
    outlet.plug(ROUTES)
    async with serving(outlet) as client, client.get("/other") as unknown, client.post("/greet/ada") as wrong:
        assert (unknown.status, wrong.status) == (404, 405)


async def test_whoever_waits_for_an_answer_is_cut_off_when_the_bot_is_killed() -> None:
    """As after kill -9, and at once."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def never(_request: web.Request) -> web.Response:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    outlet = Outlet()
    outlet.plug([web.get("/", never)])
    async with serving(outlet) as client:
        waiting = asyncio.ensure_future(client.get("/"))
        await begun.wait()
        outlet.switch(on=False)
        async with await waiting as answer:
            assert answer.status == 503

    assert ended.is_set()


async def test_the_program_is_told_when_to_end_and_when_to_begin_again() -> None:
    """It waits for both."""
    outlet = Outlet()
    await outlet.wanted()
    assert outlet.state == "starting"
    outlet.plug(ROUTES)
    assert outlet.state == "running"

    killed = asyncio.create_task(outlet.killed())
    outlet.switch(on=False)
    await killed
    assert outlet.state == "killed"

    wanted = asyncio.create_task(outlet.wanted())
    outlet.switch(on=True)
    await wanted
    assert outlet.state == "starting"


async def test_a_bot_that_was_killed_while_it_started_is_not_plugged_in() -> None:
    """It would look alive."""
    outlet = Outlet()
    outlet.switch(on=False)

    outlet.plug(ROUTES)

    assert outlet.state == "killed"


@pytest.mark.parametrize("told", [None, NoAgenda()])
async def test_a_bot_without_digests_plans_nothing(told: NoAgenda | None) -> None:
    """Its agenda is empty, and moving the time tells nobody."""
    outlet = Outlet()

    outlet.plug(ROUTES, told)

    outlet.moved()
    assert await outlet.agenda.upcoming() is None
    assert (await outlet.agenda.busy(), await outlet.agenda.used()) == (False, False)
    assert not await outlet.agenda.in_trouble()
