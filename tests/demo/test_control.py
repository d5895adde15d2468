"""What the page asks of the demo."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.demo.slack.nouns import StoredFile
from bot.demo.slack.workspace import PEOPLE, Workspace
from bot.demo.stream import Stream
from tests.fakes.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

    from bot.demo.slack.nouns import Message
    from tests.demo.conftest import Stage

CSV = StoredFile(id="F1", name="åäö list.csv", title="List", content="name,n\nÖslo,1\n".encode())


async def state(stage: Stage, viewer: str = "U0ADA") -> Any:
    """Ask for everything."""
    async with stage.session.get(f"{stage.demo.url}/_demo/state", params={"viewer": viewer}) as answer:
        return await answer.json()


async def command(stage: Stage, viewer: str = "U0ADA") -> Message:
    """Type a command on the page and wait for the answer."""
    status, told = await stage.post("say", {"viewer": viewer, "channel": "C0STUDIO", "text": "/projects list"})
    assert (status, told["error"]) == (200, None)
    return await stage.workspace.wait_for(lambda: next(iter(stage.workspace.messages("studio", viewer=viewer)), None))


async def test_a_page_sees_what_its_person_sees(stage: Stage) -> None:
    """Ephemeral messages and the conversation with the bot are one person's only."""
    await command(stage)

    ada, jonas = await state(stage), await state(stage, "U0JONAS")

    assert [m["text"] for m in ada["messages"]] == ["Projects, page 1"]
    assert ada["messages"][0]["private"] is True
    assert jonas["messages"] == []
    assert [c["id"] for c in ada["channels"]] == ["C0STUDIO", "C0PLATFORM", "C0LEADS", "D0ADA"]
    assert len(ada["examples"]) == 6
    assert {s["name"] for s in ada["status"]["sources"]} == {"streampixel", "microvisualizer"}


async def test_buttons_and_menus_of_the_page_reach_the_bot(stage: Stage) -> None:
    """With the value for a menu, without for a button."""
    message = await command(stage)
    used = {"viewer": "U0ADA", "channel": message.channel, "ts": message.ts}

    status, told = await stage.post("press", used | {"action_id": "menu", "value": "show"})
    assert (status, told["told"]) == (200, True)
    status, told = await stage.post("press", used | {"action_id": "next", "block_id": message.blocks[-1]["block_id"]})

    assert (status, told["error"]) == (200, None)
    await stage.workspace.wait_for(lambda: stage.workspace.messages("studio")[0].text == "Projects, page 2")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("press", {"channel": "C0STUDIO", "ts": "1.1"}, 404),
        ("say", {"channel": "C9", "text": "x"}, 404),
        ("say", {"viewer": "U0ROLLCALL", "channel": "C0STUDIO", "text": "x"}, 404),
        ("say", [], 400),
        ("source/streampixel/exploded", {}, 404),
        ("source/github/down", {}, 404),
        ("clock", {"days": -1}, 400),
        ("clock", {"days": "ten"}, 400),
        ("clock", {"days": True}, 400),
    ],
)
async def test_requests_that_make_no_sense_are_refused_in_a_sentence(
    stage: Stage, path: str, body: object, status: int
) -> None:
    """The page shows the sentence."""
    url = f"{stage.demo.url}/_demo/{path}"
    async with stage.session.post(url, json=body) as answer:
        refused = await answer.json()

    assert answer.status == status
    assert refused["error"]


async def test_a_body_that_is_no_json_is_refused(stage: Stage) -> None:
    """Somebody may try with curl."""
    async with stage.session.post(f"{stage.demo.url}/_demo/say", data="{") as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "the body must be JSON")


async def test_nobody_presses_what_only_others_see(stage: Stage) -> None:
    """Not even by knowing its name."""
    message = await command(stage)
    body = {"viewer": "U0JONAS", "channel": message.channel, "ts": message.ts, "action_id": "next"}

    status, _ = await stage.post("press", body)

    assert status == 404


