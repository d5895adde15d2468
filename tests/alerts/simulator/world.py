"""The truth that a simulation plays: half a year of two hundred projects, made from a seed.

Everything is decided beforehand, so that it can be asked for at any moment, and by anybody.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Kind = Callable[[Random, "Life", datetime], None]

START: Final = datetime(2026, 1, 5, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
EVERY: Final = 2 * HOUR
"""How often the bot looks; the product looks more often, which only makes delays shorter."""

MICRO: Final = "micro"
PIXEL: Final = "pixel"

TROUBLES: Final = ("busy", "down", "refused", "garbled", "half", "empty")
"""429, 5xx, 401, an answer that cannot be read, half a list, no list where there was one."""


@dataclass(frozen=True, slots=True)
class Span:
    """Time from one moment up to another."""

    since: datetime
    until: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until


@dataclass(slots=True)
class Timeline:
    """Moments in order, and what was so after each."""

    moments: list[datetime] = field(default_factory=list)

    def last(self, at: datetime) -> datetime | None:
        """Return the newest moment that is not after `at`."""
        place = bisect_right(self.moments, at)
        return self.moments[place - 1] if place else None


@dataclass(slots=True)
class Life:
    """What happens to one project; all spans and moments are true time."""

    id: str
    connection: str
    born: datetime
    edits: Timeline = field(default_factory=Timeline)
    sessions: list[Span] = field(default_factory=list)
    queues: list[Span] = field(default_factory=list)
    """Within sessions: somebody has to wait."""

    off: list[Span] = field(default_factory=list)
    lapsed: list[Span] = field(default_factory=list)
    missing: list[Span] = field(default_factory=list)
    """Its source does not list it."""

    archived: list[Span] = field(default_factory=list)
    pinned: bool = False

    def during(self, spans: list[Span], at: datetime) -> bool:
        """Tell whether a moment is in one of some spans, which are in order."""
        place = bisect_right(spans, at, key=lambda span: span.since)
        return bool(place) and at in spans[place - 1]

    def listed(self, at: datetime) -> bool:
        """Tell whether its source knows it."""
        return self.born <= at and not self.during(self.missing, at)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that cannot be read, or only badly."""

    connection: str
    kind: str
    span: Span
    only_viewers: bool = False


@dataclass(slots=True)
class World:
    """Everything that happens."""

    seed: int
    days: int
    lives: list[Life] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    downtimes: list[Span] = field(default_factory=list)
    """The bot does not run."""

    skews: list[tuple[Span, timedelta]] = field(default_factory=list)
    """How wrong the bot's clock is."""

    mass: Span | None = None
    """A third of one source vanishes, and comes back."""

    @property
    def end(self) -> datetime:
        """Where it ends."""
        return START + self.days * DAY

    def trouble(self, connection: str, at: datetime) -> Trouble | None:
        """Return what is wrong with a connection."""
        return next((each for each in self.troubles if each.connection == connection and at in each.span), None)

    def skew(self, at: datetime) -> timedelta:
        """Return how wrong the bot's clock is."""
        return next((by for span, by in self.skews if at in span), timedelta())

    def sleeps(self, at: datetime) -> bool:
        """Tell whether the bot does not run."""
        return any(at in span for span in self.downtimes)


def make_world(seed: int, *, days: int = 180, micro: int = 140, pixel: int = 60) -> World:
    """Make up a world."""
    random = Random(seed)  # noqa: S311 - made-up projects
    world = World(seed=seed, days=days)
    micro_kinds = _dealt(random, _MICRO, micro)
    pixel_kinds = _dealt(random, _PIXEL, pixel)
    for number, kind in enumerate(micro_kinds):
        life = Life(id=f"m{number:03}", connection=MICRO, born=START - 500 * DAY, pinned=random.random() < 0.1)
        kind(random, life, world.end)
        world.lives.append(life)
    for number, pixel_kind in enumerate(pixel_kinds):
        life = Life(id=f"p{number:03}", connection=PIXEL, born=START - 500 * DAY)
        pixel_kind(random, life, world.end)
        world.lives.append(life)
    _trouble(random, world)
    return world


# --- kinds of lives -----------------------------------------------------------------------------------------------


def _dealt(random: Random, kinds: dict[Kind, int], number: int) -> list[Kind]:
    """Deal kinds by weight, each at least once if there is room."""
    dealt = [*kinds, *random.choices(list(kinds), list(kinds.values()), k=number)][:number]
    random.shuffle(dealt)
    return dealt


def _edits(random: Random, since: datetime, until: datetime, low: float, high: float) -> Iterator[datetime]:
    at = since + random.uniform(0, high) * DAY
    while at < until:
        yield at
        at += random.uniform(low, high) * DAY


def _busy(random: Random, life: Life, end: datetime) -> None:
    life.edits.moments = list(_edits(random, START - 10 * DAY, end, 0.5, 5))


def _slow(random: Random, life: Life, end: datetime) -> None:
    """Edited just often enough, and now and then not."""
    life.edits.moments = list(_edits(random, START - 30 * DAY, end, 15, 34))


def _sleeper(random: Random, life: Life, end: datetime) -> None:
    """Falls silent for a season."""
    asleep = START + random.uniform(5, 120) * DAY
    awake = asleep + random.uniform(33, 90) * DAY
    life.edits.moments = [*_edits(random, START - 10 * DAY, asleep, 1, 6), *_edits(random, awake, end, 1, 6)]


def _dead(random: Random, life: Life, _end: datetime) -> None:
    life.edits.moments = [START - random.uniform(40, 400) * DAY]


