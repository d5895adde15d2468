"""The life of one delivery between two holders who know nothing of each other, in any order of events."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.model import DELIVERED, FINISHED, DeliveryState, State
from bot.store import open_database
from tests.builders import NOW
from tests.fakes.ledger import FakeLedger
from tests.store.ledger.drafts import (
    LEASE,
    add,
    begun,
    claimed,
    finished,
    newest,
    planned,
    posted,
    put_off,
    snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.model import Delivery, Digest
    from bot.ports import Ledger

SAID = snapshot(p1=State.ACTIVE)
HOLDERS = st.sampled_from(("one", "two"))


class Life(RuleBasedStateMachine):
    """Two holders work on one delivery; each remembers the number of the last claim that it won."""

    url: str | None = None
    """Address of a database; None for the ledger in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._now = NOW
        self._attempts = {"one": 0, "two": 0}
        self._sent = 0
        self._ledger, self._digest, self._row = self._run(self._open(self.url))

    async def _open(self, url: str | None) -> tuple[Ledger, Digest, Delivery]:
        ledger: Ledger = FakeLedger()
        if url is not None:
            ledger = (await self._stack.enter_async_context(open_database(url))).ledger
        digest = await add(ledger, most=1_000_000)
        return ledger, digest, await planned(ledger, digest)

    def _run(self, waiting: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(waiting)

    def teardown(self) -> None:
        """Close the database and the loop."""
        self._run(self._stack.aclose())
        self._runner.close()

    @rule(by=st.integers(1, 40))
    def time_passes(self, by: int) -> None:
        """A lease lasts 60 seconds."""
        self._now += timedelta(seconds=by)

    @rule(holder=HOLDERS, ahead=st.sampled_from((-1, 0, 1, 1, 1)))
    def claims(self, holder: str, ahead: int) -> None:
        """Mostly the next attempt; also ones that were made already."""
        attempt = self._row.attempts + ahead
        leased = self._row.lease_until is not None and self._row.lease_until > self._now
        free = self._row.state not in FINISHED and not leased and ahead == 1

        before = self._run(claimed(self._ledger, self._row.ref, attempt, holder=holder, now=self._now))

        assert before == (self._row if free else None)
        if free:
            self._attempts[holder] = attempt

    @rule(holder=HOLDERS)
    def begins(self, holder: str) -> None:
        """Just before the message is sent."""
        held = self._holds(holder)

        assert self._run(begun(self._ledger, *self._as(holder), snapshot=SAID, now=self._now)) == held

    @rule(holder=HOLDERS, state=st.sampled_from(DELIVERED))
    def sent(self, holder: str, state: DeliveryState) -> None:
        """Slack said yes."""
        held = self._holds(holder)

        done = self._run(posted(self._ledger, *self._as(holder), state=state, now=self._now))

        assert done == held
        self._sent += done

    @rule(holder=HOLDERS)
    def gives_back(self, holder: str) -> None:
        """Slack said later."""
        held = self._holds(holder)

        assert self._run(put_off(self._ledger, *self._as(holder), until=self._now + LEASE)) == held

    @precondition(lambda self: self._row.attempts > 2)  # most lives should be longer than that
    @rule(holder=HOLDERS, state=st.sampled_from([state for state in FINISHED if state not in DELIVERED]))
    def gives_up(self, holder: str, state: DeliveryState) -> None:
        """Slack said no."""
        held = self._holds(holder)

        assert self._run(finished(self._ledger, *self._as(holder), state=state, now=self._now)) == held

    def _as(self, holder: str) -> tuple[int, int]:
        return self._row.ref, self._attempts[holder]

    def _holds(self, holder: str) -> bool:
        """Tell whether a holder's claim is the newest one, and the delivery still under way."""
        under_way = self._row.state in {DeliveryState.CLAIMED, DeliveryState.POSTING}
        return under_way and self._attempts[holder] == self._row.attempts

    @invariant()
    def is_consistent(self) -> None:
        """Look at the row after every step, and compare it with what it was."""
        before, row = self._row, self._run(newest(self._ledger, self._digest))
        assert before.state not in FINISHED or row == before
        assert row.attempts >= before.attempts
        assert self._sent == (row.state in DELIVERED)
        assert (row.posted is not None, row.finished_at is not None) == (row.state in DELIVERED, row.state in FINISHED)
        assert (row.lease_until is not None) == (row.state in {DeliveryState.CLAIMED, DeliveryState.POSTING})
        assert before.state is not DeliveryState.POSTING or row.state is not DeliveryState.CLAIMED
        kept = self._run(self._ledger.snapshot(self._digest))
        assert kept is None or row.state in DELIVERED
        self._row = row


def test_no_order_of_events_sends_a_delivery_twice(ledger_url: str | None) -> None:
    """Never two that were posted, a finished row never changes, attempts only grow."""

    class Here(Life):
        url = ledger_url

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=100 if ledger_url is None else 12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
