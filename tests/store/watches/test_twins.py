"""The ledger in memory and the one in SQL are told the same, in any order, and must say the same."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.model import Alert, AlertState, CardKind, Posted, SendingKind, StepKind, Telling
from bot.ports import AlertChange
from bot.store import open_database
from bot.store.watch_tables import alert, alert_number, alert_step, card, watch, watch_change
from tests.builders import NOW
from tests.fakes.watch_ledger import FakeWatchLedger
from tests.store.watches import drafts
from tests.store.watches.drafts import CHANNEL, LEASE, MINUTE, WORKSPACE, add, sending, step

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from datetime import datetime

    from bot.model import Card, Sending, Watch
    from bot.ports import WatchLedger

WATCHES, PROJECTS = range(2), range(3)
PLACES = st.integers(0, 5)
HELD = st.sampled_from((0, 0, 0, 0, 1, 2))
STATES = st.sampled_from((*AlertState, AlertState.INACTIVE, AlertState.INACTIVE, AlertState.ACTIVE))


class Twin:
    """One ledger, and what its numbers mean: those of the other one differ."""

    def __init__(self, ledger: WatchLedger) -> None:
        self.ledger = ledger
        self.watches: list[Watch] = []
        self.cards: list[int] = []
        self.seen: dict[tuple[int, int], list[Alert]] = {}
        self.sendings: dict[int, Sending] = {}

    async def prepare(self) -> None:
        """Add the watches."""
        self.watches = [await add(self.ledger) for _ in WATCHES]

    def card(self, place: int) -> int:
        """Return the number of a card, by when it was first seen."""
        return self.cards[place % len(self.cards)]

    async def alerts(self) -> list[Alert]:
        """Return all alerts, in an order that both have."""
        found = [await self.ledger.alerts_of(watch.ref, PROJECTS) for watch in self.watches]
        return [some[project] for some in found for project in sorted(some)]

    async def known(self, card: Card | None) -> object:
        """Return a card without the numbers that only this ledger has."""
        if card is None:
            return None
        return replace(
            card, ref=0, watch=None, after=card.after and self._place(card.after), sending=None
        ), card.sending and card.sending.key

    def _place(self, ref: int) -> int:
        if ref not in self.cards:
            self.cards.append(ref)
        return self.cards.index(ref)

    def told(self, given: Alert) -> object:
        """Return an alert without the numbers that only this ledger has."""
        return replace(given, ref=0, watch=0, card=None if given.card is None else self._place(given.card))

    async def says(self, now: datetime) -> object:
        """Return everything that can be asked."""
        alerts = await self.alerts()
        names = {each.ref: (each.watch - self.watches[0].ref > 0, each.project) for each in alerts}
        told = [self.told(each) for each in alerts]
        cards = [await self.known(await self.ledger.card(ref)) for ref in self.cards]
        untold = [
            [(names[each.alert], each.kind, each.at) for each in await self.ledger.untold(ref)] for ref in self.cards
        ]
        due = {self._place(each.ref) for each in await self.ledger.cards_due(WORKSPACE, now, most=99)}
        waiting = [names[each.ref] for each in await self.ledger.alerts_due(WORKSPACE, now, most=99)]
        return told, cards, untold, due, waiting


class Twins(RuleBasedStateMachine):
    """Alerts of two watches, and holders who work on their cards; some of them have lost their claims."""

    url: str = ""
    """Address of a database."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._now = NOW
        self._number = 0
        self._claims: list[tuple[int, int]] = []
        self._sent = 0
        self._twins = self._run(self._open())

    async def _open(self) -> tuple[Twin, Twin]:
        opened = await self._stack.enter_async_context(open_database(self.url))
        async with opened.watches._database.changing("test") as connection:
            for table in (alert_step, alert, card, watch_change, watch, alert_number):
                await connection.execute(sa.delete(table))
        twins = Twin(FakeWatchLedger()), Twin(opened.watches)
        for twin in twins:
            await twin.prepare()
        return twins

    def _run(self, waiting: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(waiting)

    def _both(self, act: Callable[[Twin], Awaitable[Any]]) -> Any:
        """Let both do the same; they must answer the same."""

        async def acted() -> list[Any]:
            return [await act(twin) for twin in self._twins]

        first, second = self._run(acted())
        assert first == second
        return first

    def teardown(self) -> None:
        """Close the database and the loop."""
        self._run(self._stack.aclose())
        self._runner.close()

    @rule(by=st.integers(1, 40))
    def time_passes(self, by: int) -> None:
        """A lease lasts 60 seconds."""
        self._now += timedelta(seconds=by)

    @initialize()
    def an_alert_opens(self) -> None:
        """Without one there is nothing to tell."""
        self._change(0, 0, AlertState.INACTIVE)

    @rule(watch=st.sampled_from(WATCHES), project=st.sampled_from(PROJECTS), state=STATES, asked=st.data())
    def an_alert_changes(self, watch: int, project: int, *, state: AlertState, asked: st.DataObject) -> None:
        """Mostly by somebody who has read it just now."""
        self._change(
            watch,
            project,
            state,
            telling=asked.draw(st.sampled_from(Telling)),
            stale=asked.draw(st.sampled_from((False, False, False, True))),
            due_at=asked.draw(st.sampled_from((None, self._now, self._now + MINUTE))),
            knows=asked.draw(st.booleans()),
        )

    @rule()
    def all_that_is_open_ends(self) -> None:
        """As it mostly does, in the end."""
        for place in WATCHES:
            for project in PROJECTS:
                self._change(place, project, AlertState.ACTIVE)

    def _change(
        self,
        place: int,
        project: int,
        state: AlertState,
        *,
        telling: Telling = Telling.THREAD,
        stale: bool = False,
        due_at: datetime | None = None,
        knows: bool = False,
    ) -> None:
        async def act(twin: Twin) -> object:
            its = twin.watches[place]
            there = await twin.ledger.alerts_of(its.ref, [project])
            versions = twin.seen.setdefault((place, project), [drafts.alert(its, project)])
            versions += there.values()
            given = versions[0] if stale else versions[-1]
            changed = replace(given, state=state, since=self._now, opened_at=self._now, next_at=due_at)
            changed = changed if knows else replace(changed, announced_at=None)
            entry = step(StepKind.OPENED if changed.is_open else StepKind.BACK, telling=telling, at=self._now)
            done = await twin.ledger.change_alerts([AlertChange(alert=changed, steps=(entry,))], now=self._now)
            return [twin.told(each) for each in done]

        self._both(act)

    @rule(back=st.integers(0, 90))
    def the_clock_goes_back(self, back: int) -> None:
        """It was ahead."""
        self._now -= timedelta(seconds=back)
        until = self._now + LEASE / 2
        self._both(lambda twin: twin.ledger.clock_went_back(WORKSPACE, self._now, lease_until=until))

    @rule(place=PLACES, wait=st.integers(-1, 2))
    def somebody_looks_at(self, place: int, wait: int) -> None:
        """Something happened to a card."""
        self._both(lambda twin: twin.ledger.look_at_cards({twin.card(place): self._now + wait * MINUTE}))

    @rule(place=PLACES, ahead=st.sampled_from((0, 1, 1, 1)), due=st.sampled_from((False, True, True)))
    def claims(self, place: int, ahead: int, *, due: bool) -> None:
        """Mostly the next attempt, at a card that is due."""
        before = self._run(self._twins[0].ledger.card(self._twins[0].card(place)))
        attempt = (before.attempts if before else 0) + ahead

        async def act(twin: Twin) -> object:
            ref = twin.card(place)
            if due:
                await twin.ledger.look_at_cards({ref: self._now})
            taken = await twin.ledger.claim_card(
                ref, attempt=attempt, holder="one", now=self._now, lease_until=self._now + LEASE
            )
            return await twin.known(taken)

        if self._both(act) is not None:
            self._claims.append((place % len(self._twins[0].cards), attempt))

    @precondition(lambda self: self._claims)
    @rule(held=HELD, kind=st.sampled_from(SendingKind))
    def begins(self, held: int, kind: SendingKind) -> None:
        """It is about to tell of all that is open, and of all that is untold."""
        place, attempt = self._claim(held)
        self._number += 1

        async def act(twin: Twin) -> bool:
            ref = twin.card(place)
            alerts = tuple(each.ref for each in await twin.ledger.members(ref) if each.is_open)
            steps = tuple(each.ref for each in await twin.ledger.untold(ref))
            what = sending(f"{self._number}", kind, alerts=alerts, steps=steps)
            twin.sendings[place] = what
            return await twin.ledger.begin_sending(ref, attempt=attempt, sending=what, lease_until=self._now + LEASE)

        self._both(act)

    @precondition(lambda self: self._claims)
    @rule(held=HELD, arrived=st.booleans())
    def has_sent(self, held: int, *, arrived: bool) -> None:
        """Slack said yes."""
        place, attempt = self._claim(held)
        posted = Posted(CHANNEL, f"{self._number}") if arrived else None
        if place in self._twins[0].sendings:
            self._sent += self._both(
                lambda twin: twin.ledger.sent(
                    twin.card(place),
                    attempt=attempt,
                    sending=twin.sendings[place],
                    posted=posted,
                    drawn="drawn",
                    now=self._now,
                )
            )

    @precondition(lambda self: self._claims)
    @rule(held=HELD, wait=st.integers(-1, 2), failed=st.booleans(), unsent=st.booleans())
    def gives_back(self, held: int, *, wait: int, failed: bool, unsent: bool) -> None:
        """All is done, or nothing can be done now."""
        place, attempt = self._claim(held)
        due_at = None if wait < 0 else self._now + wait * MINUTE
        self._both(
            lambda twin: twin.ledger.let_go(
                twin.card(place), attempt=attempt, due_at=due_at, failed=failed, unsent=unsent
            )
        )

    @precondition(lambda self: self._claims)
    @rule(held=HELD)
    def edits(self, held: int) -> None:
        """The card has changed."""
        place, attempt = self._claim(held)
        self._both(lambda twin: twin.ledger.edited(twin.card(place), attempt=attempt, drawn="edited", now=self._now))

    @precondition(lambda self: self._claims)
    @rule(held=HELD)
    def closes(self, held: int) -> None:
        """All on it has ended."""
        place, attempt = self._claim(held)
        self._both(lambda twin: twin.ledger.close_card(twin.card(place), attempt=attempt, now=self._now))

    @precondition(lambda self: self._claims)
    @rule(held=HELD)
    def drops(self, held: int) -> None:
        """It was never sent."""
        place, attempt = self._claim(held)
        self._both(lambda twin: twin.ledger.drop_unannounced(twin.card(place), attempt=attempt))

    @precondition(lambda self: self._claims)
    @rule(held=HELD)
    def continues(self, held: int) -> None:
        """It is too far up in the channel."""
        place, attempt = self._claim(held)

        async def act(twin: Twin) -> object:
            return await twin.known(await twin.ledger.continue_card(twin.card(place), attempt=attempt, now=self._now))

        self._both(act)

    @precondition(lambda self: self._sent)
    @rule(back=st.integers(0, 3))
    def forgets(self, back: int) -> None:
        """What ended some minutes ago."""
        self._both(lambda twin: twin.ledger.purge_alerts(self._now - back * MINUTE))

    def _claim(self, held: int) -> tuple[int, int]:
        """Return one of the claims that were won, mostly the newest: place of the card and attempt."""
        return self._claims[max(len(self._claims) - 1 - held, 0)]

    @invariant()
    def both_say_the_same(self) -> None:
        """Whatever is asked."""
        self._both(lambda twin: twin.says(self._now))

    @invariant()
    def what_is_open_is_on_a_card_that_is_not_closed(self) -> None:
        """And there is one of these."""

        async def act(twin: Twin) -> None:
            for its in twin.watches:
                cards = await twin.ledger.cards_of(WORKSPACE, CardKind.WATCH, its.ref)
                assert len(cards) <= 1
                open_on = {each.card for each in await twin.alerts() if each.is_open and each.watch == its.ref}
                assert open_on <= {each.ref for each in cards}

        self._both(act)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Return the kind of database."""
    kind: str = request.param
    return kind


def test_both_ledgers_say_the_same(database_url: str, dialect: str) -> None:
    """In any order of events."""
    Twins.url = database_url
    run_state_machine_as_test(
        Twins,
        settings=settings(
            max_examples=12 if dialect == "sqlite" else 4,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
