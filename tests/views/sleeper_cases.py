"""Answers of `inactive`, for the tests of what people see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.answers import ProjectList
from bot.model import AlertState, Entry, Found, Freshness, Moment, Raised, Sight, Sights, State, Stretch, Tally
from bot.query import Query
from tests.builders import HOSTILE, NOW, entry, fresh, microvisualizer, streampixel
from tests.views.watch_cases import ACKED, DAY, KEPT, PEOPLE, SNOOZED, alert, watch

FRESH = (fresh(), fresh("streampixel"))


def looked(days: float, *, looks: float = 1.0) -> Sight:
    """Return regular looks for so many days until now; `looks` is the share of them that were good."""
    every = timedelta(minutes=10)
    good = int(days * DAY / every * looks)
    return Sight((Stretch(since=NOW - days * DAY, until=NOW, looks=good + 1, every=every),))


def seen(days: float, *, looks: float = 1.0) -> Moment:
    """Return a moment after so many days of looking at both sources."""
    sight = looked(days, looks=looks)
    sights = Sights(listing=sight, viewers=sight)
    return Moment(now=NOW, sights={"microvisualizer": sights, "streampixel": sights})


OLD = entry(microvisualizer(name="Checkout", idle=71 * DAY), ref=1)
PINNED = entry(microvisualizer(name="Reference", idle=40 * DAY, pinned=True), ref=2)
EMPTY = entry(streampixel(name="Yacht configurator"), ref=3, viewers=(0, 0), first_seen_at=NOW - 60 * DAY)
LAST_SEEN = entry(streampixel(name="Loft"), ref=4, viewers=(0, 0), last_viewed_at=NOW - 33 * DAY)
OFF = entry(streampixel(name="Showroom", enabled=False), ref=5, viewers=(0, 0), last_viewed_at=NOW - 90 * DAY)
LAPSED = entry(streampixel(name="Fair 2025", subscription="past_due"), ref=6)
EVERY_KIND = (OLD, PINNED, EMPTY, LAST_SEEN, OFF, LAPSED)


def sleepers(*rows: Entry, unknown: int = 0, **given: Any) -> ProjectList:
    """Return an answer of `inactive` over both sources."""
    states = {("microvisualizer", State.INACTIVE): 2, ("streampixel", State.UNKNOWN): unknown}
    query = Query(modes=given.pop("modes", ()))
    freshness: tuple[Freshness, ...] = given.pop("freshness", FRESH)
    plain: dict[str, Any] = {
        "verb": "inactive",
        "command": "inactive",
        "query": query,
        "found": Found(entries=rows, total=len(rows)),
        "freshness": freshness,
        "moment": seen(60),
        "tally": Tally(states=states, subscriptions={}, events={}, live=0, queued=0, measured=0, measurable=0),
        "unsure": unknown,
        "people": PEOPLE,
    }
    return ProjectList(**(plain | given))


def raised(number: int | None, **given: Any) -> tuple[Raised, ...]:
    """Return what watch 2 says of a project."""
    return (Raised(alert=alert(number, **given), watch=watch()),)


COVERED = {
    1: raised(12, owner="U0BEN", snooze=SNOOZED),
    3: raised(13, ack=ACKED),
    2: raised(14, state=AlertState.CLOSED, keep=KEPT),
}

SLEEPER_CASES = {
    "inactive": sleepers(*EVERY_KIND, unknown=3, moment=seen(60, looks=0.5)),
    "inactive_watched": sleepers(*EVERY_KIND, raised=COVERED, watches=1),
    "inactive_none": sleepers(unknown=3, moment=seen(9)),
    "inactive_by_viewers": sleepers(EMPTY, LAST_SEEN, unknown=4, modes=(("signals", "viewers"),)),
    "inactive_hostile": sleepers(
        *(
            entry(microvisualizer(name=name, idle=90 * DAY, updated_by=name), ref=n)
            for n, name in enumerate(HOSTILE, 1)
        ),
        raised={1: raised(9, owner="U0ANNA"), 4: raised(10)},
        people={"U0ANNA": HOSTILE[0]},
    ),
}