async def test_plain_talk_is_not_told_to_the_bot(stage: Stage) -> None:
    """The page then does not wait for an answer."""
    status, told = await stage.post("say", {"channel": "C0STUDIO", "text": "hello"})

    assert (status, told) == (200, {"told": False, "error": None})


async def test_a_source_can_be_broken_and_mended(stage: Stage) -> None:
    """The stand-in really changes."""
    _, status = await stage.post("source/streampixel/down")
    broken = {source["name"]: source["mode"] for source in status["sources"]}
    await stage.post("source/streampixel/ok")

    assert broken == {"streampixel": "down", "microvisualizer": "ok"}
    assert stage.sources[0].stand_in.mode == "ok"


async def test_the_clock_can_be_moved_and_reset(stage: Stage) -> None:
    """Moves add up."""
    await stage.post("clock", {"days": 10})
    _, moved = await stage.post("clock", {"days": 1})
    _, back = await stage.post("clock", {"reset": True})

    assert (moved["ahead_days"], back["ahead_days"]) == (11, 0)


async def test_a_file_is_shown_in_part_and_can_be_downloaded(stage: Stage) -> None:
    """By those who see its message, as a download that no browser opens."""
    stage.workspace.post("D0ADA", "U0ROLLCALL", "", files=(CSV,), only_for="U0ADA")

    (message,) = (await state(stage))["messages"]
    assert message["files"][0]["preview"] == [["name", "n"], ["Öslo", "1"]]
    url = f"{stage.demo.url}/_demo/files/F1"
    async with stage.session.get(url) as answer:
        assert await answer.read() == CSV.content
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%C3%A5")
    async with stage.session.get(url, params={"viewer": "U0JONAS"}) as answer:
        assert answer.status == 404


async def test_a_file_that_is_no_table_has_no_preview(stage: Stage) -> None:
    """Only rows make sense in a preview."""
    stage.workspace.post(
        "C0STUDIO", "U0ROLLCALL", "", files=(StoredFile(id="F2", name="x.png", title="x", content=b"\x89"),)
    )

    (message,) = (await state(stage))["messages"]

    assert message["files"][0]["preview"] == []


async def events(answer: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, Any]]:
    """Read the stream, comments left out."""
    name = ""
    async for line in answer.content:
        kind, _, data = line.decode().strip().partition(": ")
        if kind == "event":
            name = data
        elif kind == "data":
            yield name, json.loads(data)


async def test_an_open_page_is_told_what_changes(stage: Stage) -> None:
    """Messages as they come, change and go; the status first and whenever it is another."""
    async with stage.session.get(f"{stage.demo.url}/_demo/stream") as answer:
        heard = events(answer)
        name, status = await anext(heard)
        stage.workspace.post("C0STUDIO", "U0JONAS", "secret", only_for="U0JONAS")
        posted = stage.workspace.post("C0STUDIO", "U0JONAS", "hello")
        stage.workspace.delete(stage.workspace.change(posted, "changed", ()))
        told = [await anext(heard) for _ in range(3)]
        stage.sources[0].stand_in.set_mode("down")
        stage.workspace.post("C0STUDIO", "U0JONAS", "more")
        later = [await anext(heard) for _ in range(2)]

    assert (name, status["ahead_days"]) == ("status", 0)
    assert [(kind, data["text"]) for kind, data in told] == [
        ("message", "hello"),
        ("message", "changed"),
        ("gone", "changed"),
    ]
    assert sorted(kind for kind, _ in later) == ["message", "status"]


async def test_an_idle_stream_shows_that_it_lives() -> None:
    """Proxies and browsers give up on silent connections."""
    workspace = Workspace(HandClock())
    stream = Stream(workspace, dict, look_every_s=0.001)

    async def serve(request: web.Request) -> web.StreamResponse:
        return await stream.serve(request, PEOPLE[0])

    app = web.Application()
    app.router.add_get("/", serve)
    app.on_shutdown.append(stream.close)
    async with TestClient(TestServer(app)) as client, client.get("/") as answer:
        assert await answer.content.readline() == b": still here\n"
