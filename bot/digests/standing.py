"""The alerts of a digest's channel: what is open there, and what was put off and comes back before the next digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.answers import OpenAlert
from bot.model import AlertFilter, Scope

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.model import Digest, Raised
    from bot.ports import Store, WatchLedger

MOST_READ: Final = 500
"""Alerts of one channel that are looked through."""

MOST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a digest says of the alerts of its channel."""

    alerts: tuple[OpenAlert, ...] = ()
    """The longest open ones."""

    total: int = 0
    ending: tuple[OpenAlert, ...] = ()
    """Those whose snooze or exemption ends before the next digest, the first to end first."""


async def standing(
    ledger: WatchLedger, store: Store, digest: Digest, matching: Collection[int], *, until: datetime | None
) -> Standing:
    """Look at the alerts of a digest's channel, as far as its filters let their projects through.

    Args:
        ledger: knows the alerts.
        store: has the projects.
        digest: whose channel it is.
        matching: `Entry.ref` of the projects that its filters let through.
        until: when the next digest is due; None: nobody knows.

    Raises:
        StoreError: our database could not be used.
    """
    raised = await ledger.raised(digest.workspace, digest.channel, AlertFilter(), most=MOST_READ)
    ours = [each for each in raised if each.alert.project in matching]
    open_ones = [each for each in ours if each.alert.is_open]
    ending = sorted(
        ((end, each.alert.ref, each) for each in ours if (end := ends_at(each)) is not None and until and end <= until),
        key=lambda found: found[:2],
    )
    shown = [*open_ones[:MOST_SHOWN], *(each for _, _, each in ending[:MOST_SHOWN])]
    scope = Scope(workspace=digest.workspace, channel=digest.channel)
    entries = await store.get_many(scope, sorted({each.alert.project for each in shown})) if shown else {}

    def known(found: list[Raised]) -> tuple[OpenAlert, ...]:
        return tuple(
            OpenAlert(raised=each, entry=entries[each.alert.project])
            for each in found[:MOST_SHOWN]
            if each.alert.project in entries
        )

    return Standing(alerts=known(open_ones), total=len(open_ones), ending=known([each for _, _, each in ending]))


def ends_at(raised: Raised) -> datetime | None:
    """Return when an alert that was put off is heard of again; None: it was not, or without a date."""
    alert = raised.alert
    ends = [silence.until for silence in (alert.snooze, alert.keep) if silence is not None]
    return min((end for end in ends if end is not None), default=None)
