"""Comparing what the ledger says with what is at Slack."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.digests.jobs import delivery_key
from bot.model import DELIVERED, FINISHED, DeliveryState
from bot.schedules import slots

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.model import Delivery, Digest
    from bot.ports import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was found."""

    states: Counter[DeliveryState]
    doubled: tuple[str, ...]
    """Keys of messages that are at Slack more than once."""

    unnamed_holes: tuple[str, ...]
    """What is not at Slack, and the ledger does not say so with a reason; or a slot that it has no row for."""

    unnamed_posts: tuple[str, ...]
    """What is at Slack, and the ledger says that it is not."""

    kills: int = 0

    def line(self) -> str:
        """Summarise."""
        named = ", ".join(f"{state.value} {self.states[state]}" for state in FINISHED)
        return f"planned {self.states.total()}: {named}; doubled {len(self.doubled)}, kills {self.kills}"


@dataclass(frozen=True, slots=True)
class Page:
    """One digest as it was when it was added, and all its rows."""

    added: Digest
    now: Digest
    deliveries: Sequence[Delivery]


async def pages(ledger: Ledger, digests: Sequence[Digest]) -> list[Page]:
    """Read the whole ledger of these digests."""
    read = []
    for digest in digests:
        now = await ledger.digest(digest.ref)
        assert now is not None
        read.append(Page(digest, now, await ledger.deliveries(digest, most=100_000)))
    return read


def unfinished(book: Sequence[Page], due_by: datetime) -> list[Delivery]:
    """Return rows that were due by then and have not come to their end."""
    return [row for page in book for row in page.deliveries if row.state not in FINISHED and row.due_at <= due_by]


def audit(book: Sequence[Page], at_slack: Mapping[str, int], *, kills: int = 0) -> Audit:
    """Compare.

    Args:
        book: what the ledger says.
        at_slack: key to how many messages carry it.
        kills: how often a process was killed meanwhile.
    """
    rows = {delivery_key(row): row for page in book for row in page.deliveries}
    finished = [row for row in rows.values() if row.state in FINISHED]
    lost = [key for key, row in rows.items() if key not in at_slack and not _named(row)]
    return Audit(
        states=Counter(row.state for row in finished),
        doubled=tuple(key for key, number in at_slack.items() if number > 1),
        unnamed_holes=(*lost, *(slot for page in book for slot in _slots_without_row(page))),
        unnamed_posts=tuple(key for key in at_slack if key not in rows or not _may_be_there(rows[key])),
        kills=kills,
    )


def _named(row: Delivery) -> bool:
    """Tell whether a row says why there is no message, or that it is still to come."""
    return row.state not in DELIVERED and (row.state not in FINISHED or bool(row.reason))


def _may_be_there(row: Delivery) -> bool:
    """Tell whether a message of this row is no surprise: it was posted, or nobody knows, or nobody has looked yet."""
    return row.state not in {DeliveryState.SKIPPED, DeliveryState.FAILED}


def _slots_without_row(page: Page) -> list[str]:
    """Return slots between the first and the next one that nobody wrote a row for."""
    assert page.added.next is not None
    assert page.now.next is not None
    end = page.now.next.at
    due = [page.added.next, *takewhile(lambda slot: slot.at < end, slots(page.added.schedule, page.added.next.at))]
    there = {row.slot for row in page.deliveries}
    return [f"digest:{page.added.ref}:{slot.local}" for slot in due if slot.at < end and slot.local not in there]
