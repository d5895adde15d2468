"""What Slack tells about channels and people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from bot.ports import Place
from bot.slack import directory as module
from bot.slack.clients import web_client
from bot.slack.directory import MOST_REMEMBERED, REMEMBER_FOR, Directory, read_place, read_zone
from tests.fakes.slack_server import Answer
from tests.slack.conftest import BOT_TOKEN, Room

if TYPE_CHECKING:
    from collections.abc import Callable

INFO, PERSON = "conversations.info", "users.info"


def oslo() -> Answer:
    """Answer with somebody who lives in Oslo."""
    return Answer(body={"ok": True, "user": {"id": "U1", "tz": "Europe/Oslo"}})


@pytest.fixture
def directory(room: Room) -> Directory:
    """A directory of the room's Slack."""
    return Directory(web_client(room.session, base_url=room.slack.api_url, token=SecretStr(BOT_TOKEN)), room.patience)


@pytest.mark.parametrize(
    ("channel", "place"),
    [
        ({"name": "a", "is_member": True, "is_archived": False}, Place(member=True, archived=False, name="a")),
        ({"name": "a", "is_member": False, "is_archived": True}, Place(member=False, archived=True, name="a")),
        ({"is_im": True, "is_archived": False, "user": "U1"}, Place(member=True, archived=False)),
        ({"is_im": True, "name": "U1"}, Place(member=True)),
        ({"name": "", "is_member": "yes", "is_archived": 1}, Place(member=None)),
        ({"name": ["a"]}, Place(member=None)),
        ({}, Place(member=None)),
    ],
)
def test_channel_is_read_as_far_as_slack_tells(channel: dict[str, Any], place: Place) -> None:
    """Whatever is no answer is not known."""
    assert read_place(channel) == place


async def test_answer_without_what_was_asked_for_is_not_believed(room: Room, directory: Directory) -> None:
    """It is no statement about the channel or the person."""
    room.slack.script(INFO, *[Answer(body={"ok": True, "channel": "C1"})] * 2)
    room.slack.script(PERSON, *[Answer(body={"ok": True})] * 2)

    assert await directory.place("C1") == Place(member=None)
    assert await directory.zone_of("U1") is None


@pytest.mark.parametrize("code", ["missing_scope", "invalid_auth", "a_word_of_next_year"])
async def test_channel_that_we_may_not_ask_about_is_not_known(room: Room, directory: Directory, code: str) -> None:
    """Adding a digest works without the scope."""
    room.slack.script(INFO, Answer(body={"ok": False, "error": code}))

    assert await directory.place("C1") == Place(member=None)


async def test_channel_that_slack_hides_from_us_is_one_that_we_are_not_in(room: Room, directory: Directory) -> None:
    """So is one that is gone."""
    room.slack.script(INFO, Answer(body={"ok": False, "error": "channel_not_found"}))

    assert await directory.place("C1") == Place(member=False)


@pytest.mark.parametrize("ask", [lambda d: d.place("C1"), lambda d: d.zone_of("U1")])
async def test_slow_slack_keeps_nobody_waiting(
    room: Room, directory: Directory, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Directory], Any]
) -> None:
    """The answer that somebody waits for is good without it; the wait at the socket is real, so it is made short."""
    monkeypatch.setattr(module, "ASK_WITHIN", 0.05)
    for method in (INFO, PERSON):
        room.slack.script(method, Answer(never=True))

    assert await ask(directory) in (None, Place(member=None))


@pytest.mark.parametrize(
    ("user", "zone"),
    [
        ({"tz": "America/Argentina/Ushuaia"}, "America/Argentina/Ushuaia"),
        ({"tz": "America"}, None),
        ({"tz": "Atlantis/Capital"}, None),
        ({"tz": "../../etc/passwd"}, None),
        ({"tz": "/etc/localtime"}, None),
        ({"tz": ""}, None),
        ({"tz": "\0"}, None),
        ({"tz": None}, None),
        ({"tz": 3600}, None),
        ({}, None),
    ],
)
def test_zone_is_one_that_we_can_reckon_with(user: dict[str, Any], zone: str | None) -> None:
    """It comes from outside and names a file."""
    assert read_zone(user) == zone


async def test_person_is_asked_about_once_in_an_hour(room: Room, directory: Directory) -> None:
    """People move less often than they type."""
    room.slack.script(PERSON, oslo(), oslo())

    zones = [await directory.zone_of("U1") for _ in range(3)]
    room.clock.move(REMEMBER_FOR)
    zones.append(await directory.zone_of("U1"))

    assert zones == ["Europe/Oslo"] * 4
    assert room.slack.methods() == [PERSON, PERSON]


async def test_failure_is_not_remembered(room: Room, directory: Directory) -> None:
    """The next one who asks may be luckier."""
    room.slack.script(PERSON, Answer(body={"ok": False, "error": "missing_scope"}), oslo())

    assert await directory.zone_of("U1") is None
    assert await directory.zone_of("U1") == "Europe/Oslo"


async def test_memory_is_limited(room: Room, directory: Directory) -> None:
    """A large workspace must not fill ours."""
    nobody = (room.clock.now() - timedelta(minutes=1), None)
    directory._zones.update({f"U{number}": nobody for number in range(MOST_REMEMBERED)})  # asking so often takes long
    room.slack.script(PERSON, oslo())

    await directory.zone_of("UNEW")

    assert list(directory._zones) == ["UNEW"]
