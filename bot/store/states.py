"""The common state of a project, computed by the database: `bot.model.state_of` in SQL; a test compares the two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.model import QUIET_SHARE, State
from bot.store.column_types import Instant
from bot.store.tables import project

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.model import Moment, Sight, Sights

_P: Final = project.c

_EDITED: Final = _P.updated_at.is_not(None)
_VIEWED: Final = _P.viewers_at.is_not(None)
"""Which of the signals that a project may have it has: a date of its edits, a measurement of its viewers."""

_UNSEEN: Final = sa.or_(_P.last_viewed_at.is_(None), _P.last_viewed_at < _P.measured_since)
"""Nobody was seen since the project itself is measured without a gap."""

_NOBODY: Final = ""
"""No connection has this name."""


def state(moment: Moment) -> sa.ColumnElement[str]:
    """Compute the state of each row; connections that are no different from others share one rule."""
    own = sorted({*moment.sights, *moment.blind_since})
    rules = [(_P.connection == name, _silence(moment.sights_of(name), moment.quiet_after)) for name in own]
    return sa.case(
        (_P.gone_at.is_not(None), State.GONE.value),
        (_P.archived == sa.true(), State.ARCHIVED.value),
        (_P.lapsed == sa.true(), State.LAPSED.value),
        (_P.enabled == sa.false(), State.OFF.value),
        *rules,
        else_=_silence(moment.sights_of(_NOBODY), moment.quiet_after),
    )


def _silence(sights: Sights, threshold: timedelta) -> sa.ColumnElement[str]:
    """Compute what `bot.model.inactivity` makes of silence, for the rows of one connection.

    Both signals speak: edits where they are dated, and else what we saw change, but only where viewers are counted,
    too; and viewers. Something is younger than an age if it is later than the cutoff of that age.
    """
    listing, viewers = sights.listing, sights.viewers
    changes = sa.and_(sa.not_(_EDITED), _VIEWED, _P.changed_at.is_not(None))
    unsure = [sa.and_(_VIEWED, _P.last_viewed_at.is_(None), _began_after(viewers, threshold))]
    unsure.append(sa.and_(_VIEWED, _UNSEEN, _P.measured_since > _cutoff(viewers, threshold)))
    unsure += [] if viewers.missed_before is None else [sa.and_(_VIEWED, _P.viewers_at <= viewers.missed_before)]
    unsure += [] if viewers.coverage(threshold).enough else [_VIEWED]
    unsure += [] if listing.coverage(threshold).enough else [changes]
    return sa.case(
        (sa.not_(sa.or_(_EDITED, _VIEWED)), State.UNKNOWN.value),
        (_active_after(sights, threshold * QUIET_SHARE), State.ACTIVE.value),
        (sa.or_(*unsure), State.UNKNOWN.value),
        (_active_after(sights, threshold), State.QUIET.value),
        else_=State.INACTIVE.value,
    )


def _active_after(sights: Sights, age: timedelta) -> sa.ColumnElement[bool]:
    """Tell whether somebody was seen at work, or as a viewer, less than that long ago."""
    edits, views = _cutoff(sights.listing, age), _cutoff(sights.viewers, age)
    return sa.or_(_P.updated_at > edits, _P.changed_at > edits, _P.last_viewed_at > views)


def _began_after(sight: Sight, age: timedelta) -> sa.ColumnElement[bool]:
    """Tell whether we look at a project for less than that long."""
    since, cutoff = sight.since, sight.cutoff(age)
    if since is not None and cutoff is not None and since > cutoff:
        return sa.true()
    return _P.first_seen_at > _cutoff(sight, age)


def _cutoff(sight: Sight, age: timedelta) -> sa.ColumnElement[datetime | Any]:
    """Return the latest moment that is so long ago on the clock of what we see."""
    return sa.literal(sight.cutoff(age), Instant)
