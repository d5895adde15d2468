"""Comparing what arrived with what should have: false, missed, doubled, and never ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from bot.model import CardKind, ConditionKind, Signal, StepKind
from tests.alerts.simulator.truth import ZONE, Truth, grid
from tests.alerts.simulator.world import DAY, EVERY, HOUR, MICRO, START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model import Alert, Entry
    from tests.alerts.simulator.play import Order, Play
    from tests.alerts.simulator.truth import Pair
    from tests.fakes.catalog_store import FakeStore

STEP: Final = 6 * HOUR
OPENS_WITHIN: Final = 14 * HOUR + 2 * EVERY
"""Confirmation, two looks, an hour's wait where nothing could be judged, a group's interval, and one step of the grid;
then the channel's hours."""

FLAPS_FOR: Final = 9 * DAY
"""What flaps is told to have ended when it has been steady for a week."""

SILENCED: Final = {StepKind.SNOOZED, StepKind.KEPT, StepKind.FLAPPING}
HEARD_AGAIN: Final = {StepKind.SNOOZE_ENDED, StepKind.KEEP_ENDED, StepKind.STEADY}


@dataclass(frozen=True, slots=True)
class Episode:
    """From the moment when a channel was told that something holds, to when it was told that it does no more."""

    watch: int
    project: str
    told_at: datetime
    ended_at: datetime | None
    end: StepKind | None = None


@dataclass
class Verdict:
    """What was wrong; everything empty is perfect."""

    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    unended: list[str] = field(default_factory=list)
    wrong_ends: list[str] = field(default_factory=list)
    hasty: list[str] = field(default_factory=list)
    """What began or ended before anybody could see clearly again."""

    episodes: int = 0
    expected: int = 0
    """Openings that had to be told."""

    per_week: dict[str, float] = field(default_factory=dict)
    """Messages, answers in threads among them, by channel."""

    @property
    def faults(self) -> list[str]:
        """Return everything that was wrong."""
        return [*self.false, *self.missed, *self.doubles, *self.unended, *self.wrong_ends, *self.hasty]


def judge(play: Play) -> Verdict:
    """Compare."""
    return _Judge(play).judge()


