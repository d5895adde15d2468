"""The `WatchLedger` port on SQL: each method is one transaction around functions of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import (
    alert_changes,
    alert_purge,
    alerts,
    card_work,
    cards,
    outages,
    watch_changes,
    watch_steps_back,
    watches,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.model import (
        Alert,
        AlertFilter,
        AlertStep,
        Card,
        CardKind,
        DigestChange,
        Hold,
        Outage,
        Pause,
        PauseKind,
        Posted,
        Raised,
        Sending,
        Watch,
        WatchDraft,
    )
    from bot.ports import AlertChange
    from bot.store.database import Database


class SqlWatchLedger:
    """A `WatchLedger`.

    Args:
        database: with the schema of this version.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # watches

    async def add_watch(self, draft: WatchDraft, *, now: datetime, most: int) -> Watch | None:
        """Keep a new watch with the next free number of its channel, and record who added it."""
        async with self._database.changing("add a watch") as opened:
            return await watch_changes.add(opened, draft, now=now, most=most)

    async def watches(self, workspace: str, channel: str | None = None) -> tuple[Watch, ...]:
        """Return the watches of a channel by number, or of all channels by `Watch.ref`."""
        async with self._database.reading("read watches") as opened:
            return await watches.of_channel(opened, workspace, channel)

    async def watch(self, ref: int) -> Watch | None:
        """Return one watch, unless it was removed."""
        async with self._database.reading("read a watch") as opened:
            return await watches.one(opened, ref)

    async def edit_watch(self, watch: Watch, draft: WatchDraft, change: DigestChange) -> bool:
        """Change a watch and record it."""
        async with self._database.changing("edit a watch") as opened:
            return await watch_changes.edit(opened, watch, draft, change)

    async def pause_watch(self, watch: Watch, pause: Pause | None, change: DigestChange) -> bool:
        """Let a watch rest, or wake it."""
        async with self._database.changing("pause a watch") as opened:
            return await watch_changes.pause(opened, watch, pause, change)

    async def pause_watches(
        self, workspace: str, pause: Pause, change: DigestChange, *, channel: str | None = None
    ) -> tuple[Watch, ...]:
        """Let all watches rest that do not yet, in one channel or in all."""
        async with self._database.changing("pause watches") as opened:
            return await watch_changes.pause_all(opened, workspace, channel, pause, change)

    async def paused_watches(self, workspace: str, kind: PauseKind, channel: str | None = None) -> tuple[Watch, ...]:
        """Return the watches that rest for this reason, in one channel or in all."""
        async with self._database.reading("read paused watches") as opened:
            return await watches.paused(opened, workspace, kind, channel)

    async def remove_watch(self, watch: Watch, change: DigestChange) -> bool:
        """Remove a watch; its alerts stay as they are."""
        async with self._database.changing("remove a watch") as opened:
            return await watch_changes.remove(opened, watch, change)

    async def record_of_watch(self, watch: Watch, *, most: int) -> tuple[DigestChange, ...]:
        """Return the newest changes of a watch, newest first."""
        async with self._database.reading("read a watch's record") as opened:
            return await watches.record(opened, watch.ref, most=most)

    # evaluating

    async def progress(self, workspace: str) -> Mapping[tuple[int, str], datetime]:
        """Return how far each watch was evaluated."""
        async with self._database.reading("read how far watches were evaluated") as opened:
            return await watches.progress(opened, workspace)

    async def note_progress(
        self, marks: Mapping[tuple[int, str], datetime], *, seen: Mapping[int, int] | None = None
    ) -> None:
        """Note how far watches were evaluated."""
        if not marks:
            return
        async with self._database.changing("note how far watches were evaluated") as opened:
            await watches.note_progress(opened, marks, seen)

    async def mute(self, workspace: str) -> frozenset[tuple[int, str]]:
        """Return where a watch was evaluated before and has not been able to since."""
        async with self._database.reading("read which watches are mute") as opened:
            return await watches.mute(opened, workspace)

    async def note_mute(self, places: Iterable[tuple[int, str]]) -> None:
        """Note that watches cannot be evaluated in these places."""
        if rows := sorted(places):
            async with self._database.changing("note which watches are mute") as opened:
                await watches.note_mute(opened, rows)

    async def alerts_of(self, watch: int, projects: Sequence[int]) -> Mapping[int, Alert]:
        """Return the alerts of a watch for these projects."""
        async with self._database.reading("read alerts of a watch") as opened:
            return await alerts.of_watch(opened, watch, projects)

    async def alerts_about(self, projects: Sequence[int]) -> Mapping[tuple[int, int], Alert]:
        """Return the alerts of all watches for these projects."""
        async with self._database.reading("read alerts of projects") as opened:
            return await alerts.about(opened, projects)

    async def alerts_due(self, workspace: str, now: datetime, *, most: int) -> tuple[Alert, ...]:
        """Return alerts whose `next_at` has come, the longest due first."""
        async with self._database.reading("read due alerts") as opened:
            return await alerts.due(opened, workspace, now, most=most)

    async def alerts_of_removed(self, workspace: str, *, most: int) -> tuple[Alert, ...]:
        """Return alerts that are open, snoozed or kept although their watch was removed."""
        async with self._database.reading("read alerts of removed watches") as opened:
            return await alerts.of_removed(opened, workspace, most=most)

    async def alerts_elsewhere(self, workspace: str, connections: Collection[str], *, most: int) -> tuple[Alert, ...]:
        """Return alerts that are open, or wait to be confirmed, at other connections than these."""
        async with self._database.reading("read alerts of other connections") as opened:
            return await alerts.elsewhere(opened, workspace, connections, most=most)

    async def forget_elsewhere(self, workspace: str, connections: Collection[str]) -> None:
        """Forget how far watches were evaluated at other connections than these."""
        async with self._database.changing("forget how far watches were evaluated elsewhere") as opened:
            await watches.forget_elsewhere(opened, workspace, connections)

    async def change_alerts(self, changes: Sequence[AlertChange], *, now: datetime) -> tuple[Alert, ...]:
        """Write alerts and their record; returns those that were written."""
        if not changes:
            return ()
        async with self._database.changing("change alerts") as opened:
            return await alert_changes.change(opened, changes, now=now)

    # asking

    async def raised(
        self, workspace: str, channel: str, wanted: AlertFilter, *, most: int, steps: int = 0
    ) -> tuple[Raised, ...]:
        """Return alerts of a channel's watches, the longest open first, then kept and ended ones, newest first."""
        async with self._database.reading("read alerts of a channel") as opened:
            return await alerts.raised(opened, workspace, channel, wanted, most=most, steps=steps)

    async def silenced(self, workspace: str, connection: str) -> int:
        """Count open alerts of a connection over all channels."""
        async with self._database.reading("count open alerts of a connection") as opened:
            return await alerts.silenced(opened, workspace, connection)

    # cards

    async def card(self, ref: int) -> Card | None:
        """Return one card."""
        async with self._database.reading("read a card") as opened:
            return await cards.one(opened, ref)

    async def cards_of(self, workspace: str, kind: CardKind, subject: int) -> tuple[Card, ...]:
        """Return the cards of an outage or of a hold, or those of a watch that are not closed."""
        async with self._database.reading("read cards") as opened:
            return await cards.about(opened, workspace, kind, subject)

    async def add_card(self, card: Card) -> Card | None:
        """Make a card of an outage or a hold; None if this channel has one for it."""
        async with self._database.changing("add a card") as opened:
            return await cards.add(opened, card)

    async def look_at_cards(self, dues: Mapping[int, datetime]) -> None:
        """Make cards due at these moments, unless they are due earlier."""
        if not dues:
            return
        async with self._database.changing("make cards due") as opened:
            await cards.look_at(opened, dues)

    async def look_at_open_cards(self, workspace: str, now: datetime) -> None:
        """Make all cards of watches due that are not closed."""
        async with self._database.changing("make open cards due") as opened:
            await cards.look_at_open(opened, workspace, now)

    async def members(self, card: int) -> tuple[Alert, ...]:
        """Return all alerts that this card tells of, by `Alert.ref`."""
        async with self._database.reading("read a card's alerts") as opened:
            return await alerts.on_card(opened, card)

    async def untold(self, card: int) -> tuple[AlertStep, ...]:
        """Return the steps of a card's alerts that somebody is still to be told of, oldest first."""
        async with self._database.reading("read what a card has to tell") as opened:
            return await alerts.untold(opened, card)

    async def cards_due(self, workspace: str, now: datetime, *, most: int) -> tuple[Card, ...]:
        """Return cards that are due and not leased, the longest due first."""
        async with self._database.reading("read due cards") as opened:
            return await cards.due(opened, workspace, now, most=most)

    async def claim_card(
        self, ref: int, *, attempt: int, holder: str, now: datetime, lease_until: datetime
    ) -> Card | None:
        """Take a due card; returns it as it was."""
        async with self._database.changing("claim a card") as opened:
            return await card_work.claim(opened, ref, attempt=attempt, holder=holder, now=now, lease_until=lease_until)

    async def begin_sending(self, ref: int, *, attempt: int, sending: Sending, lease_until: datetime) -> bool:
        """Note what is about to be sent."""
        async with self._database.changing("begin to send") as opened:
            return await card_work.begin_sending(opened, ref, attempt=attempt, sending=sending, lease_until=lease_until)

    async def sent(
        self, ref: int, *, attempt: int, sending: Sending, posted: Posted | None, drawn: str | None, now: datetime
    ) -> bool:
        """Note that it was sent: a card has its message, its alerts are announced, its steps are told."""
        async with self._database.changing("note what was sent") as opened:
            return await card_work.sent(
                opened, ref, attempt=attempt, sending=sending, posted=posted, drawn=drawn, now=now
            )

    async def edited(self, ref: int, *, attempt: int, drawn: str, now: datetime) -> bool:
        """Note that the message of a card was changed."""
        async with self._database.changing("note an edit") as opened:
            return await card_work.edited(opened, ref, attempt=attempt, drawn=drawn, now=now)

    async def let_go(
        self,
        ref: int,
        *,
        attempt: int,
        due_at: datetime | None,
        reason: str = "",
        failed: bool = False,
        unsent: bool = False,
    ) -> bool:
        """Give a claim back."""
        async with self._database.changing("let a card go") as opened:
            return await card_work.let_go(
                opened, ref, attempt=attempt, due_at=due_at, reason=reason, failed=failed, unsent=unsent
            )

    async def close_card(self, ref: int, *, attempt: int, now: datetime) -> bool:
        """Close a card whose alerts have all ended."""
        async with self._database.changing("close a card") as opened:
            return await card_work.close(opened, ref, attempt=attempt, now=now)

    async def continue_card(self, ref: int, *, attempt: int, now: datetime) -> Card | None:
        """Close a card and make another one with its open alerts, due now."""
        async with self._database.changing("continue a card") as opened:
            return await card_work.continue_on(opened, ref, attempt=attempt, now=now)

    async def drop_unannounced(self, ref: int, *, attempt: int) -> bool:
        """Forget a card that was never sent and has nothing to say any more."""
        async with self._database.changing("drop a card") as opened:
            return await card_work.drop(opened, ref, attempt=attempt)

    # sources

    async def outages(self, workspace: str) -> tuple[Outage, ...]:
        """Return outages that have not ended."""
        async with self._database.reading("read outages") as opened:
            return await outages.running(opened, workspace)

    async def outage(self, ref: int) -> Outage | None:
        """Return one."""
        async with self._database.reading("read an outage") as opened:
            return await outages.one(opened, ref)

    async def save_outage(self, outage: Outage) -> Outage | None:
        """Write an outage; None if it has another version by now, or there is one already."""
        async with self._database.changing("save an outage") as opened:
            return await outages.save(opened, outage)

    async def holds(self, workspace: str) -> tuple[Hold, ...]:
        """Return holds that were not released."""
        async with self._database.reading("read holds") as opened:
            return await outages.held(opened, workspace)

    async def released_holds(self, workspace: str) -> tuple[Hold, ...]:
        """Return holds that a person released, and that were not let through yet."""
        async with self._database.reading("read released holds") as opened:
            return await outages.released(opened, workspace)

    async def hold(self, ref: int) -> Hold | None:
        """Return one."""
        async with self._database.reading("read a hold") as opened:
            return await outages.one_hold(opened, ref)

    async def save_hold(self, hold: Hold) -> Hold | None:
        """Write a hold; None as in `save_outage`."""
        async with self._database.changing("save a hold") as opened:
            return await outages.save_hold(opened, hold)

    # the clock

    async def clock_went_back(self, workspace: str, now: datetime, *, lease_until: datetime) -> int:
        """Forget what was planned while the clock was ahead; returns how many alerts and cards are looked at again."""
        async with self._database.changing("forget what is to come of alerts") as opened:
            return await watch_steps_back.forget(opened, workspace, now, lease_until=lease_until)

    async def purge_alerts(self, before: datetime) -> int:
        """Forget ended alerts, closed cards, outages and holds older than that; returns how many.

        The slow search only reads: what it finds is looked at again before it is forgotten.
        """
        async with self._database.reading("find old alerts") as opened:
            refs = await alert_purge.old_alerts(opened, before)
            steps = await alert_purge.old_steps(opened, before)
        async with self._database.changing("forget old alerts") as opened:
            await alert_purge.forget_steps(opened, steps)
            return await alert_purge.forget(opened, before, refs)
