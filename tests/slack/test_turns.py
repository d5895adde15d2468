"""Who gives way to a press: pure, requests are only heard."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from bot.model import Ask
from bot.slack.heard import Heard, InChannel, Manner, ViaUrl
from bot.slack.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.slack.heard import Address
    from bot.slack.turns import Turn


class Hearing:
    """Hears one thing after the other; all of them stay under way."""

    def __init__(self, stack: ExitStack) -> None:
        self.turns = Turns()
        self._stack = stack

    def command(self, *, channel: str = "C1", user: str = "U1", shown: bool = True) -> Turn:
        """Hear a command, whose answer is there already unless told otherwise."""
        turn = self._hear(ViaUrl(url="u", manner=Manner.FIRST, private=True), channel, user)
        turn.unnamed = shown
        return turn

    def press(
        self,
        message: str | None = "9.9",
        *,
        channel: str = "C1",
        user: str = "U1",
        manner: Manner = Manner.REPLACE,
    ) -> Turn:
        """Hear a press."""
        return self._hear(ViaUrl(url="u", manner=manner, private=True, message=message), channel, user)

    def mention(self, *, answered_as: str | None) -> Turn:
        """Hear a mention by somebody else."""
        turn = self._hear(InChannel(channel="C1"), "C1", "U2")
        turn.message = answered_as
        return turn

    def _hear(self, address: Address, channel: str, user: str) -> Turn:
        heard = Heard(ask=Ask(text="status", user=user), user=user, channel=channel, address=address, key="k")
        turn = self._stack.enter_context(self.turns.taken(heard))
        self.turns.overtake(turn)
        return turn


@pytest.fixture
def hearing() -> Iterator[Hearing]:
    """Return one who has heard nothing yet."""
    with ExitStack() as stack:
        yield Hearing(stack)


def test_newer_press_in_the_same_message_overtakes(hearing: Hearing) -> None:
    """Whoever pressed it: a message that all see has one content."""
    first, second = hearing.press(user="U1"), hearing.press(user="U2")

    assert (first.overtaken.is_set(), second.overtaken.is_set()) == (True, False)


def test_press_overtakes_the_command_whose_answer_it_may_be_in(hearing: Hearing) -> None:
    """Slack does not tell which message the answer to a command became."""
    command = hearing.command()

    hearing.press()

    assert command.overtaken.is_set()


def test_press_overtakes_the_posted_answer_that_it_is_in(hearing: Hearing) -> None:
    """What was posted has a timestamp."""
    answered, other, unanswered = (hearing.mention(answered_as=ts) for ts in ("9.9", "8.8", None))

    hearing.press("9.9")

    assert [turn.overtaken.is_set() for turn in (answered, other, unanswered)] == [True, False, False]


def test_press_elsewhere_overtakes_nothing(hearing: Hearing) -> None:
    """Another conversation, another person's answer, another message, one without a name."""
    command, press = hearing.command(), hearing.press("1.1", channel="C2")

    hearing.press("9.9", channel="C2")
    hearing.press("9.9", user="U2")
    hearing.press(None)

    assert not command.overtaken.is_set()
    assert not press.overtaken.is_set()


def test_press_cannot_be_in_an_answer_that_is_not_there_yet(hearing: Hearing) -> None:
    """It was in an older message."""
    command = hearing.command(shown=False)

    hearing.press()

    assert not command.overtaken.is_set()


def test_press_in_a_message_older_than_the_command_leaves_the_command_alone(hearing: Hearing) -> None:
    """An earlier press in it, still under way, proves that it was there before."""
    press, command = hearing.press("1.1"), hearing.command()

    hearing.press("1.1")

    assert press.overtaken.is_set()
    assert not command.overtaken.is_set()


@pytest.mark.parametrize("manner", [Manner.BESIDE, Manner.FOR_ALL])
def test_press_that_replaces_nothing_overtakes_nothing(hearing: Hearing, manner: Manner) -> None:
    """Its answer is another message."""
    first, command = hearing.press(), hearing.command()

    hearing.press(manner=manner)

    assert not first.overtaken.is_set()
    assert not command.overtaken.is_set()


def test_the_order_of_hearing_counts_and_not_that_of_the_database() -> None:
    """Whether a request is new is asked of the database, which may answer out of order."""
    turns = Turns()
    address = ViaUrl(url="u", manner=Manner.REPLACE, private=True, message="9.9")
    heard = Heard(ask=Ask(text="status", user="U1"), user="U1", channel="C1", address=address, key="k")
    with turns.taken(heard) as older, turns.taken(heard) as newer:
        turns.overtake(newer)
        turns.overtake(older)

        assert (older.overtaken.is_set(), newer.overtaken.is_set()) == (True, False)


def test_what_has_ended_is_forgotten(hearing: Hearing) -> None:
    """Memory is bounded by what is under way."""
    heard = Heard(ask=Ask(text="status", user="U1"), user="U1", channel="C1", address=InChannel(channel="C1"), key="k")
    with hearing.turns.taken(heard) as ended:
        ended.message = "9.9"

    hearing.press("9.9")

    assert not ended.overtaken.is_set()
