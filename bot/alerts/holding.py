"""Holding back what cannot be believed at once: holds in the ledger, and the cards that tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

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
        self._held: set[str] = set()
        self._released: set[str] = set()

    async def under_way(self) -> Mapping[str, Hold]:
        """Return the holds that were not released, by connection; remembers those that a person has released since.

        If this process dies before it has written what was released, it is held once more, and lets itself go.
        """
        holds = {hold.connection: hold for hold in await self._ledger.holds(self._workspace)}
        self._released |= self._held - holds.keys()
        self._held = set(holds)
        for hold in holds.values():
            await self._make_cards(hold, hold.since)
        return holds

    def was_released(self, connection: str) -> bool:
        """Tell whether a person has let through what turns at this connection now."""
        return connection in self._released

    async def settle(self, ruling: Ruling, connection: str, now: datetime) -> None:
        """Note what was decided, after what it lets through was written."""
        if ruling.let_through:
            self._released.discard(connection)
            self._held.discard(connection)
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
            self._held.add(saved.connection)
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
