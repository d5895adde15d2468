"""What should be told, worked out from the script of a world and from when it was looked at; nothing of the bot's own.

Silence counts on the days of its watch, from the last activity that could be known to the last good look, without the
time in which nobody could look. Every judgement has a kind and a strict reading: what may be told, and what must be.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.model import ConditionKind, Signal
from tests.alerts.simulator.world import DAY, EVERY, HOUR, MICRO, PIXEL, START

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.alerts.simulator.play import Order, Play
    from tests.alerts.simulator.world import Life, Span

BLIND_FROM: Final = 2.5 * EVERY
"""Two planned looks and a half: a longer pause between two looks is time in which nobody could see."""

SLACK: Final = timedelta(minutes=2)
SKEWED: Final = EVERY + 2 * HOUR
"""How wrong a date can be that was read from a clock that was wrong, and a pause beside it."""

ABSENT: Final = 6 * HOUR
GRACE: Final = timedelta(minutes=10)
"""After blindness there have to be two good looks, and so much time."""

ZONE: Final = ZoneInfo("Europe/Berlin")
NOTHING: Final = timedelta()


class Looking:
    """When somebody looked at something, in true time, and how much was seen of any time."""

    def __init__(self, looks: Sequence[datetime]) -> None:
        self.looks = sorted(set(looks))
        self._covered: dict[tuple[datetime, timedelta, float], bool] = {}
        self._seen = [NOTHING]
        self._seen_working = [NOTHING]
        for one, other in pairwise(self.looks):
            clear = other - one <= BLIND_FROM
            self._seen.append(self._seen[-1] + (other - one if clear else NOTHING))
            self._seen_working.append(self._seen_working[-1] + (working(one, other) if clear else NOTHING))

    def last(self, at: datetime) -> datetime | None:
        """Return the newest look that is not after `at`."""
        place = bisect_right(self.looks, at)
        return self.looks[place - 1] if place else None

    def next(self, at: datetime) -> datetime | None:
        """Return the first look from `at` on."""
        place = bisect_left(self.looks, at)
        return self.looks[place] if place < len(self.looks) else None

    def seen(self, since: datetime, until: datetime, *, on_working_days: bool) -> timedelta:
        """Return how much of the time between a moment and a look was seen; before the first look, all."""
        before = NOTHING
        if since < self.looks[0]:
            before = working(since, self.looks[0]) if on_working_days else self.looks[0] - since
            since = self.looks[0]
        return before + self._until(until, on_working_days) - self._until(since, on_working_days)

    def _until(self, at: datetime, on_working_days: bool) -> timedelta:  # noqa: FBT001 - of one call above
        place = bisect_right(self.looks, at) - 1
        sums = self._seen_working if on_working_days else self._seen
        if place + 1 >= len(self.looks) or self.looks[place + 1] - self.looks[place] > BLIND_FROM:
            return sums[place]
        look = self.looks[place]
        return sums[place] + (working(look, at) if on_working_days else at - look)

    def covers(self, at: datetime, window: timedelta, *, share: float, hole: float) -> bool:
        """Tell whether so large a share of the planned looks in the window before `at` was made, with no long hole."""
        key = (at, window, share)
        if key not in self._covered:
            self._covered[key] = self._covers(at, window, share=share, hole=hole)
        return self._covered[key]

    def _covers(self, at: datetime, window: timedelta, *, share: float, hole: float) -> bool:
        """Look at the window that ends with the last look."""
        at = self.last(at) or at
        inside = self.looks[bisect_left(self.looks, at - window) : bisect_right(self.looks, at)]
        if len(inside) < 2 or len(inside) < share * (window / EVERY):
            return False
        pauses = [other - one for one, other in pairwise([at - window, *inside, at])]
        return max(pauses) <= hole * window


@cache
def working(since: datetime, until: datetime) -> timedelta:
    """Return how much of Monday to Friday, in the zone of the watches, is between two moments."""
    total, at = NOTHING, since
    while at < until:
        local = at.astimezone(ZONE)
        midnight = datetime.combine(local.date() + DAY, datetime.min.time(), ZONE).astimezone(UTC)
        stop = min(midnight, until)
        if local.weekday() < 5:
            total += stop - at
        at = stop
    return total


@dataclass(frozen=True, slots=True)
class Sign:
    """One activity: when it happened, and when that could first be known."""

    at: datetime
    known_at: datetime


class Pair:
    """One watch and one project."""

    def __init__(self, truth: Truth, order: Order, life: Life) -> None:
        self.truth = truth
        self.order = order
        self.life = life
        self.looking = truth.looking(life.connection)

    @property
    def kind(self) -> ConditionKind:
        """What the watch waits for."""
        return self.order.condition.kind

    @property
    def watched(self) -> Looking:
        """Return the looks by which activity is seen."""
        sampled = self.life.connection == PIXEL and self.kind in {ConditionKind.INACTIVE, ConditionKind.QUEUE}
        return self.truth.viewers if sampled else self.looking

    @cached_property
    def signs(self) -> list[Sign]:
        """Return everything that counts as activity, oldest first."""
        if self.life.connection == MICRO:
            edits = [self.life.born, *self.life.edits.moments]
            return [Sign(at, known) for at in edits if (known := self.looking.next(max(at, self.life.born)))]
        signs = [
            Sign(at, at) for at, live, queued in self.truth.counts.get(self.life.id, ()) if live or queued
        ]  # fmt: skip
        if Signal.VIEWERS not in self.order.condition.signals:
            signs += self._changes()
        return sorted(signs, key=lambda sign: sign.known_at)

    def _changes(self) -> list[Sign]:
        """Return the looks that found its switch or subscription changed."""
        edges = [edge for span in (*self.life.off, *self.life.lapsed) for edge in (span.since, span.until)]
        known = {look for edge in edges if (look := self.looking.next(edge)) is not None}
        return [Sign(look, look) for look in known if look > self.looking.looks[0]]

    @cached_property
    def confirmed(self) -> list[Sign]:
        """Return those of which a second one within a day shows that they were no chance."""
        if self.life.connection == MICRO:
            return self.signs
        seen = [not self.unsettled(sign.known_at) for sign in self.signs]
        near = [two.at - one.at <= DAY and seen[place] for place, (one, two) in enumerate(pairwise(self.signs))]
        near = [False, *near, False]
        return [sign for place, sign in enumerate(self.signs) if near[place] or near[place + 1]]

    def last_sign(self, at: datetime, signs: list[Sign] | None = None) -> Sign | None:
        """Return the newest activity that could be known."""
        signs = self.signs if signs is None else signs
        place = bisect_right(signs, at, key=lambda sign: sign.known_at)
        return signs[place - 1] if place else None

    def may_open(self, at: datetime) -> bool:
        """Tell whether the condition may begin to hold at this moment: for that it has to be seen well, too."""
        if self.kind is ConditionKind.INACTIVE and self.life.connection == PIXEL:
            threshold = self.order.condition.threshold or NOTHING
            if not any(
                self.truth.viewers.covers(at - back, threshold, share=0.77, hole=0.11)
                for back in (NOTHING, self.truth.slack(at - DAY, at))
            ):
                return False
        return any(self.may_hold(at - back) for back in (NOTHING, self.truth.slack(at - DAY, at)))

    def hasty(self, at: datetime) -> bool:
        """Tell whether at this moment nobody had seen enough after the last time of blindness, by any clock."""
        return self.unsettled(at) and self.truth.slack(at - DAY, at) == SLACK

    def unsettled(self, at: datetime) -> bool:
        """Tell whether at this moment nobody had seen enough after the last time of blindness."""
        looks = self.watched.looks
        place = bisect_right(looks, at + SLACK) - 1
        begin = place
        while begin > 0 and looks[begin] - looks[begin - 1] <= BLIND_FROM:
            begin -= 1
            if looks[place] - looks[begin] >= EVERY + GRACE:
                return False
        return begin > 0

    def may_hold(self, at: datetime, *, signs: list[Sign] | None = None) -> bool:
        """Tell whether it may be told at this moment that the condition holds."""
        look = self.looking.last(at)
        if look is None:
            return False
        slack = self.truth.slack(at - 3 * DAY, at)
        if self.kind is ConditionKind.INACTIVE:
            return self._matches(look, lenient=True) and self._silent(at, slack, signs)
        if self.kind is ConditionKind.QUEUE:
            return self._queueing(at)
        recent = [each for each in (look, self.looking.last(look - SLACK)) if each is not None]
        return any(self._is_so(each, lenient=True) for each in recent)

    def must_hold(self, at: datetime) -> bool:
        """Tell whether the condition holds at this moment for whoever looked, with nothing left to doubt."""
        look = self.looking.last(at)
        if look is None or at - look > BLIND_FROM:
            return False
        if self.kind is not ConditionKind.INACTIVE:
            return self._is_so(look, lenient=False)
        return self._matches(look, lenient=False) and self._covered(at) and self._silent(look, -SKEWED, None)

    def _silent(self, look: datetime, slack: timedelta, signs: list[Sign] | None) -> bool:
        threshold = self.order.condition.threshold
        assert threshold is not None
        sign = self.last_sign(look, signs)
        looking = self.looking if self.life.connection == MICRO else self.truth.viewers
        if not looking.looks:
            return False
        since = sign.at if sign is not None else max(self.life.born, looking.looks[0])
        end = looking.last(look)
        if end is None or since > end:
            return False
        if slack > NOTHING:
            slack += self.truth.shortened(since, end)
        return looking.seen(since, end, on_working_days=self.order.condition.working_days) + slack >= threshold

    def _covered(self, at: datetime) -> bool:
        threshold = self.order.condition.threshold
        assert threshold is not None
        return self.life.connection == MICRO or self.truth.viewers.covers(at, threshold, share=0.83, hole=0.095)

    def _matches(self, at: datetime, *, lenient: bool) -> bool:
        life, query = self.life, self.order.query
        if not life.listed(at) or life.during(life.archived, at) or life.during(life.lapsed, at):
            return False
        if "-pinned:true" in query and life.pinned:
            return False
        if "updated:<60d" in query:
            edited = life.edits.last(at) or life.born
            return at - edited < 60 * DAY + (7 * HOUR if lenient else -7 * HOUR)
        return True

    def _is_so(self, at: datetime, *, lenient: bool) -> bool:
        life = self.life
        match self.kind:
            case ConditionKind.OFF:
                return life.listed(at) and life.during(life.off, at) and not life.during(life.lapsed, at)
            case ConditionKind.LAPSED:
                return life.listed(at) and life.during(life.lapsed, at)
            case ConditionKind.GONE:
                return self._gone(at, lenient=lenient)
            case _:
                return self._queueing(at)

    def _gone(self, at: datetime, *, lenient: bool) -> bool:
        gone = next((span for span in self.life.missing if at in span), None)
        noticed = None if gone is None else self.looking.next(gone.since)
        if noticed is None or noticed > at:
            return False
        absent = self.looking.seen(noticed, at, on_working_days=False)
        return absent >= ABSENT + (-self.truth.slack(noticed, at) if lenient else HOUR)

    def _queueing(self, at: datetime) -> bool:
        counts = self.truth.counts.get(self.life.id, [])
        place = bisect_right(counts, at, key=lambda count: count[0])
        last = counts[max(place - 2, 0) : place]
        return len(last) > 1 and at - last[0][0] < BLIND_FROM + EVERY and all(queued for _, _, queued in last)


class Truth:
    """What a play was about."""

    def __init__(self, play: Play) -> None:
        self.world = play.world
        self.counts = play.sources[PIXEL].counts
        self._looking = {name: Looking(source.listings) for name, source in play.sources.items()}
        self.viewers = Looking([at for counts in self.counts.values() for at, _, _ in counts])
        self.lives = {life.id: life for life in play.world.lives}
        self._pairs: dict[tuple[int, str], Pair] = {}
        self._watches = play.watches

    def looking(self, connection: str) -> Looking:
        """Return when a listing was read well."""
        return self._looking[connection]

    def pair(self, watch: int, project: str) -> Pair:
        """Return one watch and project."""
        key = (watch, project)
        if key not in self._pairs:
            self._pairs[key] = Pair(self, self._watches[watch], self.lives[project])
        return self._pairs[key]

    def slack(self, since: datetime, until: datetime) -> timedelta:
        """Return how wrong a date may be that the bot's clock gave within this time."""
        wrong = any(span.since - DAY < until and since < span.until + DAY for span, _ in self.world.skews)
        return SKEWED if wrong else SLACK

    def shortened(self, since: datetime, until: datetime) -> timedelta:
        """Return by how much a wrong clock can have made holes shorter that lie in this time."""
        wrong = (abs(by) for span, by in self.world.skews if span.since - DAY < until and since < span.until + DAY)
        return sum(wrong, NOTHING)

    def disturbed(self, connection: str, since: datetime, until: datetime) -> bool:
        """Tell whether anything was wrong around this time."""
        near: list[Span] = [*self.world.downtimes, *(span for span, _ in self.world.skews)]
        near += [each.span for each in self.world.troubles if each.connection == connection]
        return any(span.since - HOUR < until and since < span.until + 2 * EVERY for span in near)


def grid(world_end: datetime, step: timedelta) -> list[datetime]:
    """Return moments from the start of the world to its end."""
    return [START + number * step for number in range(int((world_end - START) / step))]
