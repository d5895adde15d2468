"""What people change: digests, watches and what is said of alerts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.alerts.book import WatchBook
from bot.alerts.desk import AlertDesk
from bot.digests.book import DigestBook
from bot.model import LOCAL_WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import Clock, Ledger, WatchLedger
    from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The books of one workspace."""

    digests: DigestBook
    watches: WatchBook
    desk: AlertDesk


def open_books(
    settings: Settings, ledger: Ledger, watches: WatchLedger, clock: Clock, nudge: Callable[[], None]
) -> Books:
    """Open the books.

    Args:
        settings: who may do what.
        ledger: keeps digests.
        watches: keeps watches and alerts.
        clock: tells the time.
        nudge: asks the engine to look for work soon, after every change.
    """
    operators = settings.rollcall_operators_channel
    return Books(
        digests=DigestBook(LOCAL_WORKSPACE, ledger, clock, settings.admins, nudge),
        watches=WatchBook(LOCAL_WORKSPACE, watches, clock, settings.admins, nudge),
        desk=AlertDesk(LOCAL_WORKSPACE, watches, clock, settings.admins, nudge, operators_channel=operators),
    )
