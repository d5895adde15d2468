"""Alerts change while their card is worked on, between any two things it does: nothing is lost, nothing said twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.model import StepKind
from tests.alerts.cards.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.model import Alert, Watch
    from bot.ports import WatchLedger

    Event = Callable[[Stage, Watch, list[Alert]], Awaitable[object]]


class Busy:
    """A ledger in which something else happens right after one of the calls that a process makes.

    Args:
        stage: whose ledger.
        after: number of the call, from 1.
        happens: what somebody else does then.
    """

    def __init__(self, stage: Stage, after: int, happens: Callable[[], Awaitable[object]]) -> None:
        self._ledger = stage.ledger
        self._after = after
        self._happens = happens
        self.calls = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return what does the same as the real one."""
        real = getattr(self._ledger, name)

        async def call(*args: Any, **given: Any) -> Any:
            self.calls += 1
            last = self.calls == self._after
            answer = await real(*args, **given)
            if last:
                await self._happens()
            return answer

        return call


async def opens_first(stage: Stage, watch: Watch, _: list[Alert]) -> None:
    """Let one go quiet that never did before."""
    await stage.opens(watch, "Dune")


async def opens_again(stage: Stage, watch: Watch, _: list[Alert]) -> None:
    """Let one go quiet whose earlier opening and end were told."""
    await stage.opens(watch, "Beacon", announced_at=None)


async def gets_worse(stage: Stage, watch: Watch, _: list[Alert]) -> None:
    """Let one go quiet again, and get worse before anybody is told."""
    (alert,) = await stage.opens(watch, "Beacon", announced_at=None)
    await stage.says(alert, StepKind.WORSE, "is worse")


async def ends(stage: Stage, _: Watch, alerts: list[Alert]) -> None:
    """Let one come back."""
    await stage.ends(alerts[0])


EVENTS: dict[Event, tuple[str, str]] = {
    opens_first: ("Dune", "quiet"),
    opens_again: ("Beacon", "quiet"),
    gets_worse: ("Beacon", "quiet"),
    ends: ("Checkout", "is back"),
}
"""What happens, to what is told of it: whose name, and a word."""


async def play(event: Event, after: int) -> tuple[list[str], int]:
    """Let one of three come back, and another thing happen while the card is worked on because of that.

    Returns what was told in its thread from then on, line by line, and how many calls the work took.
    """
    stage = Stage()
    watch = await stage.begin(hours=None)
    alerts = await stage.opens(watch, "Checkout", "Atlas", "Beacon")
    await stage.delivers(minutes=5)
    await stage.ends(alerts[2])
    await stage.delivers(hours=7)
    before = len(stage.thread())

    await stage.ends(alerts[1])
    busy = Busy(stage, after, lambda: event(stage, watch, alerts))
    await stage.delivers(stage.process(ledger=cast("WatchLedger", busy)))
    await stage.delivers(hours=7)
    return [line for text in stage.thread()[before:] for line in text.splitlines()], busy.calls


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
async def test_what_happens_while_a_card_is_worked_on_is_told_once(event: Event) -> None:
    """Wherever it happens, from the claim until the card is given back, also between two reads for one picture."""
    name, word = EVENTS[event]
    _, calls = await play(event, 0)
    assert calls > 10

    for after in range(1, calls + 1):
        lines, _ = await play(event, after)

        assert len([line for line in lines if name in line and word in line]) == 1, (after, lines)
