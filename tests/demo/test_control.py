"""What the page asks of the demo."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.demo.slack.faults import POST
from bot.demo.slack.nouns import StoredFile
from bot.demo.slack.workspace import PEOPLE, Workspace
from bot.demo.stream import Stream
from tests.fakes.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

    from bot.demo.slack.nouns import JSON, Message
    from tests.demo.stage import Stage

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
    assert len(ada["examples"]) == 10
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
        ("slack/exploded", {}, 404),
        ("channel/C0STUDIO/painted", {}, 404),
        ("channel/C9/archived", {}, 404),
        ("bot/asleep", {}, 404),
        ("clock", {"next": True}, 404),
        ("clock", {"days": -1}, 400),
        ("clock", {"hours": 25}, 400),
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


async def test_a_channel_can_be_closed_to_the_bot_and_opened_again(stage: Stage) -> None:
    """The bot is told what it is subscribed to: that it is open again."""
    places = []
    for change in ("archived", "unarchived", "removed", "invited"):
        _, status = await stage.post(f"channel/C0STUDIO/{change}")
        place = next(place for place in status["channels"] if place["id"] == "C0STUDIO")
        places.append((place["archived"], place["has_bot"]))

    assert places == [(True, True), (False, True), (False, False), (False, True)]
    assert [heard["event"]["type"] for heard in stage.bot.heard] == ["channel_unarchive", "member_joined_channel"]


async def test_slack_can_be_told_how_to_take_posts(stage: Stage) -> None:
    """Until it is told otherwise; what waits for a rate limit comes as soon as that is over."""
    _, limited = await stage.post("slack/limited")
    refused = stage.slack.faults.take(POST)
    _, mended = await stage.post("slack/ok")

    assert refused is not None
    assert (limited["posting"], refused.status, mended["posting"]) == ("limited", 429, "ok")
    assert stage.slack.faults.take(POST) is None


async def test_the_clock_can_be_moved_and_reset(stage: Stage) -> None:
    """Moves add up."""
    await stage.post("clock", {"days": 10})
    _, moved = await stage.post("clock", {"days": 1})
    _, back = await stage.post("clock", {"reset": True})

    assert (moved["ahead_s"], back["ahead_s"]) == (11 * 86_400, 0)


async def test_the_clock_moves_by_hours_too(stage: Stage) -> None:
    """A digest is late within the hour."""
    _, moved = await stage.post("clock", {"hours": 1})

    assert moved["ahead_s"] == 3_600


async def test_the_bot_can_be_killed_and_started(stage: Stage) -> None:
    """Slack then says what it says of an app that does not answer."""
    _, killed = await stage.post("bot/killed")
    _, told = await stage.post("say", {"channel": "C0STUDIO", "text": "/projects list"})
    await stage.post("bot/running")
    await stage.demo.bot.wanted()

    assert (killed["bot"], told["error"]) == ("killed", "dispatch_failed")
    (whispered,) = stage.workspace.messages("studio", viewer="ada")
    assert whispered.text == '/projects failed with the error "dispatch_failed"'
    assert (await command(stage, "U0JONAS")).text == "Projects, page 1"
    assert (await state(stage))["status"]["bot"] == "running"


async def test_a_page_sees_the_next_digest_and_can_go_there(stage: Stage) -> None:
    """With its name, and the moment in seconds since 1970."""
    at = stage.clock.now().replace(microsecond=0) + timedelta(hours=3)
    stage.diary.planned = [(at, "digest 1 in #studio, Mon 09:00")]

    before = (await state(stage))["status"]
    status, after = await stage.post("clock", {"next": True})

    assert before["next"] == {"at": int(at.timestamp()), "label": "digest 1 in #studio, Mon 09:00"}
    assert (status, after["next"], after["can_reset"]) == (200, None, False)
    assert [label for label, _ in stage.diary.done] == ["digest 1 in #studio, Mon 09:00"]


async def test_the_clock_cannot_be_reset_once_there_are_digests(stage: Stage) -> None:
    """The sentence says what to do instead."""
    stage.diary.is_used = True
    await stage.post("clock", {"days": 1})

    status, refused = await stage.post("clock", {"reset": True})

    assert status == 400
    assert "start it anew" in refused["error"]
    assert stage.clock.ahead == timedelta(days=1)


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

    assert (name, status["ahead_s"]) == ("status", 0)
    assert [(kind, data["text"]) for kind, data in told] == [
        ("message", "hello"),
        ("message", "changed"),
        ("gone", "changed"),
    ]
    assert sorted(kind for kind, _ in later) == ["message", "status"]


async def test_an_idle_stream_shows_that_it_lives() -> None:
    """Proxies and browsers give up on silent connections."""
    workspace = Workspace(HandClock())

    async def status() -> JSON:
        return {}

    stream = Stream(workspace, status, look_every_s=0.001)

    async def serve(request: web.Request) -> web.StreamResponse:
        return await stream.serve(request, PEOPLE[0])

    app = web.Application()
    app.router.add_get("/", serve)
    app.on_shutdown.append(stream.close)
    async with TestClient(TestServer(app)) as client, client.get("/") as answer:
        assert await answer.content.readline() == b": still here\n"
