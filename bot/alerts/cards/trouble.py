"""What to do next about the card of a source in trouble: an outage, or a change too large to be believed. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.alerts.cards.actions import Abandon, Close, Drop, Edit, Post, Reply, Wait
from bot.alerts.cards.choosing import next_of
from bot.alerts.hours import opens_at
from bot.alerts.pace import EDIT_EVERY
from bot.model import Hours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.alerts.cards.actions import Action, Move
    from bot.model import Card, Hold, Outage

REMIND_EVERY: Final = timedelta(hours=4)
"""How often those who run Rollcall are told again that a source cannot be read."""

GIVE_UP_AFTER: Final = timedelta(days=30)
"""How long it is tried to tell a channel of an end; by then the channel is gone, or Rollcall is not wanted there."""


def decide_outage(
    card: Card, outage: Outage, *, drawn: str, hours: Hours | None, zone: str, reminds: bool, now: datetime
) -> Action:
    """Return what to do now about the card of an outage, or how long to wait.

    Args:
        card: which; it may be in the channel of those who run Rollcall or in one that watches the source.
        outage: what it tells of.
        drawn: fingerprint of the card as it would be drawn now.
        hours: when this channel is told what could wait; None: always.
        zone: IANA name, of these hours.
        reminds: whether the channel is told again and again, in working hours.
        now: aware UTC.
    """
    if card.closed_at is not None:
        return Wait()
    if card.posted is None:
        return Drop() if outage.ended_at is not None else next_of([(opens_at(hours, zone, now), Post())], now)
    if _is_hopeless(card, outage.ended_at, now):
        return Abandon()
    return next_of(_of_outage(card, outage, drawn=drawn, zone=zone, reminds=reminds, now=now), now)


def _of_outage(card: Card, outage: Outage, *, drawn: str, zone: str, reminds: bool, now: datetime) -> Iterator[Move]:
    told_at = card.told_at or card.posted_at or outage.since
    if outage.ended_at is not None and not card.end_told:
        yield now, Reply()
    yield from _edits(card, drawn, now)
    if outage.ended_at is not None:
        yield from [] if drawn != card.drawn else [(now, Close())]
    elif reminds:
        yield opens_at(Hours(), zone, max(told_at + REMIND_EVERY, now)), Reply()


def decide_hold(card: Card, hold: Hold, *, drawn: str, now: datetime) -> Action:
    """Return what to do now about the card of alerts that are held back, or how long to wait."""
    if card.closed_at is not None:
        return Wait()
    if card.posted is None:
        return Drop() if hold.released_at is not None else Post()
    if _is_hopeless(card, hold.released_at, now):
        return Abandon()
    return next_of(_of_hold(card, hold, drawn, now), now)


def _of_hold(card: Card, hold: Hold, drawn: str, now: datetime) -> Iterator[Move]:
    yield from _edits(card, drawn, now)
    if hold.released_at is not None and drawn == card.drawn:
        yield now, Close()


def _is_hopeless(card: Card, ended_at: datetime | None, now: datetime) -> bool:
    return ended_at is not None and card.failures > 0 and now - ended_at > GIVE_UP_AFTER


def _edits(card: Card, drawn: str, now: datetime) -> Iterator[Move]:
    if drawn != card.drawn:
        edited_at = max(at for at in (card.opened_at, card.posted_at, card.edited_at) if at is not None)
        yield max(edited_at + EDIT_EVERY, now), Edit()
