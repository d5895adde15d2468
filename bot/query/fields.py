"""The typed table of filters: one row each. Help, README and the reader all live on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from bot.model import EmptyPolicy, Signal, State


class Kind(Enum):
    """What a field's value may look like."""

    FLAG = "true or false"
    CHOICE = "one of a few words"
    WORD = "a word, `*` allowed"
    TEXT = "a part of the text; with `*` the whole of it"
    EXACT = "exactly this; `*` allowed"
    NUMBER = "`3` `>3` `>=3` `<3` `3..5`"
    TIME = "`<7d` `>30d` `today` `2026-01-31` `2026-01-01..2026-01-31`"
    ORDER = "a sort key, `-` turns it round"
    COUNT = "a number"
    AGE = "an age: `12h` `30d` `2w`"
    SINCE = "an age or a date"
    MODE = "a word for one verb"
    HOURS = "two times of a day, `9-17`, or `any`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One filter."""

    name: str
    kind: Kind
    summary: str
    examples: tuple[str, ...]
    words: dict[str, bool] = field(default_factory=dict)
    """Words for true and false beyond the usual ones; the first of each is printed."""

    verbs: tuple[str, ...] = ()
    """Where it may be used; empty: everywhere."""

    choices: tuple[str, ...] = ()
    """The words that a `Kind.MODE` may be."""


SORT_KEYS: Final = ("match", "name", "updated", "created", "services", "viewers", "queue", "source")
"""What a list can be sorted by. Names and sources run from A, times from the newest, numbers from the largest;
a project without the value comes last either way."""

DESCENDING: Final = frozenset({"updated", "created", "services", "viewers", "queue"})

FIELDS: Final = (
    Field(
        name="archived",
        kind=Kind.FLAG,
        summary="put away at its source; hidden unless you ask",
        examples=("archived:true", "archived:any"),
    ),
    Field(
        name="pinned",
        kind=Kind.FLAG,
        summary="pinned by the bot's own account at the source",
        examples=("pinned:true", "-pinned:true"),
    ),
    Field(
        name="mine",
        kind=Kind.FLAG,
        summary="created by the bot's own account: the sources know no Slack users",
        examples=("mine:true",),
    ),
    Field(
        name="source",
        kind=Kind.CHOICE,
        summary="the system it lives in",
        examples=("source:streampixel", "-source:microvisualizer"),
    ),
    Field(
        name="connection",
        kind=Kind.CHOICE,
        summary="the account it was read through",
        examples=("connection:streampixel",),
    ),
    Field(
        name="state",
        kind=Kind.CHOICE,
        summary="what it is: active, quiet, inactive, off, lapsed, archived, gone, unknown",
        examples=("state:inactive", "state:off,lapsed"),
    ),
    Field(
        name="status",
        kind=Kind.FLAG,
        summary="switched on or off at its source",
        examples=("status:off",),
        words={"on": True, "off": False, "enabled": True, "disabled": False},
    ),
    Field(
        name="subscription",
        kind=Kind.WORD,
        summary="the source's word for its paid plan",
        examples=("subscription:active", "-subscription:active", "subscription:past*"),
    ),
    Field(
        name="services",
        kind=Kind.NUMBER,
        summary="services in the architecture",
        examples=("services:0", "services:>10"),
    ),
    Field(
        name="viewers",
        kind=Kind.NUMBER,
        summary="people watching, at the last measurement",
        examples=("viewers:>0", "viewers:5..20"),
    ),
    Field(name="queue", kind=Kind.NUMBER, summary="people waiting, at the last measurement", examples=("queue:>0",)),
    Field(
        name="live",
        kind=Kind.FLAG,
        summary="somebody is watching or waiting, at the last measurement",
        examples=("live:true",),
    ),
    Field(name="by", kind=Kind.TEXT, summary="who created it", examples=("by:anna", "by:*ci*")),
    Field(name="updated-by", kind=Kind.TEXT, summary="who changed it last", examples=("updated-by:deploy-bot",)),
    Field(
        name="updated",
        kind=Kind.TIME,
        summary="when it or one of its services changed last",
        examples=("updated:<7d", "updated:>30d", "updated:today"),
    ),
    Field(
        name="created",
        kind=Kind.TIME,
        summary="when it was created",
        examples=("created:2026-01-01..2026-03-31", "created:>=2026-01-01"),
    ),
    Field(name="name", kind=Kind.TEXT, summary="its name", examples=("name:demo", "name:show*", 'name:"two words"')),
    Field(name="id", kind=Kind.EXACT, summary="its id at the source", examples=("id:checkout-a1b2c", "id:664f*")),
    Field(
        name="sort",
        kind=Kind.ORDER,
        summary=f"order: {', '.join(SORT_KEYS)}; newest and largest first, `-` turns it round",
        examples=("sort:updated", "sort:-name"),
    ),
    Field(name="limit", kind=Kind.COUNT, summary="at most so many projects, 1 to 1000", examples=("limit:5",)),
    Field(name="for", kind=Kind.AGE, summary="how long without activity", examples=("for:30d",), verbs=("inactive",)),
    Field(
        name="since",
        kind=Kind.SINCE,
        summary="how far back",
        examples=("since:7d", "since:2026-01-01"),
        verbs=("changes",),
    ),
    Field(
        name="empty",
        kind=Kind.MODE,
        summary="what to send when nothing changed: nothing (skip), one line, or everything (full)",
        examples=("empty:line", "empty:skip"),
        verbs=("digest",),
        choices=tuple(policy.value for policy in EmptyPolicy),
    ),
    Field(
        name="hours",
        kind=Kind.HOURS,
        summary="when a watch may tell something new: Monday to Friday between two times, or at any hour",
        examples=("hours:9-17", "hours:8:30-18", "hours:any"),
        verbs=("watch",),
    ),
    Field(
        name="broadcast",
        kind=Kind.MODE,
        summary="whether what is told in a thread is shown in the channel, too",
        examples=("broadcast:yes", "broadcast:no"),
        verbs=("watch",),
        choices=("yes", "no"),
    ),
    Field(
        name="signals",
        kind=Kind.MODE,
        summary="what counts as activity: edits, viewers, or, if you say nothing, all that the source tells",
        examples=("signals:viewers", "signals:edits"),
        verbs=("inactive",),
        choices=tuple(signal.value for signal in Signal),
    ),
)
"""Every filter, in the order in which help shows them."""

OPTIONS: Final = frozenset({Kind.ORDER, Kind.COUNT, Kind.AGE, Kind.SINCE, Kind.MODE, Kind.HOURS})
"""Kinds of fields that are no conditions: they do not decide which projects match."""

BY_NAME: Final = {each.name: each for each in FIELDS}
STATES: Final = tuple(state.value for state in State)
MOST_RESULTS: Final = 1000
LONGEST_NUMBER: Final = 9
"""Digits; more would not fit into a database integer, and no project has so many viewers."""


@dataclass(frozen=True, slots=True)
class Known:
    """Values that only this installation knows."""

    sources: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
