"""Delivering cards; the engine calls."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.alerts.cards.attempt import Attempt
from bot.alerts.cards.jobs import next_attempt
from bot.alerts.cards.outcome import LetGo, Lost
from bot.alerts.cards.outside import pause_after
from bot.digests.unbroken import unbroken
from bot.errors import StoreError
from bot.metrics import CARDS_WAITING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.alerts.cards.jobs import CardJob
    from bot.alerts.cards.outside import Outside
    from bot.model import Card

log = structlog.get_logger(__name__)

OUR_FAULT: Final = "something went wrong on our side; whoever runs Rollcall finds it in the log"


class CardDeliverer:
    """Delivers the cards of one workspace; several processes may do so at once.

    Args:
        workspace: whose cards these are.
        outside: ports and times.
        holder: name of this process, unique among all that share the database.
        due: told when a card that was given back is due again; for whoever would look too late by itself.
    """

    def __init__(
        self, *, workspace: str, outside: Outside, holder: str, due: Callable[[datetime], None] | None = None
    ) -> None:
        self._workspace = workspace
        self._out = outside
        self._holder = holder
        self._due = due or _nobody

    async def jobs(self, most: int) -> tuple[CardJob, ...]:
        """Return attempts that somebody should make now, the longest due first.

        Raises:
            StoreError: our database could not be used.
        """
        waiting = await self._out.ledger.cards_due(self._workspace, self._out.clock.now(), most=most)
        CARDS_WAITING.set(len(waiting))
        return tuple(next_attempt(card) for card in waiting)

    async def attempt(self, ref: int, attempt: int) -> None:
        """Make one attempt at a card, unless somebody else did or does; what is being sent is brought to its end.

        Raises:
            StoreError: our database could not be used; nothing was begun.
        """
        now = self._out.clock.now()
        before = await self._out.ledger.claim_card(
            ref, attempt=attempt, holder=self._holder, now=now, lease_until=now + self._out.timing.lease
        )
        if before is None:
            log.info("card.claim_refused", card=ref, attempt=attempt)
            return
        try:
            await unbroken(self._work_on(before, attempt))
        except Lost:
            log.info("card.claim_lost", card=ref, attempt=attempt)
        except StoreError as error:
            # When the lease has ended, the next attempt begins with what is in the ledger then.
            log.warning("card.attempt_broken", card=ref, attempt=attempt, error=str(error))

    async def _work_on(self, before: Card, number: int) -> None:
        try:
            ended = await Attempt(self._out, before, number).work()
        except (Lost, StoreError, asyncio.CancelledError):
            raise
        except Exception:
            log.exception("card.attempt_failed", card=before.ref, attempt=number)
            due_at = self._out.clock.now() + pause_after(before.failures + 1)
            ended = LetGo(due_at=due_at, reason=OUR_FAULT, unsent=False)
        if ended is not None:
            await self._give_back(before.ref, number, ended)

    async def _give_back(self, ref: int, number: int, ended: LetGo) -> None:
        failed = bool(ended.reason)
        if not await self._out.ledger.let_go(
            ref, attempt=number, due_at=ended.due_at, reason=ended.reason, failed=failed, unsent=ended.unsent
        ):
            raise Lost
        if failed:
            log.warning("card.put_off", card=ref, attempt=number, reason=ended.reason)
        if ended.due_at is not None:
            self._due(ended.due_at)


def _nobody(_at: datetime) -> None:
    """Nobody wants to know."""
