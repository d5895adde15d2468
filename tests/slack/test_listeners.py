"""What Bolt calls, through the real Bolt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from structlog.testing import capture_logs

from bot.errors import StoreError
from bot.slack.sentences import BUSY
from bot.views.buttons import Press, encode
from tests.fakes import slack_payloads as bodies
from tests.slack.conftest import Room, open_room, until

if TYPE_CHECKING:
    from slack_bolt.response import BoltResponse


async def deliver(room: Room, body: dict[str, Any]) -> BoltResponse:
    """Deliver a payload as Socket Mode does."""
    return await room.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))


async def test_command_is_acknowledged_before_it_is_answered(room: Room) -> None:
    """Slack waits three seconds and no longer, whatever the sources do."""
    room.dispatcher.gate.clear()

    acknowledged = await deliver(room, bodies.command(url=room.slack.response_url))

    assert (acknowledged.status, acknowledged.body) == (200, "")
    assert room.slack.posted == []
    room.dispatcher.gate.set()
    await room.settle()
    assert len(room.slack.posted) == 1


async def test_acknowledgement_survives_a_crash_right_after_it(room: Room) -> None:
    """Bolt throws an acknowledgement away if its listener raises before the next poll."""
    room.dispatcher.says = RuntimeError("boom")

    acknowledged = await deliver(room, bodies.command(url=room.slack.response_url))
    await room.settle()

    assert acknowledged.status == 200
    assert "r1234567" in room.slack.posted[0]["text"]


async def test_crash_inside_a_listener_is_still_acknowledged(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug of ours must not look like a time-out; there is no other way to make these lines fail."""

    def crash(*_: object, **__: object) -> bool:
        raise RuntimeError("boom")

    monkeypatch.setattr(room.tasks, "begin", crash)
    with capture_logs() as logs:
        acknowledged = await deliver(room, bodies.command())

    assert acknowledged.status == 200
    assert [line["event"] for line in logs] == ["request.not_read"]


async def test_click_replaces_its_message(room: Room) -> None:
    """Paging keeps one message."""
    body = bodies.press("run.next", encode(Press("search foo")), url=room.slack.response_url)

    acknowledged = await deliver(room, body)
    await room.settle()

    assert (acknowledged.status, acknowledged.body) == (200, "")
    assert room.slack.posted[0]["replace_original"] is True
    assert room.dispatcher.asked[0].text == "search foo"


async def test_mention_is_answered_in_a_thread(room: Room) -> None:
    """Commands do not work in threads; mentions do."""
    acknowledged = await deliver(room, bodies.event("app_mention", "<@UBOT> status"))
    await room.settle()

    assert acknowledged.status == 200
    assert room.slack.calls[0].given["thread_ts"] == "7.7"
    assert room.dispatcher.asked[0].text == "status"


async def test_direct_message_is_answered(room: Room) -> None:
    """No slash and no name is needed between two."""
    await deliver(room, bodies.event("message", "search foo"))
    await room.settle()

    assert room.dispatcher.asked[0].text == "search foo"
    assert room.slack.calls[0].given["channel"] == "D1"


@pytest.mark.parametrize(
    "more",
    [{"user": "UBOT", "bot_id": "BBOT"}, {"user": "UBOT"}, {"bot_id": "BOTHER"}, {"subtype": "message_changed"}],
)
async def test_own_messages_and_those_of_bots_are_not_answered(room: Room, more: dict[str, Any]) -> None:
    """A bot that answers bots never ends."""
    acknowledged = await deliver(room, bodies.event("message", "status", **more))
    await room.settle()

    assert acknowledged.status == 200
    assert room.dispatcher.asked == []


@pytest.mark.parametrize(
    "body",
    [
        {**bodies.command(), "command": "/unknown"},
        {"type": "block_actions", "actions": [{"action_id": "vote", "value": "1"}], "user": {"id": "U1"}},
        {"type": "shortcut", "callback_id": "any", "user": {"id": "U1"}},
        {"type": "message_action", "callback_id": "any", "user": {"id": "U1"}},
        {"type": "view_submission", "view": {"type": "modal", "callback_id": "any"}, "user": {"id": "U1"}},
        {"type": "view_closed", "view": {"type": "modal", "callback_id": "any"}, "user": {"id": "U1"}},
        {"type": "block_suggestion", "action_id": "any", "value": "x", "user": {"id": "U1"}},
        {"type": "event_callback", "event": {"type": "reaction_added", "user": "U1"}, "event_id": "Ev2"},
        {"type": "something_of_next_year"},
        {},
    ],
)
async def test_whatever_nobody_listens_to_is_acknowledged(room: Room, body: dict[str, Any]) -> None:
    """An answer of 404 is a time-out for the person, and a retry for an event."""
    with capture_logs() as logs:
        acknowledged = await deliver(room, body)

    assert acknowledged.status == 200
    assert [line["event"] for line in logs] == ["request.ignored"]
    assert room.dispatcher.asked == []


