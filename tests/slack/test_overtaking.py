"""Two requests and one message: what stays on the screen is the answer to the newer one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.model import Ask, Attachment
from bot.slack.heard import Heard, InChannel, Manner, ViaUrl
from tests.fakes.dispatcher import reply
from tests.fakes.slack_server import Answer
from tests.slack.conftest import until

if TYPE_CHECKING:
    from bot.answers import Reply
    from bot.slack.heard import Address
    from tests.slack.conftest import Room


class Source:
    """Is read as long as a test wants; then there is a newer answer."""

    def __init__(self) -> None:
        self.read = asyncio.Event()
        self.waited_for = asyncio.Event()

    def amends(self, first: Reply, later: Reply) -> Reply:
        """Make a reply that is followed by another one."""

        async def follow() -> Reply:
            self.waited_for.set()
            await self.read.wait()
            return later

        return replace(first, later=follow)


def hear(room: Room, text: str, address: Address, *, user: str = "U1", key: str = "") -> None:
    """Begin to answer, as the listeners do."""
    heard = Heard(ask=Ask(text=text, user=user), user=user, channel="C1", address=address, key=key or text)
    assert room.tasks.begin(partial(room.answering.answer, heard))


def command(room: Room) -> ViaUrl:
    """Return where the answer to a command goes."""
    return ViaUrl(url=room.slack.response_url, manner=Manner.FIRST, private=True)


def button(room: Room, message: str = "9.9", *, manner: Manner = Manner.REPLACE) -> ViaUrl:
    """Return where the answer to a press goes."""
    return ViaUrl(url=room.slack.response_url, manner=manner, private=True, message=message)


def shown(room: Room) -> list[str]:
    """Return the first lines of what reached the response_url, in order."""
    return [str(posted["text"]).splitlines()[0] for posted in room.slack.posted]


async def test_late_amendment_does_not_cover_the_answer_to_a_newer_press(room: Room) -> None:
    """Status, then a button in its answer while the sources are read: the status does not come back."""
    source = Source()
    room.dispatcher.says_to["status"] = source.amends(reply("status"), reply("status again"))

    hear(room, "status", command(room))
    await until(lambda: len(room.slack.posted) == 1)
    hear(room, "next", button(room))
    await until(lambda: len(room.slack.posted) == 2)
    source.read.set()
    await room.settle()

    assert shown(room) == ["status", "answer to next"]


async def test_slow_first_answer_does_not_cover_the_answer_to_a_newer_press(room: Room) -> None:
    """Next and quickly Next again: the answers may be found in the other order."""
    room.dispatcher.held["slow"] = asyncio.Event()

    hear(room, "slow", button(room))
    hear(room, "quick", button(room))
    await until(lambda: len(room.slack.posted) == 1)
    room.dispatcher.held["slow"].set()
    await room.settle()

    assert shown(room) == ["answer to quick"]


async def test_newest_answer_is_amended_all_the_same(room: Room) -> None:
    """Only the older one gives way."""
    source = Source()
    room.dispatcher.says_to["newer"] = source.amends(reply("newer"), reply("newer again"))

    hear(room, "older", button(room))
    hear(room, "newer", button(room))
    await until(lambda: "newer" in shown(room))
    source.read.set()
    await room.settle()

    assert shown(room)[-1] == "newer again"


async def test_press_of_somebody_else_counts_in_a_message_that_all_see(room: Room) -> None:
    """The answer to a mention is changed by chat.update, its buttons through a response_url."""
    source = Source()
    room.dispatcher.says_to["status"] = source.amends(reply("status"), reply("status again"))

    hear(room, "status", InChannel(channel="C1"))
    await source.waited_for.wait()
    hear(room, "next", button(room, "111.222"), user="U2")
    await until(lambda: len(room.slack.posted) == 1)
    source.read.set()
    await room.settle()

    assert room.slack.methods() == ["chat.postMessage"]


async def test_press_in_another_message_or_beside_one_leaves_the_amendment(room: Room) -> None:
    """Shared and private copies are messages of their own."""
    source = Source()
    room.dispatcher.says_to["status"] = source.amends(reply("status"), reply("status again"))

    hear(room, "status", button(room, "1.1"))
    await until(lambda: len(room.slack.posted) == 1)
    hear(room, "next", button(room, "2.2"))
    hear(room, "share", button(room, "1.1", manner=Manner.BESIDE))
    await until(lambda: len(room.slack.posted) == 3)
    source.read.set()
    await room.settle()

    assert shown(room)[-1] == "status again"


async def test_repeated_delivery_of_a_press_overtakes_nothing(room: Room) -> None:
    """It was answered before what is on its way now."""
    source = Source()
    room.dispatcher.says_to["status"] = source.amends(reply("status"), reply("status again"))

    hear(room, "next", button(room), key="once")
    await room_is_quiet(room)
    hear(room, "status", button(room))
    await until(lambda: len(room.slack.posted) == 2)
    hear(room, "next", button(room), key="once")
    await until(lambda: len(room.tasks) == 1)
    source.read.set()
    await room.settle()

    assert shown(room) == ["answer to next", "status", "status again"]


async def room_is_quiet(room: Room) -> None:
    """Wait for what is under way, without closing the room."""
    await until(lambda: len(room.tasks) == 0)


async def test_amendment_that_is_being_sent_is_broken_off(room: Room) -> None:
    """It may be tried again for minutes; the newer answer must not be covered by such a try."""
    source = Source()
    room.dispatcher.says_to["status"] = source.amends(reply("status"), reply("status again"))
    room.slack.script("response_url", Answer(body="ok"), Answer(never=True))
    source.read.set()

    hear(room, "status", button(room))
    await until(lambda: len(room.slack.posted) == 2)
    hear(room, "next", button(room))
    await room.settle()

    assert shown(room) == ["status", "status again", "answer to next"]


async def test_crash_is_not_said_in_a_message_that_has_a_newer_answer(room: Room) -> None:
    """Whoever pressed twice wants the second answer."""
    room.dispatcher.held["slow"] = asyncio.Event()

    hear(room, "slow", button(room))
    hear(room, "quick", button(room))
    await until(lambda: len(room.slack.posted) == 1)
    room.dispatcher.says = RuntimeError("boom")
    room.dispatcher.held["slow"].set()
    await room.settle()

    assert shown(room) == ["answer to quick"]


async def test_file_arrives_although_its_message_has_a_newer_answer(room: Room) -> None:
    """It was asked for, and it covers nothing."""
    source = Source()
    file = Attachment(name="projects.csv", title="Projects", content=b"id\n1\n")
    exported = replace(reply("as CSV"), attachment=file)
    room.dispatcher.says_to["export"] = source.amends(exported, exported)

    hear(room, "export", button(room))
    await until(lambda: len(room.slack.posted) == 1)
    hear(room, "next", button(room))
    await until(lambda: len(room.slack.posted) == 2)
    source.read.set()
    await room.settle()

    assert room.slack.uploaded == [file.content]
    assert shown(room)[1:] == ["answer to next"]
