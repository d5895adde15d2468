"""People of other workspaces, in channels that are shared with ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.actors import Actor, actor_of_command, actor_of_event, actor_of_press, is_outsider
from bot.slack.identity import Identity
from bot.slack.sentences import OUTSIDER
from bot.views.buttons import Press, encode
from tests.fakes import slack_payloads as bodies
from tests.fakes.slack_server import Answer

if TYPE_CHECKING:
    from slack_bolt.response import BoltResponse

    from tests.slack.conftest import Room

STRANGER = {"id": "U9", "team_id": "T9"}
OURS = Identity(user="UBOT", bot="BBOT", team="T1", team_name="Acme")
IN_GRID = Identity(user="UBOT", bot="BBOT", team="T1", team_name="Acme", enterprise="E1")


async def deliver(room: Room, body: dict[str, Any]) -> BoltResponse:
    """Deliver a payload as Socket Mode does, and wait for what comes of it."""
    acknowledged = await room.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    await room.settle()
    return acknowledged


async def test_command_of_an_outsider_is_refused_in_private(room: Room) -> None:
    """The words of an acknowledgement are for nobody else."""
    acknowledged = await deliver(room, bodies.command("digest pause 1", url=room.slack.response_url, team_id="T9"))

    assert OUTSIDER in acknowledged.body
    assert room.dispatcher.asked == []
    assert room.slack.posted == []


async def test_press_of_an_outsider_changes_nothing_that_others_see(room: Room) -> None:
    """Anybody who sees a digest can press its buttons."""
    body = bodies.press("run.next", encode(Press("digest pause 1")), url=room.slack.response_url, ephemeral=False)

    await deliver(room, body | {"user": STRANGER})

    (said,) = room.slack.posted
    assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)
    assert OUTSIDER in said["text"]
    assert room.dispatcher.asked == []


async def test_mention_by_an_outsider_is_answered_to_them_alone(room: Room) -> None:
    """In the channel, but nobody else sees it."""
    room.slack.script("chat.postEphemeral", Answer(body={"ok": True, "message_ts": "1.1"}))

    await deliver(room, bodies.event("app_mention", "<@UBOT> digest list", user_team="T9", team="T1"))

    (call,) = room.slack.calls
    assert call.method == "chat.postEphemeral"
    assert (call.given["channel"], call.given["user"], call.given["text"]) == ("C1", "U1", OUTSIDER)
    assert room.dispatcher.asked == []


async def test_whisper_that_slack_refuses_is_let_go(room: Room) -> None:
    """They may have left the channel."""
    room.slack.script("chat.postEphemeral", Answer(body={"ok": False, "error": "user_not_in_channel"}))

    await deliver(room, bodies.event("app_mention", "<@UBOT> status", user_team="T9"))

    assert room.dispatcher.asked == []


async def test_direct_message_of_an_outsider_is_refused_where_it_is(room: Room) -> None:
    """Nobody else is there."""
    await deliver(room, bodies.event("message", "status", user_team="T9"))

    (call,) = room.slack.calls
    assert (call.method, call.given["channel"]) == ("chat.postMessage", "D1")
    assert OUTSIDER in call.given["text"]
    assert room.dispatcher.asked == []


@pytest.mark.parametrize(
    "body",
    [
        {key: value for key, value in bodies.command().items() if key != "team_id"},
        bodies.press("run.next", encode(Press("status"))) | {"user": {"id": "U1"}, "team": None},
        bodies.event("app_mention", "<@UBOT> status", team=None),
    ],
    ids=["command", "press", "mention"],
)
async def test_whom_slack_says_nothing_of_is_answered(room: Room, body: dict[str, Any]) -> None:
    """A missing field must not lock out our own people."""
    body = {**body, "response_url": room.slack.response_url} if "response_url" in body else body

    await deliver(room, body)

    assert len(room.dispatcher.asked) == 1


@pytest.mark.parametrize(
    ("actor", "we", "outside"),
    [
        (Actor(team="T1"), OURS, False),
        (Actor(team="T9"), OURS, True),
        (Actor(team="T9", enterprise="E9"), OURS, True),
        (Actor(), OURS, False),
        (Actor(team="T2", enterprise="E1"), IN_GRID, False),
        (Actor(team="E1"), IN_GRID, False),
        (Actor(team="T9", enterprise="E9"), IN_GRID, True),
        (Actor(team="T2"), IN_GRID, False),
        (Actor(team="T9"), Identity(user="U", bot="B", team="", team_name=""), False),
    ],
)
def test_same_workspace_or_organisation_belongs_to_us(actor: Actor, we: Identity, *, outside: bool) -> None:
    """On Enterprise Grid an app serves the workspaces of one organisation."""
    assert is_outsider(actor, we) is outside


def test_the_organisation_is_read_only_where_it_is_the_persons() -> None:
    """Payloads name that of the installation too."""
    grid = {"id": "T2", "domain": "b", "enterprise_id": "E1"}

    assert actor_of_command({"team_id": "T2", "enterprise_id": "E1"}) == Actor(team="T2", enterprise="E1")
    assert actor_of_press({"user": {"id": "U", "team_id": "T2"}, "team": grid}) == Actor(team="T2", enterprise="E1")
    assert actor_of_press({"user": {"id": "U", "team_id": "T9"}, "team": grid}) == Actor(team="T9")
    assert actor_of_event({"team_id": "T1", "enterprise_id": "E1", "event": {"user_team": "T9"}}) == Actor(team="T9")
    assert actor_of_event({"event": "odd"}) == actor_of_press({"user": 5}) == Actor()
