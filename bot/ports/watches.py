"""Watches, their alerts, and the cards that tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChange:
    """One alert as it shall be, and what is to be recorded of that."""

    alert: Alert
    """With the version that was seen; 0: it is new."""

    steps: tuple[AlertStep, ...] = ()
    """`AlertStep.ref` and `AlertStep.alert` mean nothing yet."""


class WatchLedger(Protocol):
    """Our database, as far as it keeps watches, alerts and cards.

    Every method may raise `StoreError`, and nothing else. All may be called concurrently, by several processes; each is
    one transaction. What takes a version or an attempt changes nothing and returns False (or None) if somebody else
    was faster.
    """

    # watches

    async def add_watch(self, draft: WatchDraft, *, now: datetime, most: int) -> Watch | None:
        """Keep a new watch with the next free number of its channel, and record who added it.

        None if the channel has `most` already. Nothing is known yet of how far it was evaluated.
        """
        ...

    async def watches(self, workspace: str, channel: str | None = None) -> tuple[Watch, ...]:
        """Return the watches of a channel by number, or of all channels by `Watch.ref`; removed ones are not."""
        ...

    async def watch(self, ref: int) -> Watch | None:
        """Return one watch, unless it was removed."""
        ...

    async def edit_watch(self, watch: Watch, draft: WatchDraft, change: DigestChange) -> bool:
        """Change a watch and record it; how far it was evaluated is forgotten if condition or query changed.

        False if it has another version by now. Channel, workspace and owner stay.
        """
        ...

    async def pause_watch(self, watch: Watch, pause: Pause | None, change: DigestChange) -> bool:
        """Let a watch rest, or wake it (None); waking forgets how far it was evaluated. False as in `edit_watch`."""
        ...

    async def pause_watches(
        self, workspace: str, pause: Pause, change: DigestChange, *, channel: str | None = None
    ) -> tuple[Watch, ...]:
        """Let all watches rest that do not yet, in one channel or in all; returns them as they rest now."""
        ...

    async def paused_watches(self, workspace: str, kind: PauseKind, channel: str | None = None) -> tuple[Watch, ...]:
        """Return the watches that rest for this reason, in one channel or in all."""
        ...

    async def remove_watch(self, watch: Watch, change: DigestChange) -> bool:
        """Remove a watch; its alerts stay as they are. False as in `edit_watch`."""
        ...

    async def record_of_watch(self, watch: Watch, *, most: int) -> tuple[DigestChange, ...]:
        """Return the newest changes of a watch, newest first."""
        ...

    # evaluating

    async def progress(self, workspace: str) -> Mapping[tuple[int, str], datetime]:
        """Return how far each watch was evaluated: ``(Watch.ref, connection)`` to the cutoff of its condition then.

        What is missing was never evaluated.
        """
        ...

    async def note_progress(
        self, marks: Mapping[tuple[int, str], datetime], *, seen: Mapping[int, int] | None = None
    ) -> None:
        """Note how far watches were evaluated.

        Args:
            marks: as `progress` returns them.
            seen: `Watch.ref` to the version that was evaluated; of a watch that has another one by now, or that was
                removed, nothing is noted: what it asks now was never evaluated.
        """
        ...

    async def mute(self, workspace: str) -> frozenset[tuple[int, str]]:
        """Return the places, as in `progress`, where a watch was evaluated before and has not been able to since."""
        ...

    async def note_mute(self, places: Iterable[tuple[int, str]]) -> None:
        """Note that watches cannot be evaluated in these places of `progress`, until `note_progress` says otherwise."""
        ...

    async def alerts_of(self, watch: int, projects: Sequence[int]) -> Mapping[int, Alert]:
        """Return the alerts of a watch for these projects (`Entry.ref` to alert), whatever their state."""
        ...

    async def alerts_about(self, projects: Sequence[int]) -> Mapping[tuple[int, int], Alert]:
        """Return the alerts of all watches for these projects: ``(Watch.ref, Entry.ref)`` to alert."""
        ...

    async def alerts_due(self, workspace: str, now: datetime, *, most: int) -> tuple[Alert, ...]:
        """Return alerts whose `next_at` has come, the longest due first.

        Those of a watch that rests wait until it wakes. Those of a removed one are there, so that they can be ended.
        """
        ...

    async def alerts_of_removed(self, workspace: str, *, most: int) -> tuple[Alert, ...]:
        """Return alerts that are open, snoozed or kept although their watch was removed."""
        ...

    async def alerts_elsewhere(
        self, workspace: str, connections: Collection[str], *, most: int
    ) -> tuple[Alert, ...]:  # fmt: skip
        """Return alerts that are open, or wait to be confirmed, at other connections than these."""
        ...

    async def forget_elsewhere(self, workspace: str, connections: Collection[str]) -> None:
        """Forget how far watches were evaluated at other connections than these."""
        ...

    async def change_alerts(self, changes: Sequence[AlertChange], *, now: datetime) -> tuple[Alert, ...]:
        """Write alerts and their record; returns those that were written, with their new version, number and card.

        A change whose alert has another version by now is left out, with its steps (a new one: if the pair has an
        alert already). `Alert.revision` grows by the number of steps. An alert that opens gets its channel's next
        number, if it has none, and the open card of its watch and connection, which is made if there is none. Cards
        are not made due: see `look_at_cards`.
        """
        ...

    # asking

    async def raised(
        self, workspace: str, channel: str, wanted: AlertFilter, *, most: int, steps: int = 0
    ) -> tuple[Raised, ...]:
        """Return alerts of a channel's watches, the longest open first, then kept and ended ones, newest first.

        Args:
            workspace: whose.
            channel: where their watches live.
            wanted: which.
            most: at most so many.
            steps: so many of the newest entries of each one's record, newest first.
        """
        ...

    async def silenced(self, workspace: str, connection: str) -> int:
        """Count open alerts of a connection over all channels."""
        ...

    # cards

    async def card(self, ref: int) -> Card | None:
        """Return one card."""
        ...

    async def cards_of(self, workspace: str, kind: CardKind, subject: int) -> tuple[Card, ...]:
        """Return the cards of an outage or of a hold, or (kind WATCH) of a watch that are not closed."""
        ...

    async def add_card(self, card: Card) -> Card | None:
        """Make a card of an outage or a hold; None if this channel has one for it."""
        ...

    async def look_at_cards(self, dues: Mapping[int, datetime]) -> None:
        """Make cards due at these moments, unless they are due earlier."""
        ...

    async def look_at_open_cards(self, workspace: str, now: datetime) -> None:
        """Make all cards of watches due that are not closed."""
        ...

    async def members(self, card: int) -> tuple[Alert, ...]:
        """Return all alerts that this card tells of, ended ones too, by `Alert.ref`."""
        ...

    async def untold(self, card: int) -> tuple[AlertStep, ...]:
        """Return the steps of a card's alerts that somebody is still to be told of, oldest first."""
        ...

    async def cards_due(self, workspace: str, now: datetime, *, most: int) -> tuple[Card, ...]:
        """Return cards that are due and not leased, the longest due first."""
        ...

    async def claim_card(
        self, ref: int, *, attempt: int, holder: str, now: datetime, lease_until: datetime
    ) -> Card | None:
        """Take a due card as its attempt number `attempt`; returns it as it was, so that `sending` tells of a death.

        None if it is leased, is not due, or has had this attempt already.
        """
        ...

    async def begin_sending(self, ref: int, *, attempt: int, sending: Sending, lease_until: datetime) -> bool:
        """Note what is about to be sent; False if the claim was lost."""
        ...

    async def sent(
        self, ref: int, *, attempt: int, sending: Sending, posted: Posted | None, drawn: str | None, now: datetime
    ) -> bool:
        """Note that it was sent: a card has its message, its alerts are announced, its steps are told.

        Args:
            ref: of the card.
            attempt: number of the claim.
            sending: what was sent.
            posted: the message; None for what a person got.
            drawn: fingerprint of the card, if that was it.
            now: aware UTC.

        Returns False if the claim was lost: then nothing is noted.
        """
        ...

    async def edited(self, ref: int, *, attempt: int, drawn: str, now: datetime) -> bool:
        """Note that the message of a card was changed; False if the claim was lost."""
        ...

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
        """Give a claim back; `due_at` None: until something new. False if the claim was lost.

        What made the card due meanwhile stays. `failed` counts a failure; without it they are forgotten. `unsent` says
        that nothing is on its way any more: then `Card.sending` is forgotten, too.
        """
        ...

    async def close_card(self, ref: int, *, attempt: int, now: datetime) -> bool:
        """Close a card whose alerts have all ended; False if the claim was lost, or if one opened meanwhile."""
        ...

    async def continue_card(self, ref: int, *, attempt: int, now: datetime) -> Card | None:
        """Close a card and make another one with its open alerts, due now; None if the claim was lost."""
        ...

    async def drop_unannounced(self, ref: int, *, attempt: int) -> bool:
        """Forget a card that was never sent and has nothing to say any more; False if the claim was lost."""
        ...

    # sources

    async def outages(self, workspace: str) -> tuple[Outage, ...]:
        """Return outages that have not ended."""
        ...

    async def outage(self, ref: int) -> Outage | None:
        """Return one."""
        ...

    async def save_outage(self, outage: Outage) -> Outage | None:
        """Write an outage (`ref` 0: a new one); None if it has another version by now, or there is one already."""
        ...

    async def holds(self, workspace: str) -> tuple[Hold, ...]:
        """Return holds that were not released."""
        ...

    async def released_holds(self, workspace: str) -> tuple[Hold, ...]:
        """Return holds that a person released, and that were not let through yet."""
        ...

    async def hold(self, ref: int) -> Hold | None:
        """Return one."""
        ...

    async def save_hold(self, hold: Hold) -> Hold | None:
        """Write a hold; None as in `save_outage`."""
        ...

    # the clock

    async def clock_went_back(self, workspace: str, now: datetime, *, lease_until: datetime) -> int:
        """Forget what was planned while the clock was ahead; returns how many alerts and cards are looked at again.

        Leases end at `lease_until` at the latest. What was to be looked at only after that is due now, so that it is
        planned anew. Marks of progress that lie after now are forgotten: they would hide what crosses until then. What
        people said stays as it is.
        """
        ...

    async def purge_alerts(self, before: datetime) -> int:
        """Forget ended alerts, closed cards, outages and holds older than that; returns how many.

        Entries of a record that are older go, too, once nobody is to be told of them, but never the newest 20 of an
        alert; these are not counted.
        """
        ...