async def test_unknown_command_is_acknowledged_with_words(room: Room) -> None:
    """An old manifest may still route a command of another name to us."""
    acknowledged = await deliver(room, {**bodies.command(), "command": "/unknown"})

    assert "manifest" in acknowledged.body


async def test_too_many_questions_are_turned_away_politely() -> None:
    """A command is told in its acknowledgement; a click and a mention by a message."""
    async with open_room(at_most=1) as room:
        room.dispatcher.gate.clear()
        url = room.slack.response_url
        await deliver(room, bodies.command(url=url))

        refused = await deliver(room, bodies.command("list", url=url))
        await deliver(room, bodies.press("run", encode(Press("list")), url=url))
        await deliver(room, bodies.event("app_mention", "<@UBOT> status"))
        await until(lambda: bool(room.slack.posted and room.slack.calls))

        assert (refused.status, refused.body) == (200, BUSY)
        assert BUSY[:40] in room.slack.posted[0]["text"]
        assert BUSY[:40] in room.slack.calls[0].given["text"]


async def test_malformed_payload_of_a_known_kind_is_only_logged(room: Room) -> None:
    """Neither an answer nor an apology is possible without knowing whom to answer."""
    with capture_logs() as logs:
        acknowledged = await deliver(room, bodies.event("app_mention", "<@UBOT> hi", ts=None))

    assert acknowledged.status == 200
    assert {"event": "request.ignored", "reason": "malformed", "log_level": "info"} in logs


async def test_closing_waits_for_answers_under_way(room: Room) -> None:
    """A deployment must not lose an answer that was acknowledged."""
    await deliver(room, bodies.command(url=room.slack.response_url))

    cancelled = await room.tasks.drain(10)
    refused = await deliver(room, bodies.command("list", url=room.slack.response_url))

    assert cancelled == 0
    assert len(room.slack.posted) == 1
    assert refused.body == BUSY


def unarchived(kind: str = "channel_unarchive", **more: str) -> dict[str, Any]:
    """Build the event that a channel is open again."""
    return bodies.event(kind, "", **{"channel": "C7", **more})


@pytest.mark.parametrize(
    "body",
    [
        unarchived(),
        unarchived("group_unarchive"),
        unarchived("member_joined_channel", user="UBOT", inviter="U1", channel_type="C"),
    ],
    ids=lambda body: body["event"]["type"],
)
async def test_channel_that_is_back_is_told_on(body: dict[str, Any]) -> None:
    """What rested for its sake goes on by itself; that we are the one who joined must not make Bolt drop it."""
    told: list[str] = []

    async def channel_is_back(channel: str) -> None:
        told.append(channel)

    async with open_room(channel_is_back=channel_is_back) as room:
        acknowledged = await deliver(room, body)
        await room.settle()

    assert acknowledged.status == 200
    assert told == ["C7"]


@pytest.mark.parametrize(
    "body",
    [
        unarchived("member_joined_channel", user="U1"),
        unarchived("member_joined_channel"),
        unarchived(channel=""),
        unarchived("channel_unarchive") | {"event": {"type": "channel_unarchive"}},
    ],
    ids=str,
)
async def test_news_that_is_not_about_us_is_let_go(body: dict[str, Any]) -> None:
    """People join channels all the time."""
    told: list[str] = []

    async def channel_is_back(channel: str) -> None:
        told.append(channel)

    async with open_room(channel_is_back=channel_is_back) as room:
        acknowledged = await deliver(room, body)
        await room.settle()

    assert acknowledged.status == 200
    assert told == []


async def test_failure_to_take_note_is_contained_and_logged() -> None:
    """Slack has done its part, and the database may be back before the next event."""

    async def channel_is_back(_channel: str) -> None:
        raise StoreError("no database")

    async with open_room(channel_is_back=channel_is_back) as room:
        with capture_logs() as logs:
            acknowledged = await deliver(room, unarchived())
            await room.settle()

    assert acknowledged.status == 200
    assert [line["event"] for line in logs] == ["channel.came_back", "task.failed"]


async def test_news_without_room_for_it_is_acknowledged_and_logged() -> None:
    """An admin sees why a digest still rests."""

    async def channel_is_back(_channel: str) -> None:
        raise AssertionError

    async with open_room(at_most=0, channel_is_back=channel_is_back) as room:
        with capture_logs() as logs:
            acknowledged = await deliver(room, unarchived())

    assert acknowledged.status == 200
    assert logs[-1]["event"] == "request.turned_away"


async def test_news_that_nobody_wants_is_acknowledged(room: Room) -> None:
    """A bot without digests hears of channels, too."""
    assert (await deliver(room, unarchived())).status == 200
    assert len(room.tasks) == 0
