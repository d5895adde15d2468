"""Holding back what cannot be believed at once: holds in the ledger, and the cards that tell of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.metrics import HOLDS
from bot.model import Card, CardKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.alerts.storm import Ruling
    from bot.model import Hold
    from bot.ports import Store, WatchLedger

log = structlog.get_logger(__name__)


class Holding:
    """Keeps the holds of one workspace.

    Args:
        store: asks a source for everything again.
        ledger: keeps holds and cards.
        workspace: whose.
        operators_channel: id of the channel of those who run Rollcall; None: the admins are told.
        admins: Slack ids.
    """

    def __init__(
        self,
        store: Store,
        ledger: WatchLedger,
        workspace: str,
        operators_channel: str | None,
        admins: Iterable[str],
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._workspace = workspace
        self._channels = (operators_channel,) if operators_channel is not None else tuple(sorted(admins))
        self._released: dict[str, Hold] = {}

    async def under_way(self) -> Mapping[str, Hold]:
        """Return the holds that were not released, by connection; reads which ones a person has released since.

        Whoever evaluates next lets through what was released, also after a restart, and by another process.
        """
        holds = {hold.connection: hold for hold in await self._ledger.holds(self._workspace)}
        # Read last: what is released between the two is seen in both, and not in neither.
        self._released = {hold.connection: hold for hold in await self._ledger.released_holds(self._workspace)}
        HOLDS.set(len(holds))
        for hold in holds.values():
            await self._make_cards(hold, hold.since)
        return holds

    def was_released(self, connection: str) -> bool:
        """Tell whether a person has let through what turns at this connection now."""
        return connection in self._released

    async def settle(self, ruling: Ruling, connection: str, now: datetime) -> None:
        """Note what was decided, after what it lets through was written."""
        released = self._released.pop(connection, None) if ruling.let_through else None
        if released is not None:
            await self._ledger.save_hold(replace(released, let_through_at=now))
        if ruling.save is not None:
            await self._save(ruling.save, now)
        if ruling.look_again:
            await self._store.ask_all(self._workspace, connection)

    async def _save(self, hold: Hold, now: datetime) -> None:
        saved = await self._ledger.save_hold(hold)
        if saved is None:
            return  # somebody else was faster; the next evaluation sees what they wrote
        log.warning(
            "alerts.held" if saved.released_at is None else "alerts.released",
            connection=saved.connection,
            projects=saved.projects,
            of=saved.of,
            looks=saved.looks,
        )
        if saved.released_at is None:
            await self._make_cards(saved, now)
        cards = await self._ledger.cards_of(self._workspace, CardKind.MASS, saved.ref)
        await self._ledger.look_at_cards({card.ref: now for card in cards})

    async def _make_cards(self, hold: Hold, now: datetime) -> None:
        for channel in self._channels:
            await self._ledger.add_card(
                Card(
                    ref=0,
                    workspace=self._workspace,
                    channel=channel,
                    kind=CardKind.MASS,
                    connection=hold.connection,
                    subject=hold.ref,
                    opened_at=now,
                    due_at=now,
                )
            )
