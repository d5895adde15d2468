"""Keeping the outages of all connections: in the ledger, and on cards for those whom they concern."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.alerts import outages
from bot.alerts.aims import everything_at
from bot.alerts.fitting import fits
from bot.alerts.outages import Trace, Turned
from bot.metrics import OUTAGES
from bot.model import Card, CardKind, ProblemKind, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.alerts.aims import Aim
    from bot.alerts.outages import Verdict
    from bot.model import Freshness, Moment, Outage, SourceSheet
    from bot.ports import Store, WatchLedger

log = structlog.get_logger(__name__)


class Watchmen:
    """Tells of connections that cannot be read.

    Args:
        workspace: whose.
        store: counts what was missed.
        ledger: keeps outages and cards.
        sheets: what each source tells, by its name.
        operators_channel: id of the channel of those who run Rollcall; None: there is none.
        admins: Slack ids of those who can mend a refused key.
    """

    def __init__(
        self,
        *,
        workspace: str,
        store: Store,
        ledger: WatchLedger,
        sheets: Mapping[str, SourceSheet],
        operators_channel: str | None,
        admins: Iterable[str],
    ) -> None:
        self._workspace = workspace
        self._store = store
        self._ledger = ledger
        self._sheets = sheets
        self._operators_channel = operators_channel
        self._admins = tuple(sorted(admins))
        self._traces: dict[str, Trace] = {}

    async def look(self, freshness: Sequence[Freshness], aims: Sequence[Aim], moment: Moment) -> Mapping[str, Outage]:
        """Go on with every outage; returns those that were told and have not ended, by connection."""
        under_way = {outage.connection: outage for outage in await self._ledger.outages(self._workspace)}
        told: dict[str, Outage] = {}
        for known in freshness:
            outage = await self._go_on(known, under_way.get(known.connection), aims, moment)
            if outage is not None and outage.opened_at is not None and outage.ended_at is None:
                told[known.connection] = outage
        OUTAGES.set(len(told))
        return told

    async def _go_on(
        self, known: Freshness, outage: Outage | None, aims: Sequence[Aim], moment: Moment
    ) -> Outage | None:
        verdict = self._verdict(known, outage, moment.now)
        if verdict is None:
            return None
        after = verdict.outage
        if verdict.turned is Turned.ENDED:
            after = replace(after, missed=await self._missed(after, moment))
        if after != outage:
            saved = await self._ledger.save_outage(after)
            if saved is None:
                return outage  # somebody else was faster; the next evaluation sees what they wrote
            after = saved
        theirs = [aim for aim in aims if fits(aim, known, self._sheets)]
        await self._tell(after, verdict.turned, theirs, moment.now)
        return after

    def _verdict(self, known: Freshness, outage: Outage | None, now: datetime) -> Verdict | None:
        problem = outages.trouble_of(known)
        before = self._traces.get(known.connection, Trace())
        trace = self._traces[known.connection] = outages.traced(before, outage, known, problem)
        if problem is not None:
            verdict = outages.failing(outage, known, problem, before, workspace=self._workspace)
            return outages.opened(verdict, problem, now)
        return None if outage is None else outages.recovering(outage, known, trace, now)

    async def _missed(self, outage: Outage, moment: Moment) -> int:
        """Count what was found changed since it was read well before."""
        query = everything_at(outage.connection)
        scope = Scope(workspace=self._workspace)
        found = await self._store.events(scope, query, moment, since=outage.since, size=1)
        return found.total

    async def _tell(self, outage: Outage, turned: Turned, aims: Sequence[Aim], now: datetime) -> None:
        """Make cards for whom it concerns, also for watches that came later; a crash before this is mended by the next.

        `WatchLedger.add_card` leaves alone what is there already.
        """
        if outage.opened_at is None:
            return
        if turned is not Turned.NOTHING:
            log.warning("outage.turned", connection=outage.connection, turned=turned.name, detail=outage.detail)
        cards = await self._ledger.cards_of(self._workspace, CardKind.OUTAGE, outage.ref)
        dues = {card.ref: now for card in cards} if turned is not Turned.NOTHING else {}
        if outage.ended_at is None:
            for channel in self._channels(outage, aims) - {card.channel for card in cards}:
                await self._ledger.add_card(self._card(outage, channel, now))
        if turned is not Turned.NOTHING:
            dues |= await self._cards_on_it(outage, aims, now)
        await self._ledger.look_at_cards(dues)

    def _channels(self, outage: Outage, aims: Sequence[Aim]) -> set[str]:
        """Return who is told; a person's id is a channel, too.

        Source: https://docs.slack.dev/reference/methods/chat.postMessage#post-to-dm
        """
        channels = {aim.watch.channel for aim in aims if aim.watch.pause is None}
        if self._operators_channel is not None:
            channels.add(self._operators_channel)
        if outage.kind is ProblemKind.REFUSED:
            channels.update(self._admins)
        return channels

    def _card(self, outage: Outage, channel: str, now: datetime) -> Card:
        return Card(
            ref=0,
            workspace=self._workspace,
            channel=channel,
            kind=CardKind.OUTAGE,
            connection=outage.connection,
            subject=outage.ref,
            opened_at=now,
            due_at=now,
        )

    async def _cards_on_it(self, outage: Outage, aims: Sequence[Aim], now: datetime) -> dict[int, datetime]:
        """Return the cards of alerts that now stand still, or go on: they say so."""
        dues: dict[int, datetime] = {}
        for aim in aims:
            cards = await self._ledger.cards_of(self._workspace, CardKind.WATCH, aim.watch.ref)
            dues |= {card.ref: now for card in cards if card.connection == outage.connection}
        return dues
