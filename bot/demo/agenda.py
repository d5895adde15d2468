"""What the bot has planned, read from its ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.digests.timing import Timing
from bot.model import DeliveryState, PauseKind
from bot.schedules import spread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.demo.slack.nouns import Channel
    from bot.model import Digest, Slot
    from bot.ports import Clock, Ledger, WatchLedger

EVER = timedelta(days=3_650)
"""Farther ahead nobody looks."""

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

UNFINISHED = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.POSTING)
MOST_CARDS = 50
THIS_WEEK = timedelta(days=6)
"""As long as a weekday alone says which day is meant."""


class LedgerAgenda:
    """The `Agenda` of a bot with digests and watches.

    Args:
        ledger: the bot's.
        watches: the bot's.
        catch_up: lets the bot look at its sources and evaluate its watches.
        workspace: whose digests are meant.
        channels: by id, for their names; as the local Slack has them.
        clock: the demo's.
    """

    def __init__(
        self,
        ledger: Ledger,
        watches: WatchLedger,
        catch_up: Callable[[], Awaitable[None]],
        *,
        workspace: str,
        channels: Mapping[str, Channel],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._watches = watches
        self._catch_up = catch_up
        self._workspace = workspace
        self._channels = channels
        self._clock = clock
        self._at_work: set[int] = set()
        """Cards that were due, and perhaps are being seen to."""

    async def upcoming(self) -> tuple[datetime, str] | None:
        """Return the moment at which the next digest may be sent, and ``digest 2 in #studio, Mon 09:00``."""
        found = next(iter(await self._first()), None)
        if found is None or found.next is None:
            return None
        return found.next.at + spread(found.channel), self._name(found, found.next)

    async def next_card(self) -> datetime | None:
        """Return when the first card is due."""
        due = await self._watches.cards_due(self._workspace, self._clock.now() + EVER, most=1)
        return due[0].due_at if due else None

    async def catch_up(self) -> None:
        """Let the bot look at its sources, and evaluate its watches."""
        await self._catch_up()

    async def busy(self) -> bool:
        """Tell whether a delivery is not finished, or is to be tried again, or a card is due or being seen to."""
        due = await self._watches.cards_due(self._workspace, self._clock.now(), most=MOST_CARDS)
        self._at_work |= {card.ref for card in due}
        self._at_work = {ref for ref in self._at_work if await self._is_at_work(ref)}
        if self._at_work:
            return True
        counts = await self._ledger.counts(self._workspace, since=self._clock.now())
        return any(counts.get(state) for state in UNFINISHED)

    async def _is_at_work(self, ref: int) -> bool:
        card, now = await self._watches.card(ref), self._clock.now()
        if card is None:
            return False
        return card.lease_until is not None or (card.due_at is not None and card.due_at <= now)

    async def in_trouble(self) -> bool:
        """Tell whether a source cannot be read, or is not believed again yet."""
        return bool(await self._watches.outages(self._workspace))

    async def used(self) -> bool:
        """Tell whether there is a watch or a digest, resting ones included, or a delivery of one that was removed."""
        if await self._watches.watches(self._workspace):
            return True
        if await self._first() or any((await self._ledger.counts(self._workspace, since=LONG_AGO)).values()):
            return True
        resting = [await self._ledger.paused_digests(self._workspace, kind) for kind in PauseKind]
        return any(resting)

    async def at_work(self, *, jumped: timedelta) -> None:
        """Note that the bot is at work; only what is longer than the jump was an absence."""
        await self._ledger.alive(self._clock.now(), gap=jumped + Timing().gap)

    async def _first(self) -> tuple[Digest, ...]:
        return await self._ledger.due_digests(self._workspace, self._clock.now() + EVER, most=1)

    def _name(self, digest: Digest, slot: Slot) -> str:
        channel = self._channels.get(digest.channel)
        place = f"#{channel.name}" if channel and not channel.is_im else "a direct message"
        soon = slot.at - self._clock.now() < THIS_WEEK
        when = datetime.fromisoformat(slot.local).strftime("%a %H:%M" if soon else "%a %-d %b %H:%M")
        return f"digest {digest.number} in {place}, {when}"
