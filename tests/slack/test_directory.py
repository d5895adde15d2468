"""What Slack tells about channels and people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from bot.ports import Person, Place
from bot.slack import directory as module
from bot.slack.clients import web_client
from bot.slack.directory import MOST_REMEMBERED, REMEMBER_FOR, Directory, read_person, read_place
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
    assert await directory.person("U1") == Person()


@pytest.mark.parametrize("code", ["missing_scope", "invalid_auth", "a_word_of_next_year"])
async def test_channel_that_we_may_not_ask_about_is_not_known(room: Room, directory: Directory, code: str) -> None:
    """Adding a digest works without the scope."""
    room.slack.script(INFO, Answer(body={"ok": False, "error": code}))

    assert await directory.place("C1") == Place(member=None)


async def test_channel_that_slack_hides_from_us_is_one_that_we_are_not_in(room: Room, directory: Directory) -> None:
    """So is one that is gone."""
    room.slack.script(INFO, Answer(body={"ok": False, "error": "channel_not_found"}))

    assert await directory.place("C1") == Place(member=False)


@pytest.mark.parametrize("ask", [lambda d: d.place("C1"), lambda d: d.person("U1")])
async def test_slow_slack_keeps_nobody_waiting(
    room: Room, directory: Directory, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Directory], Any]
) -> None:
    """The answer that somebody waits for is good without it; the wait at the socket is real, so it is made short."""
    monkeypatch.setattr(module, "ASK_WITHIN", 0.05)
    for method in (INFO, PERSON):
        room.slack.script(method, Answer(never=True))

    assert await ask(directory) in (Person(), Place(member=None))


@pytest.mark.parametrize(
    ("user", "zone"),
    [
        ({"tz": "America/Argentina/Ushuaia"}, "America/Argentina/Ushuaia"),
        ({"tz": "America"}, None),
        ({"tz": "EST"}, None),
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
    """It comes from outside, names a file, and must be one that a schedule can be printed with."""
    assert read_person(user).zone == zone


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"name": "ada1", "real_name": "Ada O.", "profile": {"display_name": "ada", "real_name": "Ada Okafor"}}, "ada"),
        ({"name": "ada1", "real_name": "Ada O.", "profile": {"display_name": "", "real_name": "Ada"}}, "Ada"),
        ({"name": "ada1", "real_name": "Ada O.", "profile": {"display_name": " ", "real_name": None}}, "Ada O."),
        ({"name": "ada1", "profile": "x"}, "ada1"),
        ({"name": 5}, ""),
        ({}, ""),
    ],
)
def test_person_is_called_as_they_want_to_be(user: dict[str, Any], name: str) -> None:
    """Most leave the field for that empty."""
    assert read_person(user).name == name


async def test_person_is_asked_about_once_in_an_hour(room: Room, directory: Directory) -> None:
    """People move less often than they type."""
    room.slack.script(PERSON, oslo(), oslo())

    zones = [(await directory.person("U1")).zone for _ in range(3)]
    room.clock.move(REMEMBER_FOR)
    zones.append((await directory.person("U1")).zone)

    assert zones == ["Europe/Oslo"] * 4
    assert room.slack.methods() == [PERSON, PERSON]


async def test_failure_is_not_remembered(room: Room, directory: Directory) -> None:
    """The next one who asks may be luckier."""
    room.slack.script(PERSON, Answer(body={"ok": False, "error": "missing_scope"}), oslo())

    assert await directory.person("U1") == Person()
    assert (await directory.person("U1")).zone == "Europe/Oslo"


async def test_what_was_known_is_better_than_nothing(room: Room, directory: Directory) -> None:
    """A name that is an hour old is still a name."""
    room.slack.script(PERSON, oslo(), Answer(body={"ok": False, "error": "missing_scope"}))

    await directory.person("U1")
    room.clock.move(REMEMBER_FOR)

    assert (await directory.person("U1")).zone == "Europe/Oslo"


async def test_nobody_is_asked_about_in_a_pause_that_slack_wants(room: Room, directory: Directory) -> None:
    """A thousand digests with as many owners must not wait for names."""
    busy = Answer(status=429, body={"ok": False, "error": "ratelimited"}, headers={"Retry-After": "30"})
    room.slack.script(PERSON, busy, oslo())

    known = [await directory.person(user) for user in ("U1", "U2")]
    slept_s = list(room.clock.slept_s)
    room.clock.move(timedelta(seconds=30))
    known.append(await directory.person("U1"))

    assert [each.zone for each in known] == [None, None, "Europe/Oslo"]
    assert (room.slack.methods(), slept_s) == ([PERSON, PERSON], [])


async def test_memory_is_limited(room: Room, directory: Directory) -> None:
    """A large workspace must not fill ours."""
    nobody = (room.clock.now() - timedelta(minutes=1), Person())
    directory._people.update({f"U{number}": nobody for number in range(MOST_REMEMBERED)})  # asking so often takes long
    room.slack.script(PERSON, oslo())

    await directory.person("UNEW")

    assert list(directory._people) == ["UNEW"]
