"""What to do next about the card of a watch. Pure.

Nothing here remembers anything: the card, its alerts and their untold steps say what was done. So it does not matter
which process decides, or how often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.alerts.cards.actions import Abandon, Close, Continue, Drop, Edit, Hush, Post, Reply, Tell, Wait
from bot.alerts.cards.choosing import next_of
from bot.alerts.cards.untold import ENDS, may_be_over, sort
from bot.alerts.hours import opens_at
from bot.alerts.pace import EDIT_EVERY, GROUP_WAIT_URGENT, group_interval, group_wait
from bot.model import PauseKind, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.alerts.cards.actions import Action, Move
    from bot.alerts.cards.untold import Untold
    from bot.model import Alert, AlertStep, Card, Watch

STALE_AFTER: Final = timedelta(days=7)
"""A card older than that is far up: what gets worse is told on a new one."""

REFRESH_EVERY: Final = timedelta(days=1)
"""How often a card with open alerts is drawn anew although nothing happened: ages grow."""

LOCKED_OUT: Final = timedelta(days=1)
"""How long a card waits while nothing can be sent, should nobody wake it."""

MOST_TOGETHER: Final = 10
"""Steps that one answer tells one by one. More trouble is only counted; more ends are told in several answers."""

UNJUDGED: Final = timedelta(minutes=10)
"""How long a card waits to be drawn anew while no watch is judged."""

ORPHANED: Final = timedelta(hours=1)
"""How long a card waits whose watch is gone or rests, for the end of its alerts."""

GIVE_UP_AFTER: Final = timedelta(days=30)
"""How long it is tried to tell the ends of a removed watch's alerts in a channel that takes nothing."""

GIVE_UP_FAILURES: Final = GIVE_UP_AFTER // LOCKED_OUT
"""So many attempts in a row fail until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that is decided by."""

    card: Card
    watch: Watch | None
    """None: it was removed."""

    members: tuple[Alert, ...]
    steps: tuple[AlertStep, ...]
    """Untold ones, oldest first."""

    drawn: str
    """Fingerprint of the card as it would be drawn now."""

    now: datetime

    doubts: frozenset[int] = frozenset()
    """`Alert.ref` of those of which the channel may have heard, although nobody knows."""

    judged: bool = True
    """Whether watches are judged at all now: if not, nothing is drawn as if it was so today."""

    @property
    def open(self) -> tuple[Alert, ...]:
        """Members that are open."""
        return tuple(alert for alert in self.members if alert.is_open)

    @property
    def shown(self) -> tuple[Alert, ...]:
        """Open members that are on the card."""
        return tuple(alert for alert in self.open if not may_be_over(alert, self.doubts))

    def opens_at(self, at: datetime) -> datetime:
        """Return when the channel is told what could wait, from `at` on and not before now."""
        at = max(at, self.now)
        if self.watch is None:
            return at
        return opens_at(self.watch.draft.hours, self.watch.draft.zone, at)


def decide(scene: Scene) -> Action:
    """Return what to do now, or how long to wait."""
    return next_of(_moves(scene), scene.now)


def left_behind(scene: Scene) -> Reply | None:
    """Return what a card whose message is gone has still to tell; its open alerts have theirs on the next card."""
    untold = sort(scene.steps, scene.members, scene.doubts)
    going_on = {alert.ref for alert in scene.open} if scene.card.closed_at is None else set()
    steps = [step for step in (*untold.at_once, *untold.trouble, *untold.aside) if step.alert not in going_on]
    return _reply(scene, steps[:MOST_TOGETHER]) if steps else None


def _moves(scene: Scene) -> Iterator[Move]:
    if _is_locked_out(scene.watch):
        yield scene.now + LOCKED_OUT, Wait()
        return
    if _is_hopeless(scene):
        yield scene.now, Abandon()
        return
    untold = sort(scene.steps, scene.members, scene.doubts)
    if untold.idle:
        yield scene.now, Hush(steps=untold.idle)
    for step in untold.persons:
        yield scene.opens_at(step.at), Tell(step=step)
    if scene.card.closed_at is not None:
        yield from _afterwards(scene, untold)
    elif scene.card.posted is None:
        yield from _unposted(scene, untold)
    elif scene.watch is not None and scene.watch.pause is not None:
        yield from _resting(scene, untold)
    else:
        yield from _posted(scene, untold)


def _is_locked_out(watch: Watch | None) -> bool:
    """Tell whether the channel takes nothing from us, as far as we know."""
    return watch is not None and watch.pause is not None and watch.pause.kind is not PauseKind.PERSON


def _is_hopeless(scene: Scene) -> bool:
    """Tell whether the channel of a removed watch has taken nothing for too long: nothing else would stop that."""
    ended_at = max((alert.since for alert in scene.members), default=scene.card.opened_at)
    return (
        scene.watch is None
        and scene.card.closed_at is None
        and scene.card.failures >= GIVE_UP_FAILURES
        and scene.now - ended_at >= GIVE_UP_AFTER
    )


# before it is sent


