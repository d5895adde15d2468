"""What a digest may be compared with, and where that is not fair. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.digests.snapshot import is_blind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.model import Digest, Freshness, Snapshot

FIRST = "first digest"
OTHER_FILTERS = "the filters changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The last delivered digest, as far as this one can be compared with it."""

    snapshot: Snapshot | None
    """None: there is nothing to compare with."""

    compared: frozenset[str] = frozenset()
    """Connections that can be seen now, and could be seen then or whose older marks were kept."""

    carried: frozenset[str] = frozenset()
    """Connections that are blind now, and whose marks the next digest is to be compared with."""

    not_compared: tuple[str, ...] = ()
    """Titles of the others."""

    fresh_start: str = ""
    """Why it is compared with nothing, or with less than there is now."""

    gap_moved: bool = False
    """Whether a connection became blind since, or can be seen again: that is worth a message."""


def baseline_of(
    snapshot: Snapshot | None, digest: Digest, sources: Sequence[Freshness], now: datetime, *, delivered: bool
) -> Baseline:
    """Decide what can be compared.

    Args:
        snapshot: what the last delivered digest knew.
        digest: the one that is written now.
        sources: the connections that its filters concern.
        now: when it is written.
        delivered: whether any message of it was ever sent.
    """
    if snapshot is None or snapshot.query != digest.query:
        return Baseline(snapshot=None, fresh_start=OTHER_FILTERS if delivered else FIRST)
    blind = {known.connection for known in sources if is_blind(known, now)}
    added = [known for known in sources if _is_later(known, snapshot) and known.connection not in blind]
    familiar = {known.connection for known in sources if _has_marks(known, snapshot)}
    compared = familiar - blind
    removed = {mark.connection for mark in snapshot.marks.values()} - {known.connection for known in sources}
    reasons = [f"{known.title} was not there then" for known in added if snapshot.knows(known.connection)]
    reasons += [f"{name} is no longer connected" for name in sorted(removed)]
    return Baseline(
        snapshot=snapshot,
        compared=frozenset(compared),
        carried=frozenset(familiar & blind),
        not_compared=(*(known.title for known in sources if known.connection not in compared), *sorted(removed)),
        fresh_start=" and ".join(reasons),
        gap_moved=blind != {*snapshot.blind},
    )


def _is_later(known: Freshness, snapshot: Snapshot) -> bool:
    """Tell whether a connection was read for the first time after that digest: none of its projects is news."""
    return known.watched_since is not None and known.watched_since > snapshot.known_at(known.connection)


def _has_marks(known: Freshness, snapshot: Snapshot) -> bool:
    """Tell whether there is what a connection can be compared with, be it that none of its projects matched."""
    read = known.last_success_at is not None
    return read and snapshot.knows(known.connection) and not _is_later(known, snapshot)
