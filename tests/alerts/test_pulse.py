"""Who hears of it that nothing is judged."""

from __future__ import annotations

import pytest

from bot.alerts.pulse import Pulse
from bot.digests.notices import Notices
from bot.errors import StoreError, WorkspaceClosed
from tests.fakes.clock import HandClock
from tests.fakes.messenger import FakeMessenger

OPERATORS = "C0OPERATORS"


class Ward:
    """An evaluation that works or fails, and the channel of those who run Rollcall."""

    def __init__(self, operators: str | None = OPERATORS) -> None:
        self.messenger = FakeMessenger(HandClock())
        self.fails: Exception | None = None
        self.now_s = 1_000.0
        self.pulse = Pulse(self.evaluate, Notices(self.messenger, operators), seconds=lambda: self.now_s)

    async def evaluate(self) -> int:
        """Do what the test wants."""
        if self.fails is not None:
            raise self.fails
        return 3

    async def beat(self, minutes: int = 1) -> None:
        """Evaluate once a minute."""
        for _ in range(minutes):
            if self.fails is None:
                assert await self.pulse.evaluate() == 3
            else:
                with pytest.raises(type(self.fails)):
                    await self.pulse.evaluate()
            self.now_s += 60

    def told(self) -> list[str]:
        """Return what the operators were told, the first line of each."""
        return [post.message.text.splitlines()[0] for post in self.messenger.in_channel(OPERATORS)]


@pytest.mark.parametrize("error", [StoreError("get many: ProgrammingError"), KeyError("ours")])
async def test_operators_are_told_once_that_nothing_is_judged_and_once_that_it_is_again(error: Exception) -> None:
    """Whatever the reason; the cards know of it from the first failure on."""
    ward = Ward()
    await ward.beat()
    ward.fails = error
    await ward.beat(3)
    assert (ward.told(), ward.pulse.beats) == ([], False)
    await ward.beat(60)
    assert ward.told() == ["⚠️ No watch is judged: evaluating them has failed for 3 min."]

    ward.fails = None
    await ward.beat(2)

    assert ward.told()[1:] == ["✅ Watches are judged again."]
    assert ward.pulse.beats


async def test_one_failure_is_not_worth_a_word() -> None:
    """The next tick does what it left undone."""
    ward = Ward()
    for _ in range(10):
        ward.fails = StoreError("busy")
        await ward.beat(2)
        ward.fails = None
        await ward.beat()

    assert ward.told() == []


async def test_nobody_to_tell_changes_nothing() -> None:
    """Neither a channel that nobody named, nor a workspace that takes nothing; the log has it."""
    for ward in (Ward(operators=None), Ward()):
        ward.messenger.refuse(WorkspaceClosed("token_revoked"))
        ward.fails = StoreError("gone")
        await ward.beat(5)

        assert ward.told() == []
        assert not ward.pulse.beats
