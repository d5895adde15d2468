"""Everything that can be made to go wrong, and repaired again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.demo.upstreams import Mode, StreampixelStandIn

if TYPE_CHECKING:
    from bot.demo.upstreams import MicroVisualizerStandIn
    from bot.demo.upstreams.stand_in import StandIn
    from tests.demo.upstreams.conftest import Client

PIXELS = "/projects/projects-status?userId=user&apikey=key"
DIAGRAMS = "/v1/projects"
GOOD = {"Authorization": "Bearer key"}


async def in_flight(stand_in: StandIn, number: int) -> None:
    """Wait until so many requests are kept waiting."""
    while stand_in.in_flight < number:  # noqa: ASYNC110 - they are on their way through a socket
        await asyncio.sleep(0)


MODES = pytest.mark.parametrize(
    ("mode", "status"),
    [("ok", 200), ("down", 503), ("refused", 401), ("forbidden", 403), ("limited", 429), ("limited-in-body", 429),
     ("limited-unmeasured", 429), ("html", 200), ("truncated", 200), ("empty", 200), ("contradicting", 200)],
)  # fmt: skip


@MODES
async def test_streampixel_answers_with_the_status_of_its_mode(
    pixels: Client, streampixel: StreampixelStandIn, mode: str, status: int
) -> None:
    """By the word that the demo's page uses; and all is well after a repair."""
    streampixel.set_mode(mode)

    assert streampixel.mode == mode
    assert (await pixels.get(PIXELS)).status == status
    streampixel.set_mode("ok")
    assert (await (await pixels.get(PIXELS)).json())["totalProjects"] == 26


@MODES
async def test_microvisualizer_answers_with_the_status_of_its_mode(
    diagrams: Client, microvisualizer: MicroVisualizerStandIn, mode: str, status: int
) -> None:
    """The same words for both."""
    microvisualizer.set_mode(mode)

    assert (await diagrams.get(DIAGRAMS, headers=GOOD)).status == status
    microvisualizer.set_mode("ok")
    assert (await (await diagrams.get(DIAGRAMS, headers=GOOD)).json())["total"] == 34


async def test_can_live_under_a_path_of_another_application(streampixel: StreampixelStandIn) -> None:
    """The demo has one port for everything; whoever still waits is let go when it stops."""
    house = web.Application()
    house.add_subapp("/_upstream/streampixel", streampixel.app)

    async with TestClient(TestServer(house)) as client:
        assert (await client.get(f"/_upstream/streampixel{PIXELS}")).status == 200
        streampixel.faults.switch(Mode.SILENT)
        call = asyncio.create_task(client.get(f"/_upstream/streampixel{PIXELS}"))
        await in_flight(streampixel, 1)
    await asyncio.gather(call, return_exceptions=True)

    assert streampixel.in_flight == 0


def test_knows_no_other_words(streampixel: StreampixelStandIn) -> None:
    """A typing mistake in the page must be seen."""
    with pytest.raises(ValueError, match="broken"):
        streampixel.set_mode("broken")


async def test_says_how_long_to_wait_where_it_was_told_to(
    pixels: Client, diagrams: Client, streampixel: StreampixelStandIn, microvisualizer: MicroVisualizerStandIn
) -> None:
    """In the header, in the body only, or nowhere."""
    told = {}
    for mode in (Mode.LIMITED, Mode.LIMITED_IN_BODY, Mode.LIMITED_UNMEASURED):
        streampixel.faults.switch(mode)
        microvisualizer.faults.switch(mode)
        answers = [await pixels.get(PIXELS), await diagrams.get(DIAGRAMS, headers=GOOD)]
        bodies = [await answer.json() for answer in answers]
        told[mode] = [
            *(answer.headers.get("Retry-After") for answer in answers),
            bodies[0]["message"],
            bodies[1].get("retryAfter"),
        ]

    assert told == {
        Mode.LIMITED: ["30", "30", "Rate limit exceeded. Try again in 30 seconds.", 30],
        Mode.LIMITED_IN_BODY: [None, None, "Rate limit exceeded. Try again in 30 seconds.", 30],
        Mode.LIMITED_UNMEASURED: [None, None, "Rate limit exceeded.", None],
    }


async def test_cuts_its_json_in_half(pixels: Client, streampixel: StreampixelStandIn) -> None:
    """The HTTP answer is whole; what it carries is not."""
    whole = await (await pixels.get(PIXELS)).text()
    streampixel.faults.switch(Mode.TRUNCATED)

    half = await (await pixels.get(PIXELS)).text()

    assert half == whole[: len(whole) // 2]


async def test_tells_an_empty_or_an_impossible_list(
    pixels: Client, diagrams: Client, streampixel: StreampixelStandIn, microvisualizer: MicroVisualizerStandIn
) -> None:
    """Well formed, and not to be believed blindly."""
    totals = {}
    for mode in (Mode.EMPTY, Mode.CONTRADICTING):
        streampixel.faults.switch(mode)
        microvisualizer.faults.switch(mode)
        pixels_told = await (await pixels.get(PIXELS)).json()
        diagrams_told = await (await diagrams.get(DIAGRAMS, headers=GOOD)).json()
        totals[mode] = (pixels_told["totalProjects"], len(pixels_told["projects"]), diagrams_told["total"])

    assert totals == {Mode.EMPTY: (0, 0, 0), Mode.CONTRADICTING: (27, 26, 36)}


async def test_is_silent_until_it_is_repaired(pixels: Client, streampixel: StreampixelStandIn) -> None:
    """The request was taken, and waits."""
    streampixel.faults.switch(Mode.SILENT)
    call = asyncio.create_task(pixels.get(PIXELS))
    await in_flight(streampixel, 1)

    streampixel.faults.switch(Mode.OK)

    assert (await call).status == 200


async def test_a_silent_one_can_be_released_once(pixels: Client, streampixel: StreampixelStandIn) -> None:
    """Those that wait are answered, the next wait again."""
    streampixel.faults.switch(Mode.SILENT)
    call = asyncio.create_task(pixels.get(PIXELS))
    await in_flight(streampixel, 1)

    streampixel.faults.release()

    assert (await call).status == 200
    assert streampixel.mode == "silent"


async def test_is_slow_for_the_time_it_was_told(pixels: Client, streampixel: StreampixelStandIn) -> None:
    """And then right."""
    streampixel.faults.slow_s = 0.001
    streampixel.faults.switch(Mode.SLOW)

    assert (await pixels.get(PIXELS)).status == 200


async def test_remembers_who_asked_for_what_without_secrets(pixels: Client, streampixel: StreampixelStandIn) -> None:
    """Tests count requests, and the page shows them."""
    await pixels.get(PIXELS + "&apiKey=typo&more=1")
    await pixels.get("/elsewhere")

    seen = list(streampixel.requests)
    assert [(request.method, request.path, dict(request.query)) for request in seen] == [
        ("GET", "/projects/projects-status", {"more": "1"}),
        ("GET", "/elsewhere", {}),
    ]
    assert (streampixel.request_count, streampixel.most_in_flight, streampixel.in_flight) == (2, 1, 0)

    streampixel.forget_requests()
    assert (streampixel.request_count, streampixel.most_in_flight, list(streampixel.requests)) == (0, 0, [])
