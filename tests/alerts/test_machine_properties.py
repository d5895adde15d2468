"""The life of alerts under any order of events: no double, no lost end, nothing that blindness caused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.alerts import machine, overlays
from bot.alerts.pace import MOST_REPEATS
from bot.errors import UsageError
from bot.model import (
    Alert,
    AlertState,
    AlertStep,
    Condition,
    ConditionKind,
    Finding,
    StepKind,
    Telling,
    Verdict,
    Watch,
    WatchDraft,
)
from tests.builders import entry, microvisualizer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports.watches import AlertChange

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
DRAFT = WatchDraft(
    workspace="T1",
    channel="C1",
    owner="U1",
    condition=Condition(kind=ConditionKind.INACTIVE, threshold=timedelta(days=30)),
    query="",
    zone="Europe/Berlin",
)
ENTRY = entry(microvisualizer())
ENDS = frozenset({StepKind.BACK, StepKind.CLOSED})

PAUSES = [timedelta(minutes=minutes) for minutes in (0.5, 5, 10, 180, 1_440, 8_640, 21_600, 57_600)]
pauses = st.sampled_from(PAUSES)


class Life(RuleBasedStateMachine):
    """One alert, a deliverer that tells of it now and then, and a channel that remembers what it heard."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.watch = Watch(ref=1, number=1, draft=DRAFT, created_at=BEGIN)
        self.alert: Alert | None = None
        self.untold: list[AlertStep] = []
        self.announced = False  # the channel believes that it is open
        self.record: list[AlertStep] = []
        self.silent = False  # something opened without a word
        self.signal = BEGIN - timedelta(days=40)

    # what happens

    @rule(by=pauses)
    def time_passes(self, by: timedelta) -> None:
        """Nothing else happens."""
        self.now += by

    @rule(by=pauses)
    def clock_goes_back(self, by: timedelta) -> None:
        """Somebody sets the clock."""
        self.now -= by

    @rule(verdict=st.sampled_from([Verdict.FIRES, Verdict.GONE, Verdict.OUT]), severity=st.sampled_from([1, 1, 2]))
    def is_judged(self, verdict: Verdict, severity: int) -> None:
        """The condition holds, or is none of ours."""
        self.steps(Finding(verdict=verdict, severity=severity, signal_at=self.signal, reason="it was archived"))

    @rule(sampled=st.booleans(), what=st.sampled_from(["nothing", "snooze", "until it changes", "ack"]))
    def opens_and_ends(self, sampled: bool, what: str) -> None:  # noqa: FBT001 - Hypothesis draws it
        """It holds for long enough, is told, and then it holds no more."""
        for _ in range(2):
            self.steps(Finding(verdict=Verdict.FIRES, signal_at=self.signal))
            self.now += timedelta(minutes=10)
        self.is_delivered()
        if self.alert is not None and what != "nothing":
            self.act(what, self.alert, days=3)
        self.clears(sampled=sampled, fresh=True)

    @rule(sampled=st.booleans(), fresh=st.booleans())
    def clears(self, sampled: bool, fresh: bool) -> None:  # noqa: FBT001 - Hypothesis draws it
        """There was activity, new or long known."""
        if fresh:
            self.signal = max(self.signal + timedelta(seconds=1), self.now)
        self.steps(Finding(verdict=Verdict.CLEAR, signal_at=self.signal, sampled=sampled))

    @rule()
    def is_blind(self) -> None:
        """Nothing can be said: nothing opens, nothing ends."""
        before = self.alert
        steps = self.steps(Finding(verdict=Verdict.UNSURE))

        assert before is None or self.alert is None or before.state == self.alert.state
        assert all(step.kind not in {StepKind.BACK, StepKind.CLOSED, StepKind.WORSE} for step in steps)
        hidden = {StepKind.SNOOZE_ENDED} & {step.kind for step in steps}
        assert hidden or all(step.kind is not StepKind.OPENED for step in steps)

    @rule(verdict=st.sampled_from(list(Verdict)), edited=st.booleans())
    def baseline(self, verdict: Verdict, edited: bool) -> None:  # noqa: FBT001 - Hypothesis draws it
        """The watch was changed, or has rested, and is evaluated anew; what is changed ends nothing well."""
        if edited:
            self.watch = replace(self.watch, asked_at=self.now)
        before = self.alert
        steps = self.steps(Finding(verdict=verdict, signal_at=self.signal, reason="it was archived"), baseline=True)
        if edited and before is not None and before.is_open and before.opened_at is not None:
            assert before.opened_at > self.now or all(step.kind is not StepKind.BACK for step in steps)

    @precondition(lambda self: self.alert is not None)
    @rule(
        what=st.sampled_from(["snooze", "until it changes", "ack", "keep", "unsnooze", "unack", "unkeep", "assign"]),
        days=st.integers(1, 60),
    )
    def somebody_acts(self, what: str, days: int) -> None:
        """People press buttons, now and then ones that make no sense any more."""
        assert self.alert is not None
        self.act(what, self.alert, days=days)

    @precondition(lambda self: self.alert is not None)
    @rule()
    def watch_is_removed(self) -> None:
        """Whatever is open ends with it."""
        assert self.alert is not None
        change = machine.end(self.alert, "the watch was removed", self.now)
        self.store(change.alert, change.steps)
        assert not self.alert.is_open
        assert self.alert.next_at is None

    @rule()
    def is_delivered(self) -> None:
        """The deliverer tells what is to be told, and drops what speaks of an opening that never was told."""
        for at, step in enumerate(self.untold):
            if step.kind in ENDS:
                self.tell_end(step)
            elif step.kind is StepKind.OPENED:
                self.tell_opening(self.untold[at + 1 :])
            elif step.kind is StepKind.WORSE and not any(later.kind in ENDS for later in self.untold[at + 1 :]):
                self.tell_opening(self.untold[at + 1 :])  # who hears of that hears that it is open
        self.untold = []
        if self.alert is not None and self.alert.is_open and self.alert.baseline and self.alert.snooze is None:
            self.announce()  # the card shows it from its beginning
        self.nothing_is_kept_from_the_channel()

    def nothing_is_kept_from_the_channel(self) -> None:
        """What is open, and nobody wants silence about it, is known once everything was told."""
        alert = self.alert
        if alert is not None and alert.is_open and alert.snooze is None and alert.flapping_since is None:
            assert alert.announced_at is not None, "its opening was lost"

    def tell_opening(self, later: list[AlertStep]) -> None:
        """Tell of an opening that lasts."""
        again = any(step.kind is StepKind.OPENED for step in later)
        if self.alert is not None and self.alert.is_open and self.alert.snooze is None and not again:
            self.announce()

    def announce(self) -> None:
        """Tell the channel that it is open, unless it knows."""
        assert self.alert is not None
        if self.alert.announced_at is None:
            assert not self.announced, "told twice that it is open"
            self.announced = True
            self.alert = replace(self.alert, announced_at=self.now)

    def tell_end(self, end: AlertStep) -> None:
        """Tell of the end of an opening that was told: the last one is known, those before were unless untold."""
        assert self.alert is not None
        place = next(at for at, step in enumerate(self.record) if step is end)
        openings = [step for step in self.record if step.kind is StepKind.OPENED]
        its = [step for step in self.record[:place] if step.kind is StepKind.OPENED][-1]
        if any(step is its for step in self.untold):
            return
        if its is not openings[-1] or self.alert.announced_at is not None:
            assert self.announced or self.silent, "told an end alone"
            self.announced = False

    def act(self, what: str, alert: Alert, *, days: int) -> None:
        """Say something of the alert; what makes no sense is refused."""
        until = self.now + timedelta(days=days)
        given: dict[str, Any] = {"by": "U1", "now": self.now}
        acts: dict[str, Callable[[Alert], AlertChange]] = {
            "snooze": lambda a: overlays.snooze(a, until=until, zone="UTC", **given),
            "until it changes": lambda a: overlays.snooze(a, until=None, zone="UTC", **given),
            "ack": lambda a: overlays.ack(a, zone="UTC", **given),
            "keep": lambda a: overlays.keep(a, until=until, zone="UTC", **given),
            "unsnooze": lambda a: overlays.unsnooze(a, **given),
            "unack": lambda a: overlays.unack(a, **given),
            "unkeep": lambda a: overlays.unkeep(a, **given),
            "assign": lambda a: overlays.assign(a, owner="U2", **given),
        }
        try:
            change = acts[what](alert)
        except UsageError:
            return
        self.store(change.alert, change.steps)

    # what must hold

    def steps(self, finding: Finding, *, baseline: bool = False) -> tuple[AlertStep, ...]:
        """Take a step, and the same once more, which must change nothing."""
        given: dict[str, Any] = {"watch": self.watch, "entry": ENTRY, "now": self.now, "baseline": baseline}
        change = machine.step(self.alert, finding, **given)
        if change is None:
            return ()
        self.store(change.alert, change.steps)
        assert machine.step(self.alert, finding, **given) is None
        return change.steps

    def store(self, alert: Alert, steps: tuple[AlertStep, ...]) -> None:
        """Keep what a step returned, as the database does: an opening is announced to nobody."""
        if StepKind.OPENED in {step.kind for step in steps if step.telling is Telling.NOBODY}:
            self.silent = True
        self.alert = replace(alert, ref=1, version=alert.version + 1)
        self.record += steps
        self.untold += [step for step in steps if step.telling is Telling.THREAD]
        told = [step for step in steps if step.telling is Telling.THREAD and step.kind in ENDS]
        assert len(told) <= 1

    @invariant()
    def what_is_believed_is_so(self) -> None:
        """Once everything is told, the channel knows of every end."""
        if self.alert is None or self.untold:
            return
        if self.announced:
            assert self.alert.is_open, "its end was lost"

    @invariant()
    def open_or_pending_ones_are_looked_at_again(self) -> None:
        """Nothing that time can change is forgotten."""
        if self.alert is not None and (self.alert.is_open or self.alert.state is AlertState.QUIET):
            assert self.alert.next_at is not None or self.alert.repeats == MOST_REPEATS

    @invariant()
    def flips_are_bounded(self) -> None:
        """What is remembered does not grow."""
        assert self.alert is None or len(self.alert.flips) <= 10


TestLife = Life.TestCase
TestLife.settings = settings(stateful_step_count=40)