def _unposted(scene: Scene, untold: Untold) -> Iterator[Move]:
    audible = [alert for alert in scene.shown if alert.snooze is None]
    at_once = [step for step in untold.at_once if step.kind in ENDS or not scene.open]
    if at_once and not audible:
        yield scene.now, Reply(steps=tuple(at_once[:MOST_TOGETHER]))
    elif not scene.open:
        yield scene.now, Drop()
    elif scene.watch is None or scene.watch.pause is not None:
        yield scene.now + ORPHANED, Wait()
    elif audible:
        told = (*untold.trouble, *untold.aside)
        ready = min(_since(alert) for alert in audible) + _patience(scene.card, scene.watch, audible)
        yield scene.opens_at(ready), Post(alerts=scene.shown, steps=told)


def _since(alert: Alert) -> datetime:
    return alert.opened_at or alert.since


def _patience(card: Card, watch: Watch, audible: Sequence[Alert]) -> timedelta:
    """Return how long the first one waits for others: of what was there before the watch, all come together."""
    if card.after is not None:
        return timedelta()
    if all(alert.baseline for alert in audible):
        return GROUP_WAIT_URGENT
    return group_wait(watch.condition.kind)


# while it stands


def _posted(scene: Scene, untold: Untold) -> Iterator[Move]:
    edited_at = _edited_at(scene.card)
    differs = scene.drawn != scene.card.drawn
    if differs:
        yield max(edited_at + EDIT_EVERY, scene.now), Edit()
    elif scene.open:
        yield (edited_at + REFRESH_EVERY, Edit()) if scene.judged else (scene.now + UNJUDGED, Wait())
    yield from _thread(scene, untold)
    quiet = not (differs or untold.at_once or untold.trouble or untold.aside)
    if quiet and not scene.open:
        yield scene.now, Close()
    elif quiet and (unheard := tuple(alert for alert in scene.shown if _is_shown_only(alert))):
        yield scene.now, Hush(alerts=unheard)


def _resting(scene: Scene, untold: Untold) -> Iterator[Move]:
    """Show that nobody looks; ends of before, and what people do, are told. Trouble waits: it may be over by then."""
    if scene.drawn != scene.card.drawn:
        yield max(_edited_at(scene.card) + EDIT_EVERY, scene.now), Edit()
    elif not (scene.open or untold.at_once):
        yield scene.now, Close()
    if untold.at_once:
        yield scene.now, _reply(scene, untold.at_once[:MOST_TOGETHER])


def _edited_at(card: Card) -> datetime:
    return max(at for at in (card.posted_at, card.edited_at, card.opened_at) if at is not None)


def _is_shown_only(alert: Alert) -> bool:
    """Tell whether an alert came onto the card by an edit alone: it was there when the watch began."""
    return alert.baseline and alert.announced_at is None and alert.snooze is None


def _thread(scene: Scene, untold: Untold) -> Iterator[Move]:
    """Tell ends at once, and trouble when it is time; what goes with either goes with the first of them.

    They are two answers where trouble is shown in the channel, too: an end never is.
    """
    later = (*untold.trouble, *untold.aside)
    news_at = _news_at(scene, later) if later else scene.now
    loud = scene.watch is not None and scene.watch.draft.broadcast and bool(untold.trouble)
    if untold.at_once:
        all_now = news_at <= scene.now and not loud and not _is_stale(scene, untold)
        ends = untold.at_once[:MOST_TOGETHER]
        rest = later if all_now and _go_together(untold.at_once, later) else untold.aside
        yield scene.now, _reply(scene, (*ends, *rest[: MOST_TOGETHER - len(ends)]))
    if later and _is_stale(scene, untold):
        yield news_at, Continue()
    elif later:
        yield news_at, _reply(scene, later, broadcast=loud)


def _go_together(ends: Sequence[AlertStep], later: Sequence[AlertStep]) -> bool:
    """Tell whether one answer can hold it all: none of it left out, and nothing both over and begun anew."""
    over = {step.alert for step in ends}
    return len(ends) + len(later) <= MOST_TOGETHER and not any(step.alert in over for step in later)


def _reply(scene: Scene, steps: Sequence[AlertStep], *, broadcast: bool = False) -> Reply:
    spoken = {step.alert for step in steps if step.kind not in ENDS}
    heard = tuple(alert for alert in scene.open if alert.ref in spoken and alert.announced_at is None)
    ordered = tuple(sorted(steps, key=lambda step: step.ref))
    return Reply(steps=ordered, alerts=heard, broadcast=broadcast)


def _news_at(scene: Scene, steps: Sequence[AlertStep]) -> datetime:
    """Return when trouble is told: a while after it came, and not too soon after the last telling.

    No step waits for longer than one interval, however often ends are told meanwhile.
    """
    first = min(step.at for step in steps)
    if scene.watch is None:
        return scene.now
    kind = scene.watch.condition.kind
    told_at = scene.card.told_at
    rested = first if told_at is None else min(told_at, first) + group_interval(kind)
    return scene.opens_at(max(rested, first + group_wait(kind)))


def _is_stale(scene: Scene, untold: Untold) -> bool:
    """Tell whether what got worse is to be told on a new card."""
    posted_at = scene.card.posted_at
    worse = any(step.kind in {StepKind.OPENED, StepKind.WORSE} for step in untold.trouble)
    return worse and posted_at is not None and scene.now - posted_at > STALE_AFTER


# when it was put away


def _afterwards(scene: Scene, untold: Untold) -> Iterator[Move]:
    steps = (*untold.at_once, *untold.trouble, *untold.aside)
    if steps and scene.card.posted is not None:
        yield scene.now, _reply(scene, steps[:MOST_TOGETHER])
    elif steps:
        yield scene.now, Hush(steps=steps)