def _leaver(random: Random, life: Life, end: datetime) -> None:
    """Is not listed for hours or days, quiet or not."""
    (_busy if random.random() < 0.5 else _dead)(random, life, end)
    at = START + random.uniform(10, 150) * DAY
    life.missing = [Span(at, at + random.choice([3 * HOUR, 2 * DAY, 12 * DAY, 400 * DAY]))]


def _put_away(random: Random, life: Life, end: datetime) -> None:
    """Is archived while it is quiet, and perhaps taken out again; both are edits."""
    _sleeper(random, life, end)
    at = START + random.uniform(20, 140) * DAY
    back = at + random.uniform(5, 60) * DAY
    life.archived = [Span(at, back)]
    life.edits.moments = sorted([*life.edits.moments, at, back])


def _newcomer(random: Random, life: Life, end: datetime) -> None:
    """Is created in the middle."""
    life.born = START + random.uniform(5, 100) * DAY
    life.edits.moments = [life.born, *_edits(random, life.born, life.born + 20 * DAY, 1, 9)]
    life.edits.moments = [at for at in life.edits.moments if at < end]


_MICRO: Final[dict[Kind, int]] = {
    _busy: 45, _slow: 12, _sleeper: 18, _dead: 12, _leaver: 5, _put_away: 4, _newcomer: 4,
}  # fmt: skip


def _visits(random: Random, since: datetime, until: datetime, low: float, high: float) -> Iterator[Span]:
    for at in _edits(random, since, until, low, high):
        yield Span(at, at + random.uniform(4.2, 9) * HOUR)


def _shown_daily(random: Random, life: Life, end: datetime) -> None:
    life.sessions = list(_visits(random, START - 3 * DAY, end, 0.5, 3))
    life.queues = [
        Span(span.since + HOUR / 4, span.until - HOUR / 4) for span in life.sessions if random.random() < 0.015
    ]  # fmt: skip


def _shown_seldom(random: Random, life: Life, end: datetime) -> None:
    life.sessions = list(_visits(random, START - 20 * DAY, end, 7, 19))


def _forgotten(random: Random, life: Life, end: datetime) -> None:
    """Is watched for a while, and then for a season not; one short look comes in between."""
    asleep = START + random.uniform(5, 110) * DAY
    awake = asleep + random.uniform(18, 70) * DAY
    glance = asleep + random.uniform(14.5, 17.5) * DAY
    life.sessions = [
        *_visits(random, START - 3 * DAY, asleep, 0.5, 3),
        *([Span(glance, glance + 0.9 * HOUR)] if random.random() < 0.4 else []),
        *_visits(random, awake, end, 0.5, 3),
    ]
    life.sessions.sort(key=lambda span: span.since)


def _never_shown(_random: Random, life: Life, _end: datetime) -> None:
    life.sessions = []


def _switched(random: Random, life: Life, end: datetime) -> None:
    """Is switched on and off, for days or, for a while, every day."""
    _shown_daily(random, life, end)
    at = START + random.uniform(10, 140) * DAY
    if random.random() < 0.5:
        life.off = [Span(at + number * DAY, at + number * DAY + 11 * HOUR) for number in range(9)]
    else:
        life.off = [Span(at, at + random.uniform(1, 20) * DAY)]


def _unpaid(random: Random, life: Life, end: datetime) -> None:
    """Is no longer paid for, which switches it off."""
    _forgotten(random, life, end)
    at = START + random.uniform(10, 140) * DAY
    life.lapsed = [Span(at, at + random.uniform(2, 30) * DAY)]
    life.off = list(life.lapsed)


_PIXEL: Final[dict[Kind, int]] = {
    _shown_daily: 40, _shown_seldom: 12, _forgotten: 25, _never_shown: 6, _switched: 10, _unpaid: 7,
}  # fmt: skip


# --- what goes wrong ----------------------------------------------------------------------------------------------


def _trouble(random: Random, world: World) -> None:
    for connection in (MICRO, PIXEL):
        for at in _edits(random, START + DAY, world.end - 5 * DAY, 7, 22):
            kind = random.choice(TROUBLES)
            longest = 4.0 if kind in {"half", "empty"} else random.choice([0.5, 3.0, 12.0, 28.0])
            span = Span(at, at + random.uniform(0.1, longest) * HOUR)
            only_viewers = connection == PIXEL and kind not in {"half", "empty"} and random.random() < 0.3
            world.troubles.append(Trouble(connection, kind, span, only_viewers))
    for at in _edits(random, START + 20 * DAY, world.end - 5 * DAY, 20, 40):
        world.troubles.append(
            Trouble(PIXEL, "refused", Span(at, at + random.uniform(36, 90) * HOUR), only_viewers=True)
        )
    for at in _edits(random, START + DAY, world.end - 5 * DAY, 12, 40):
        world.downtimes.append(Span(at, at + random.choice([0.1, 1.0, 9.0, 30.0]) * HOUR))
    for at in _edits(random, START + 3 * DAY, world.end - 5 * DAY, 20, 50):
        by = random.choice([-2, -0.5, 0.5, 2]) * HOUR
        world.skews.append((Span(at, at + random.uniform(0.5, 6) * HOUR), by))
    if world.days > 120:
        world.mass = Span(START + 100 * DAY + 10 * HOUR, START + 101 * DAY)
        for life in world.lives:
            if life.connection == MICRO and life.id[-1] in "147" and life.born < world.mass.since:
                life.missing = sorted([*life.missing, world.mass], key=lambda span: span.since)