class _Judge:
    def __init__(self, play: Play) -> None:
        self.play = play
        self.truth = Truth(play)
        self.verdict = Verdict()
        self.alerts: dict[int, Alert] = {alert.ref: alert for alert in play.ledger.every_alert()}
        self.names = {ref: entry.project.id for ref, entry in _entries(play).items()}
        self._refs = {(each.watch, self.names[each.project]): each.ref for each in self.alerts.values()}

    def judge(self) -> Verdict:
        self._doubles()
        episodes = self._episodes()
        self.verdict.episodes = sum(len(each) for each in episodes.values())
        for key, told in episodes.items():
            for episode in told:
                self._false(episode)
                self._ended(key, episode)
        self._missed(episodes)
        weeks = self.play.world.days / 7
        counted = Counter(post.posted.channel for post in self.play.messenger.posts)
        self.verdict.per_week = {channel: round(number / weeks, 1) for channel, number in sorted(counted.items())}
        return self.verdict

    # doubles

    def _doubles(self) -> None:
        for key, number in self.play.messenger.posts_by_key().items():
            if number > 1:
                self.verdict.doubles.append(f"{key} arrived {number} times")
        self.verdict.doubles += [f"step {ref} was told twice" for ref in self.play.ledger.spoken.repeated]

    def _episodes(self) -> dict[tuple[int, str], list[Episode]]:
        """Follow each alert through everything that was told of it; openings and ends take turns."""
        news: dict[int, list[tuple[datetime, StepKind]]] = defaultdict(list)
        for told in self.play.ledger.spoken.told:
            if told.card.kind is not CardKind.WATCH:
                continue
            for opened in told.opened:
                news[opened].append((told.at, StepKind.OPENED))
            for step in told.ended:
                news[step.alert].append((told.at, step.kind))
        episodes: dict[tuple[int, str], list[Episode]] = {}
        for ref, happened in news.items():
            alert = self.alerts[ref]
            key = (alert.watch, self.names[alert.project])
            episodes[key] = list(self._turns(key, happened, flapped=self._ever(ref, {StepKind.FLAPPING})))
        return episodes

    def _turns(
        self, key: tuple[int, str], happened: list[tuple[datetime, StepKind]], *, flapped: bool
    ) -> Iterator[Episode]:
        since: datetime | None = None
        for at, kind in happened:
            if kind is StepKind.OPENED and since is None:
                since = at
            elif kind is not StepKind.OPENED and since is not None:
                yield Episode(*key, since, at, kind)
                since = None
            elif not flapped:
                self.verdict.doubles.append(f"{self._say(key)}: {kind} told again at {at:%d %b %H:%M}")
        if since is not None:
            yield Episode(*key, since, None)

    # false

    def _false(self, episode: Episode) -> None:
        pair = self.truth.pair(episode.watch, episode.project)
        latest = max(episode.told_at - EVERY - HOUR / 4, START)
        opened_at = self._opened_at(episode)
        still = any(pair.may_hold(at, signs=pair.confirmed) for at in (episode.told_at, latest))
        if not still or not pair.may_open(opened_at):
            self.verdict.false.append(f"{self._say(episode)}: told at {episode.told_at:%d %b %H:%M}, and it is not so")

        if pair.hasty(opened_at):
            self.verdict.hasty.append(f"{self._say(episode)}: opened at {opened_at:%d %b %H:%M}, just after blindness")

    def _opened_at(self, episode: Episode) -> datetime:
        """Return when it opened, in true time as far as the bot's clock was right."""
        steps = self.play.ledger.spoken.steps[self._alert((episode.watch, episode.project))]
        opened = [step.at for step in steps if step.kind is StepKind.OPENED]
        before = [at - self.play.world.skew(at) for at in opened]
        return max((at for at in before if at <= episode.told_at), default=episode.told_at)

    # ends

    def _ended(self, key: tuple[int, str], episode: Episode) -> None:
        pair = self.truth.pair(*key)
        if episode.end is StepKind.BACK and episode.ended_at is not None and self._holds_on(pair, episode):
            self.verdict.wrong_ends.append(f"{self._say(episode)}: back at {episode.ended_at:%d %b %H:%M}, and is not")
        if episode.end is StepKind.BACK and episode.ended_at is not None and pair.hasty(episode.ended_at):
            self.verdict.hasty.append(f"{self._say(episode)}: back at {episode.ended_at:%d %b %H:%M}, after blindness")
        until = (episode.ended_at or self.play.world.end) - STEP
        over: datetime | None = None
        flapped = self._ever(self._alert(key), {StepKind.FLAPPING})
        for at in grid(self.play.world.end, STEP):
            if not episode.told_at < at < until or self._is_out(pair.order, at):
                continue
            if pair.may_hold(at, signs=pair.confirmed) or self._excused(pair, at):
                over = None
                continue
            over = over or at
            if at - over >= (FLAPS_FOR if flapped else DAY):
                self.verdict.unended.append(f"{self._say(episode)}: over since {over:%d %b %H:%M}, and nobody was told")
                return
        if self._is_out(pair.order, self.play.world.end - DAY) and episode.ended_at is None:
            self.verdict.unended.append(f"{self._say(episode)}: its watch is gone, and nobody was told")

    def _holds_on(self, pair: Pair, episode: Episode) -> bool:
        assert episode.ended_at is not None
        ended = episode.ended_at
        if pair.kind is not ConditionKind.INACTIVE:
            return pair.must_hold(ended) and pair.must_hold(ended - EVERY)
        sign = pair.last_sign(ended)
        return sign is None or sign.known_at < episode.told_at - 5 * DAY

    def _excused(self, pair: Pair, at: datetime) -> bool:
        return self.truth.disturbed(pair.life.connection, at - 8 * HOUR, at)

    # missed

    def _missed(self, episodes: dict[tuple[int, str], list[Episode]]) -> None:
        steps = grid(self.play.world.end, STEP)
        for watch, order in self.play.watches.items():
            for life in self.truth.lives.values():
                if _concerns(order, life.connection):
                    self._look_for_missed((watch, life.id), steps, episodes.get((watch, life.id), []))

    def _look_for_missed(self, key: tuple[int, str], steps: list[datetime], told: list[Episode]) -> None:
        pair = self.truth.pair(*key)
        since: datetime | None = None
        calm = timedelta()
        for at in steps:
            if not pair.must_hold(at) or self._is_out(pair.order, at) or self._silenced(key, at):
                since, calm = None, timedelta()
                continue
            if since is None:
                since = at
            calm = timedelta() if self._excused(pair, at) else calm + STEP
            if calm < OPENS_WITHIN + STEP or not self._could_be_told(pair.order, since, at, calm):
                continue
            self.verdict.expected += 1
            if not any(each.told_at <= at and (each.ended_at is None or each.ended_at > since) for each in told):
                self.verdict.missed.append(
                    f"{self._say(key)}: holds since {since:%d %b %H:%M}, nobody told at {at:%d %b}"
                )
            return

    def _could_be_told(self, order: Order, since: datetime, at: datetime, calm: timedelta) -> bool:
        """Tell whether the channel's hours were open for a while after everything that may delay."""
        ready = max(since + OPENS_WITHIN, at - calm + OPENS_WITHIN)
        if order.hours is None:
            return True
        moment = ready
        while moment < at - 2 * HOUR:
            local = moment.astimezone(ZONE)
            if local.weekday() < 5 and order.hours.begin <= local.time() < order.hours.end:
                return True
            moment += HOUR
        return False

    def _is_out(self, order: Order, at: datetime) -> bool:
        """Tell whether the watch does not watch now, or not for long."""
        age = at - START
        if age < order.added + DAY or (order.removed is not None and age > order.removed):
            return True
        return order.paused is not None and order.paused[0] <= age < order.paused[1] + DAY

    def _silenced(self, key: tuple[int, str], at: datetime) -> bool:
        """Tell whether somebody wanted to hear nothing of it, or it changed too often, a day before or after."""
        quiet_since: datetime | None = None
        for step in self.play.ledger.spoken.steps.get(self._alert(key), ()):
            if step.kind in SILENCED:
                quiet_since = quiet_since or step.at
            elif step.kind in HEARD_AGAIN and quiet_since is not None:
                if quiet_since - DAY <= at <= step.at + 2 * DAY:
                    return True
                quiet_since = None
        return (quiet_since is not None and at >= quiet_since - DAY) or self._in_mass(at)

    def _alert(self, key: tuple[int, str]) -> int:
        """Return `Alert.ref`; 0 if there never was one."""
        return self._refs.get(key, 0)

    def _in_mass(self, at: datetime) -> bool:
        mass = self.play.world.mass
        return mass is not None and mass.since - DAY <= at <= mass.until + 2 * DAY

    def _ever(self, alert: int, kinds: set[StepKind]) -> bool:
        return any(step.kind in kinds for step in self.play.ledger.spoken.steps.get(alert, ()))

    def _say(self, what: Episode | tuple[int, str]) -> str:
        watch, project = (what.watch, what.project) if isinstance(what, Episode) else what
        order = self.play.watches[watch]
        return f"{order.channel} {order.condition.kind} {order.condition.threshold or ''} {project}"


def _concerns(order: Order, connection: str) -> bool:
    viewers = order.condition.kind in {ConditionKind.QUEUE, ConditionKind.OFF, ConditionKind.LAPSED}
    viewers = viewers or order.condition.signals == (Signal.VIEWERS,) or "streampixel" in order.query
    if connection == MICRO:
        return not viewers
    return "microvisualizer" not in order.query


def _entries(play: Play) -> dict[int, Entry]:
    return cast("FakeStore", play.store).entries
