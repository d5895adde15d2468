"""The local Streampixel answers as the documentation says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.demo.upstreams import StreampixelStandIn
from tests.fakes.clock import HandClock

if TYPE_CHECKING:
    from tests.demo.upstreams.conftest import Client

LIST = "/projects/projects-status"
GOOD = {"userId": "user", "apikey": "key"}


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({}, 400, "User ID is required"),
        ({"apikey": "key"}, 400, "User ID is required"),
        ({"userId": "else", "apikey": "key"}, 401, "Invalid User"),
        ({"userId": "user"}, 401, "Unauthorized: Invalid API Key"),
        ({"userId": "user", "apikey": "old"}, 401, "Unauthorized: Invalid API Key"),
        ({"userId": "user", "apiKey": "key"}, 401, "Unauthorized: Invalid API Key"),
        ({"userId": "üser", "apikey": "kéy"}, 401, "Invalid User"),
    ],
)
async def test_checks_the_credentials_of_the_list(
    pixels: Client, query: dict[str, str], status: int, message: str
) -> None:
    """The exact status and message: our words for people hang on them."""
    answer = await pixels.get(LIST, params=query)

    assert answer.status == status
    assert await answer.json() == {"message": message}


async def test_lists_all_projects_in_one_answer(pixels: Client, streampixel: StreampixelStandIn) -> None:
    """Four fields each, and how many there are."""
    told = await (await pixels.get(LIST, params=GOOD)).json()

    assert told["totalProjects"] == len(told["projects"]) == len(streampixel.projects) == 26
    first = streampixel.named("Showroom Demo")
    assert told["projects"][0] == {
        "_id": first.id,
        "name": "Showroom Demo",
        "status": True,
        "subscriptionStatus": "active",
    }


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({"userId": "user"}, 400, "projectId, userId and apikey are required"),
        ({"apikey": "key"}, 400, "projectId, userId and apikey are required"),
        ({"userId": "else", "apikey": "key"}, 401, "Invalid User"),
        ({"userId": "user", "apikey": "old"}, 401, "Unauthorized: Invalid API Key"),
        (GOOD, 404, "Project not found"),
    ],
)
async def test_checks_the_question_for_viewers(
    pixels: Client, query: dict[str, str], status: int, message: str
) -> None:
    """Here a missing key is a 400, unlike in the list."""
    answer = await pixels.get("/projects/userStats/unknown", params=query)

    assert answer.status == status
    assert await answer.json() == {"message": message}


async def test_keeps_others_projects_to_themselves(pixels: Client, streampixel: StreampixelStandIn) -> None:
    """A project of another account exists, but is none of ours."""
    answer = await pixels.get(f"/projects/userStats/{next(iter(streampixel.foreign_ids))}", params=GOOD)

    assert answer.status == 403
    assert await answer.json() == {"message": "Access denied"}


async def test_can_be_changed_like_in_the_dashboard(pixels: Client, streampixel: StreampixelStandIn) -> None:
    """The demo's page and the tests make news this way."""
    project = streampixel.add("New Tower")
    streampixel.rename(project.id, "Newest Tower")
    streampixel.switch_on(project.id, on=False)
    streampixel.set_subscription(project.id, "past_due")
    streampixel.delete(streampixel.named("Showroom Demo").id)

    told = await (await pixels.get(LIST, params=GOOD)).json()

    assert told["totalProjects"] == 26
    assert told["projects"][-1] == {
        "_id": project.id,
        "name": "Newest Tower",
        "status": False,
        "subscriptionStatus": "past_due",
    }


async def test_tells_the_viewers_that_were_set(pixels: Client, streampixel: StreampixelStandIn) -> None:
    """Nobody watches what is switched off."""
    project = streampixel.named("Museum of Tides")
    streampixel.set_viewers(project.id, 7, 2)
    path = f"/projects/userStats/{project.id}"

    assert await (await pixels.get(path, params=GOOD)).json() == {"liveUser": 7, "queueUser": 2}
    streampixel.switch_on(project.id, on=False)
    assert await (await pixels.get(path, params=GOOD)).json() == {"liveUser": 0, "queueUser": 0}


def test_viewers_come_and_go_and_are_the_same_at_the_same_moment(
    streampixel: StreampixelStandIn, clock: HandClock
) -> None:
    """The demo feels alive, and a test can still rely on it."""
    project = streampixel.named("Car Configurator: Estate")

    seen = {project.audience(clock.forward(minutes=1)) for _ in range(60)}

    assert len(seen) > 5
    assert max(live for live, _ in seen) == project.places
    assert max(queued for _, queued in seen) > 0
    assert project.audience(clock.now()) == project.audience(clock.now())
    assert streampixel.named("Old Mill Quarter, Phase II").audience(clock.now()) == (0, 0)


async def test_a_build_is_told_to_the_webhook_once_and_in_its_order() -> None:
    """As documented: nothing is signed, and nothing is sent again."""
    told: list[dict[str, Any]] = []

    async def hear(request: web.Request) -> web.Response:
        told.append(await request.json())
        return web.Response(status=500)

    app = web.Application()
    app.router.add_post("/hook", hear)
    account = StreampixelStandIn(HandClock(), user_id="u", api_key="k")
    project = account.named("Kitchen Planner")
    async with TestServer(app) as server:
        account.webhook_url = str(server.make_url("/hook"))
        await account.build(project.id, "no executable")
        await account.build(project.id)

    assert [(each["event"], each["objection"]) for each in told] == [
        ("build.uploaded", None),
        ("build.rejected", "no executable"),
        ("build.uploaded", None),
        ("build.approved", None),
    ]
    assert {each["projectId"] for each in told} == {project.id}
    assert told[0]["uploadId"] == told[1]["uploadId"] != told[2]["uploadId"]


async def test_a_build_of_which_nobody_wants_to_know_is_told_to_nobody() -> None:
    """And a webhook that does not answer holds nothing up."""
    account = StreampixelStandIn(HandClock(), user_id="u", api_key="k")
    project = account.named("Kitchen Planner")

    await account.build(project.id)
    account.webhook_url = "http://127.0.0.1:9/hook"
    await account.build(project.id)
