"""The life of an alert, one transition at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.alerts import machine
from bot.model import (
    Ack,
    Alert,
    AlertState,
    AlertStep,
    Condition,
    ConditionKind,
    Finding,
    Idle,
    Keep,
    Signal,
    Silence,
    Snooze,
    StepKind,
    Telling,
    Verdict,
    Watch,
)
from tests.alerts.cases import DAY, FIRES, HOUR, MINUTE, UNSURE, clear, opened, step, stepped, watch
from tests.builders import NOW, entry, microvisualizer

if TYPE_CHECKING:
    from bot.ports.watches import AlertChange

OFF = watch(Condition(kind=ConditionKind.OFF))
REJECTED = watch(Condition(kind=ConditionKind.BUILD_REJECTED))
APPROVED = watch(Condition(kind=ConditionKind.BUILD_APPROVED))
QUEUE = watch(Condition(kind=ConditionKind.QUEUE, threshold=10 * MINUTE))


def told(change: AlertChange) -> list[StepKind]:
    """Return what the channel is told."""
    return [each.kind for each in change.steps if each.telling is Telling.THREAD]


def kinds(change: AlertChange) -> list[StepKind]:
    """Return what is recorded."""
    return [each.kind for each in change.steps]


def only(change: AlertChange, kind: StepKind) -> AlertStep:
    """Return the one step of a kind."""
    (found,) = [each for each in change.steps if each.kind is kind]
    return found


# --- opening ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.FIRES])
def test_a_project_that_does_not_fire_leaves_no_row(verdict: Verdict) -> None:
    """Rows exist for what fired at least once."""
    assert step(None, Finding(verdict=verdict)) is None


def test_what_fires_waits_for_a_second_look() -> None:
    """One look may be chance; the second has to be at least ten minutes later."""
    pending = stepped(None, FIRES).alert

    early = step(pending, FIRES, NOW + 9 * MINUTE)
    late = stepped(pending, FIRES, NOW + 10 * MINUTE)

    assert (pending.state, pending.since, pending.next_at) == (AlertState.QUIET, NOW, NOW + 10 * MINUTE)
    assert (pending.watch, pending.project, pending.connection) == (3, 12, "microvisualizer")
    assert early is None
    assert late.alert.state is AlertState.INACTIVE
    assert late.alert.opened_at == NOW + 10 * MINUTE
    assert told(late) == [StepKind.OPENED]
    assert only(late, StepKind.OPENED).what == "went quiet: nothing for 31 d (limit 30 d)"


def test_two_judgements_of_one_look_are_one() -> None:
    """What nobody looked at since is not confirmed by time; it waits for the next look."""
    first = replace(FIRES, looked_at=NOW, next_look_at=NOW + 30 * MINUTE)
    second = replace(FIRES, looked_at=NOW + 30 * MINUTE, next_look_at=NOW + HOUR)
    pending = stepped(None, first).alert

    waits = step(pending, first, NOW + 10 * MINUTE)
    late = stepped(pending, first, NOW + 31 * MINUTE)
    opens = stepped(pending, second, NOW + 31 * MINUTE)

    assert (pending.confirmed_at, pending.next_at) == (NOW, NOW + 30 * MINUTE)
    assert waits is None
    assert (late.alert.state, late.alert.next_at, late.steps) == (AlertState.QUIET, NOW + 32 * MINUTE, ())
    assert (opens.alert.state, opens.alert.confirmed_at) == (AlertState.INACTIVE, None)


@pytest.mark.parametrize("finding", [clear(NOW), Finding(verdict=Verdict.OUT, reason="it was archived")])
def test_a_first_look_that_was_none_is_not_remembered(finding: Finding) -> None:
    """The next one counts from the beginning."""
    pending = stepped(None, replace(FIRES, looked_at=NOW)).alert

    assert stepped(pending, finding, NOW + 5 * MINUTE).alert.confirmed_at is None


def test_a_first_look_that_is_not_confirmed_is_forgotten() -> None:
    """Nobody ever hears of it."""
    pending = stepped(None, FIRES).alert

    calm = stepped(pending, clear(NOW), NOW + 5 * MINUTE)

    assert (calm.alert.state, calm.steps, calm.alert.next_at) == (AlertState.ACTIVE, (), None)


def test_what_held_before_the_watch_began_opens_at_once_and_in_silence() -> None:
    """The card itself tells it."""
    change = stepped(None, FIRES, baseline=True)

    assert change.alert.state is AlertState.INACTIVE
    assert change.alert.baseline
    assert told(change) == []
    assert only(change, StepKind.OPENED).what.startswith("was quiet already")
    assert change.alert.flips == ()


@pytest.mark.parametrize(
    "kind", [ConditionKind.GONE, ConditionKind.QUEUE, ConditionKind.BUILD_REJECTED, ConditionKind.BUILD_APPROVED]
)
def test_what_is_sure_by_itself_opens_at_once(kind: ConditionKind) -> None:
    """It rests on several looks already, or its source told us."""
    change = stepped(None, FIRES, of=watch(Condition(kind=kind)))

    assert change.alert.state is AlertState.INACTIVE
    assert told(change) == [StepKind.OPENED]


def test_a_pending_one_stays_so_while_nothing_is_known() -> None:
    """Blindness neither opens nor forgets it; it is looked at again soon."""
    pending = stepped(None, FIRES).alert

    change = stepped(pending, UNSURE, NOW + 10 * MINUTE)

    assert change.alert == replace(pending, next_at=NOW + 10 * MINUTE + HOUR)


def test_an_ended_one_that_fires_again_is_the_same_row() -> None:
    """It keeps its number and owner, and needs its second look."""
    ended = opened(state=AlertState.CLOSED, reason="it was archived", owner="U2", number=4)

    pending = stepped(ended, FIRES).alert
    again = stepped(pending, FIRES, NOW + 10 * MINUTE).alert

    assert pending.state is AlertState.QUIET
    assert (again.ref, again.number, again.owner) == (7, 4, "U2")
    assert (again.announced_at, again.reason) == (None, "")


@pytest.mark.parametrize(
    ("condition", "what"),
    [
        (Condition(kind=ConditionKind.CI_SILENT, threshold=7 * DAY), "last edited with an API key, nothing for 31 d"),
        (Condition(kind=ConditionKind.EMPTY, threshold=14 * DAY), "has had no services for 31 d (limit 14 d)"),
        (Condition(kind=ConditionKind.QUEUE, threshold=10 * MINUTE), "has had viewers waiting for 31 d (limit 10 min)"),
        (Condition(kind=ConditionKind.OFF), "is switched off although it is paid for"),
        (Condition(kind=ConditionKind.LAPSED), "has no active subscription: expired"),
        (Condition(kind=ConditionKind.GONE), "is gone from its source"),
        (Condition(kind=ConditionKind.BUILD_REJECTED), "had a build rejected: expired"),
        (Condition(kind=ConditionKind.BUILD_APPROVED), "has a new build live"),
        (
            Condition(kind=ConditionKind.INACTIVE, threshold=30 * DAY, signals=(Signal.VIEWERS,)),
            "nobody there for 31 d",
        ),
        (
            Condition(kind=ConditionKind.INACTIVE, threshold=20 * DAY, working_days=True),
            "went quiet: nothing for 31 d (limit 20 working days)",
        ),
    ],
)
def test_every_kind_says_what_began(condition: Condition, what: str) -> None:
    """In words of its own, with what its source said."""
    change = stepped(None, replace(FIRES, detail="expired"), of=watch(condition), baseline=True)

    assert what in only(change, StepKind.OPENED).what.replace("was quiet already", "went quiet")


@pytest.mark.parametrize(
    ("alert", "of", "what"),
    [
        (opened(), OFF, "has been switched off for 31 d and is still paid for"),
        (opened(), watch(), "is quiet: nothing for 31 d (limit 30 d), and is still paid for"),
    ],
)
def test_worse_says_what_is_worse(alert: Alert, of: Watch, what: str) -> None:
    """Of what holds at once, too; nobody says twice before it is."""
    assert only(stepped(alert, replace(FIRES, severity=2), of=of), StepKind.WORSE).what == what


def test_worse_says_when_it_is_twice_the_limit() -> None:
    """Then it does not matter who pays."""
    worse = replace(FIRES, severity=2, age=60 * DAY)
    told_of = only(stepped(opened(), worse), StepKind.WORSE).what
    assert told_of == "is quiet: nothing for 60 d (limit 30 d): more than twice that"


def test_a_repeat_says_what_is_still_so() -> None:
    """With its age now."""
    assert only(stepped(opened(), FIRES, NOW + 8 * DAY), StepKind.REPEATED).what.startswith("is still quiet: ")


def test_what_is_still_so_when_its_watch_goes_on_is_repeated_a_week_later() -> None:
    """It was not watched meanwhile, and whoever resumes a watch does not ask for all that is known."""
    resumed = stepped(opened(), FIRES, NOW + 8 * DAY, baseline=True)

    assert told(resumed) == []
    assert step(resumed.alert, FIRES, NOW + 14 * DAY) is None
    assert told(stepped(resumed.alert, FIRES, NOW + 15 * DAY)) == [StepKind.REPEATED]


# --- its watch was edited -----------------------------------------------------------------------------------------

LAPSED = replace(watch(Condition(kind=ConditionKind.LAPSED)), asked_at=NOW - MINUTE)


@pytest.mark.parametrize(
    "finding",
    [
        clear(),
        clear(NOW),
        clear(NOW, sampled=True),
        Finding(verdict=Verdict.QUIET, signal_at=NOW),
        UNSURE,
        Finding(verdict=Verdict.OUT, reason="it no longer matches the filters"),
    ],
)
@pytest.mark.parametrize("state", [AlertState.INACTIVE, AlertState.RECOVERING])
def test_what_an_edited_watch_does_not_ask_for_ends_without_a_recovery(finding: Finding, state: AlertState) -> None:
    """Nothing became of the project: it did not get the subscription back that it always had."""
    change = stepped(opened(state=state), finding, of=LAPSED, baseline=True)

    assert (change.alert.state, change.alert.reason) == (AlertState.CLOSED, "the watch was changed")
    assert told(change) == [StepKind.CLOSED]


def test_what_is_gone_when_its_watch_is_edited_is_gone() -> None:
    """That is so whatever the watch asks."""
    change = stepped(opened(), Finding(verdict=Verdict.GONE, reason="it is gone"), of=LAPSED, baseline=True)

    assert (change.alert.state, change.alert.reason) == (AlertState.GONE, "it is gone")


@pytest.mark.parametrize("state", [AlertState.INACTIVE, AlertState.RECOVERING])
def test_what_an_edited_watch_asks_for_too_stays_open_without_a_word(state: AlertState) -> None:
    """Its card shows what it stands for now, and what comes after that ends it."""
    worse = Finding(verdict=Verdict.FIRES, since=NOW - DAY, severity=2, detail="expired")

    change = stepped(opened(state=state, confirmed_at=NOW), worse, of=LAPSED, baseline=True)

    assert change.steps == ()
    assert (change.alert.state, change.alert.opened_at) == (AlertState.INACTIVE, NOW - HOUR)
    assert change.alert.since == (NOW - HOUR if state is AlertState.INACTIVE else NOW)
    assert (change.alert.severity, change.alert.detail) == (2, "expired")
    assert (change.alert.signal_at, change.alert.confirmed_at) == (NOW - DAY, None)
    assert step(change.alert, worse, of=LAPSED, baseline=True) is None


@pytest.mark.parametrize("asked_at", [None, NOW - DAY])
def test_a_watch_that_is_evaluated_anew_and_asks_the_same_tells_of_recoveries(asked_at: datetime | None) -> None:
    """It rested, or a clock was wrong: that is no edit."""
    change = stepped(opened(), clear(), of=replace(LAPSED, asked_at=asked_at), baseline=True)

    assert told(change) == [StepKind.BACK]


# --- ending -------------------------------------------------------------------------------------------------------


def test_an_edit_ends_it_at_once() -> None:
    """A source that dates its edits is believed; who did it is said, and after how long."""
    edited = entry(microvisualizer(updated_at=NOW - MINUTE, updated_by="anna"))

    change = stepped(opened(), clear(NOW - MINUTE), project=edited)

    assert change.alert.state is AlertState.ACTIVE
    assert told(change) == [StepKind.BACK]
    assert only(change, StepKind.BACK).what == "is back: edited by anna, after 30 d of silence"
    assert change.alert.next_at is None


def test_an_edit_of_nobody_known_ends_it_too() -> None:
    """An observed change has no author."""
    assert only(stepped(opened(), clear(NOW)), StepKind.BACK).what == "is back: edited, after 31 d of silence"


def test_a_glimpse_has_to_be_seen_twice() -> None:
    """Somebody was there when we looked: that alone may be a robot."""
    recovering = stepped(opened(), clear(NOW, sampled=True))
    same = step(recovering.alert, clear(NOW, sampled=True), NOW + HOUR)
    back = stepped(recovering.alert, clear(NOW + HOUR, sampled=True), NOW + HOUR)

    assert (recovering.alert.state, recovering.alert.signal_at) == (AlertState.RECOVERING, NOW)
    assert told(recovering) == []
    assert recovering.alert.next_at == NOW + DAY
    assert same is None
    assert back.alert.state is AlertState.ACTIVE
    assert told(back) == [StepKind.BACK]
    assert only(back, StepKind.BACK).what == "is back: something was changed, 2 h after this began"


def test_an_unconfirmed_glimpse_is_none_after_a_day() -> None:
    """The same alert goes on in silence; only another glimpse counts as one."""
    recovering = stepped(opened(), clear(NOW, sampled=True)).alert

    relapsed = stepped(recovering, clear(NOW, sampled=True), NOW + DAY)
    still = step(relapsed.alert, clear(NOW, sampled=True), NOW + DAY + HOUR)
    again = stepped(relapsed.alert, clear(NOW + 2 * DAY, sampled=True), NOW + 2 * DAY)

    assert relapsed.alert.state is AlertState.INACTIVE
    assert (kinds(relapsed), told(relapsed)) == ([StepKind.RELAPSED], [])
    assert still is None
    assert again.alert.state is AlertState.RECOVERING


def test_blind_time_does_not_count_against_a_glimpse() -> None:
    """It has a day in which somebody looks."""
    recovering = stepped(opened(), clear(NOW, sampled=True)).alert
    idle = Idle(
        silence=Silence.ACTIVE, threshold=30 * DAY, age=HOUR, last_at=NOW, signal=Signal.VIEWERS, since=None,
        coverage=None, blind=20 * HOUR,
    )  # fmt: skip

    change = stepped(recovering, clear(NOW, sampled=True, idle=idle), NOW + DAY)

    assert change.alert.state is AlertState.RECOVERING
    assert change.alert.next_at == NOW + DAY + 20 * HOUR


def test_what_fires_while_it_recovers_is_the_same_alert() -> None:
    """Nothing is told twice."""
    change = stepped(opened(state=AlertState.RECOVERING, signal_at=NOW), FIRES)

    assert change.alert.state is AlertState.INACTIVE
    assert told(change) == []


def test_a_queue_is_over_after_two_looks_without_one() -> None:
    """Of which each was a look at nobody waiting; a short new queue between them proves nothing."""
    alert = opened(signal_at=NOW - 20 * MINUTE)

    waiting = step(alert, clear(None, sampled=True), of=QUEUE)
    first = stepped(alert, clear(NOW, sampled=True), of=QUEUE)
    second = stepped(first.alert, clear(NOW + 5 * MINUTE, sampled=True), NOW + 5 * MINUTE, of=QUEUE)

    assert waiting is None or waiting.alert.is_open
    assert first.alert.state is AlertState.RECOVERING
    assert only(second, StepKind.BACK).what == "has nobody waiting any more, after 65 min".replace("65 min", "1 h")


def test_what_needs_no_sign_of_life_ends_as_its_condition_does() -> None:
    """Switched on again is switched on again."""
    change = stepped(opened(), clear(), of=OFF)

    assert only(change, StepKind.BACK).what == "is switched on again, after 1 h"


@pytest.mark.parametrize(
    "finding",
    [
        Finding(verdict=Verdict.OUT, reason="it was archived"),
        Finding(verdict=Verdict.GONE, reason="it is gone from its source"),
    ],
)
@pytest.mark.parametrize("state", [AlertState.INACTIVE, AlertState.RECOVERING])
def test_what_is_none_of_ours_any_more_is_closed_with_its_reason(finding: Finding, state: AlertState) -> None:
    """It did not recover, and nobody says so."""
    change = stepped(opened(state=state, ack=Ack(by="U1", at=NOW, until=NOW + DAY)), finding)

    ended = AlertState.GONE if finding.verdict is Verdict.GONE else AlertState.CLOSED
    assert (change.alert.state, change.alert.reason) == (ended, finding.reason)
    assert not change.alert.is_open
    assert told(change) == [StepKind.CLOSED]
    assert only(change, StepKind.CLOSED).what == f"is closed: {finding.reason}"
    assert change.alert.ack is None
    assert step(change.alert, finding) is None


def test_a_pending_one_that_is_none_of_ours_is_forgotten() -> None:
    """Nobody heard of it."""
    change = stepped(stepped(None, FIRES).alert, Finding(verdict=Verdict.OUT, reason="it was archived"))

    assert (change.alert.state, change.steps) == (AlertState.ACTIVE, ())


def test_blindness_ends_nothing() -> None:
    """What is open stays open, and is looked at again."""
    change = stepped(opened(), UNSURE, NOW + 40 * DAY)

    assert change.alert.is_open
    assert change.steps == ()
    assert change.alert.next_at == NOW + 40 * DAY + HOUR


def test_a_watch_that_asks_for_more_now_closes_what_it_does_not_mean() -> None:
    """Its threshold was raised: nothing happened, so nothing is back."""
    change = stepped(opened(), clear(NOW - 31 * DAY))

    assert change.alert.reason == "the watch was changed, and asks for more now"


def test_an_ended_one_that_stays_so_is_not_written() -> None:
    """Nothing changes."""
    assert step(opened(state=AlertState.ACTIVE), clear(NOW)) is None


def test_a_removed_watch_ends_its_alerts() -> None:
    """What is open is told; what people said of the others is forgotten."""
    open_one = machine.end(opened(), "the watch was removed", NOW)
    kept = machine.end(opened(state=AlertState.CLOSED, keep=_keep()), "the watch was removed", NOW)
    resting = machine.end(opened(state=AlertState.CLOSED, keep=_keep()), "the watch rests", NOW, for_good=False)

    assert told(open_one) == [StepKind.CLOSED]
    assert (kept.alert.keep, kept.steps) == (None, ())
    assert resting.alert.keep is not None


# --- news ---------------------------------------------------------------------------------------------------------


def test_worse_is_told_once_with_its_owner_and_ends_an_acknowledgement() -> None:
    """Twice the threshold is more than somebody said they know of."""
    worse = Finding(verdict=Verdict.FIRES, age=60 * DAY, severity=2, signal_at=NOW - 60 * DAY)
    alert = opened(owner="U2", ack=Ack(by="U1", at=NOW, until=NOW + DAY))

    change = stepped(alert, worse)

    assert told(change) == [StepKind.WORSE]
    assert only(change, StepKind.WORSE).person == "U2"
    assert only(change, StepKind.ACK_ENDED).by == "U1"
    assert change.alert.ack is None
    assert step(change.alert, worse) is None


def test_worse_is_not_told_of_what_is_snoozed() -> None:
    """Somebody asked for silence, until a moment."""
    worse = Finding(verdict=Verdict.FIRES, age=60 * DAY, severity=2, signal_at=NOW - 60 * DAY)

    change = stepped(opened(snooze=_snooze()), worse)

    assert told(change) == []
    assert change.alert.severity == 2


def test_the_next_rejected_build_is_news() -> None:
    """And one that is known is none."""
    first = Finding(verdict=Verdict.FIRES, since=NOW - HOUR, detail="too big")
    alert = stepped(None, first, of=REJECTED).alert

    same = step(alert, first, of=REJECTED)
    change = stepped(alert, replace(first, since=NOW, detail="no icon"), of=REJECTED)

    assert same is None
    assert only(change, StepKind.WORSE).what == "had another build rejected: no icon"
    assert change.alert.detail == "no icon"
    assert told(stepped(change.alert, clear(NOW + HOUR), of=REJECTED)) == [StepKind.BACK]


def test_an_approved_build_is_told_and_has_no_end() -> None:
    """It is news and no trouble."""
    first = Finding(verdict=Verdict.FIRES, since=NOW - HOUR, changes_at=NOW + DAY)
    alert = stepped(None, first, of=APPROVED).alert

    again = stepped(alert, replace(first, since=NOW), of=APPROVED)
    over = stepped(alert, Finding(verdict=Verdict.OUT, reason="it was told"), NOW + DAY, of=APPROVED)
    archived = stepped(alert, Finding(verdict=Verdict.OUT, reason="it was archived"), NOW + DAY, of=APPROVED)

    assert only(again, StepKind.REPEATED).what == "has another new build live"
    assert (over.alert.state, told(over)) == (AlertState.CLOSED, [])
    assert told(archived) == [StepKind.CLOSED]


# --- repeats ------------------------------------------------------------------------------------------------------


def test_it_is_repeated_every_week_four_times() -> None:
    """Then it lives in digests only."""
    alert, now, found = opened(), NOW, []
    while now < NOW + 60 * DAY:
        change = step(alert, FIRES, now)
        if change is not None:
            alert = change.alert
            found += [now for kind in told(change) if kind is StepKind.REPEATED]
        now += HOUR

    assert found == [NOW - HOUR + 7 * n * DAY for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    "alert",
    [
        opened(ack=Ack(by="U1", at=NOW, until=NOW + 14 * DAY)),
        opened(snooze=Snooze(by=None, at=NOW, until=NOW + 30 * DAY)),
        opened(announced_at=None),
        opened(state=AlertState.RECOVERING, signal_at=NOW + 7 * DAY, since=NOW + 7 * DAY),
    ],
    ids=["acknowledged", "snoozed", "never told", "recovering"],
)
def test_what_somebody_takes_care_of_is_not_repeated(alert: Alert) -> None:
    """Nor what nobody was told of."""
    finding = clear(NOW + 7 * DAY, sampled=True) if alert.state is AlertState.RECOVERING else FIRES

    change = step(alert, finding, NOW + 8 * DAY)

    assert change is None or told(change) == []


def test_what_is_not_told_yet_is_looked_at_until_it_was() -> None:
    """Its repeat counts from then on."""
    alert = stepped(opened(announced_at=None), FIRES, NOW + 8 * DAY).alert

    assert alert.next_at == NOW + 8 * DAY + HOUR


# --- what people said ---------------------------------------------------------------------------------------------


def _snooze(**given: Any) -> Snooze:
    return replace(Snooze(by="U1", at=NOW - 2 * DAY, until=NOW + DAY), **given)


def _keep(**given: Any) -> Keep:
    return replace(Keep(by="U1", at=NOW - 2 * DAY, until=NOW + 30 * DAY), **given)


def test_a_snooze_that_ends_is_told_with_who_set_it() -> None:
    """If it is open still; blindness does not stop that clock."""
    for finding in (FIRES, UNSURE):
        change = stepped(opened(snooze=_snooze()), finding, NOW + DAY)

        assert told(change) == [StepKind.SNOOZE_ENDED]
        assert only(change, StepKind.SNOOZE_ENDED).by == "U1"
        assert change.alert.snooze is None


def test_a_snooze_outlasts_an_end_and_hides_the_next_opening() -> None:
    """What flaps stays silent; at its end the channel is told that it is open, once."""
    ended = stepped(opened(snooze=_snooze()), clear(NOW)).alert
    pending = stepped(ended, FIRES, NOW + HOUR).alert
    again = stepped(pending, FIRES, NOW + 2 * HOUR)
    heard = stepped(again.alert, FIRES, NOW + DAY)

    assert ended.snooze is not None
    assert told(again) == []
    assert told(heard) == [StepKind.OPENED]
    assert only(heard, StepKind.OPENED).what.endswith("; it was snoozed until now")


def test_a_snooze_that_came_before_anybody_was_told_ends_with_the_opening() -> None:
    """The opening was dropped while it was snoozed: it is told now."""
    alert = opened(announced_at=None, snooze=_snooze(), opened_at=NOW - DAY)

    change = stepped(alert, FIRES, NOW + DAY)

    assert told(change) == [StepKind.OPENED]


def test_a_snooze_that_ends_when_nothing_is_open_says_nothing() -> None:
    """There is nothing to hear."""
    change = stepped(opened(state=AlertState.ACTIVE, snooze=_snooze()), clear(NOW), NOW + DAY)

    assert change.alert.snooze is None
    assert told(change) == []


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (clear(NOW), [StepKind.BACK]),
        (clear(NOW, sampled=True), [StepKind.SNOOZE_ENDED]),
        (Finding(verdict=Verdict.FIRES, severity=2, signal_at=NOW - 60 * DAY), [StepKind.WORSE]),
        (Finding(verdict=Verdict.OUT, reason="it was archived"), [StepKind.CLOSED]),
    ],
    ids=["back", "sign of life", "worse", "archived"],
)
def test_a_snooze_until_it_changes_ends_with_any_change(finding: Finding, expected: list[StepKind]) -> None:
    """And the channel hears of it once."""
    change = stepped(opened(snooze=_snooze(until=None)), finding)

    assert change.alert.snooze is None
    assert told(change) == expected


def test_a_snooze_until_it_changes_lasts_90_days_at_most() -> None:
    """Nothing is forgotten for ever."""
    alert = opened(snooze=_snooze(until=None), severity=2)

    assert step(alert, replace(FIRES, severity=2), NOW + 87 * DAY) is not None
    assert told(stepped(alert, replace(FIRES, severity=2), NOW + 88 * DAY)) == [StepKind.SNOOZE_ENDED]


def test_who_set_a_long_snooze_is_told_before_it_ends() -> None:
    """One working day before, once: NOW is a Monday, so the note comes on Friday."""
    alert = opened(snooze=_snooze(at=NOW, until=NOW + 14 * DAY))

    waiting = stepped(alert, FIRES).alert
    noted = stepped(waiting, FIRES, NOW + 11 * DAY)

    assert waiting.next_at == NOW + 11 * DAY
    assert only(noted, StepKind.SNOOZE_ENDS_SOON).telling is Telling.PERSON
    assert only(noted, StepKind.SNOOZE_ENDS_SOON).person == "U1"
    assert step(noted.alert, FIRES, NOW + 12 * DAY) is None


def test_an_acknowledgement_lapses() -> None:
    """It was for two weeks."""
    change = stepped(opened(ack=Ack(by="U1", at=NOW - DAY, until=NOW)), FIRES)

    assert change.alert.ack is None
    assert told(change) == [StepKind.ACK_ENDED]


def test_a_kept_project_opens_nothing_and_who_kept_it_is_asked() -> None:
    """One working day before the end, and then it is watched again."""
    end = datetime(2026, 4, 13, 10, tzinfo=UTC)
    alert = opened(state=AlertState.CLOSED, keep=_keep(until=end))

    waiting = stepped(alert, FIRES).alert
    asked = stepped(waiting, FIRES, end - 3 * DAY)
    ended = stepped(asked.alert, FIRES, end)

    assert waiting.next_at == end - 3 * DAY
    assert only(asked, StepKind.KEEP_ENDS_SOON).person == "U1"
    assert asked.alert.next_at == end
    assert kinds(ended) == [StepKind.KEEP_ENDED]
    assert (ended.alert.keep, ended.alert.state) == (None, AlertState.QUIET)


def test_a_keep_that_ends_while_nobody_can_see_is_followed_by_a_judgement() -> None:
    """Nothing else would call for one: the project is as quiet as it was for weeks."""
    kept = opened(state=AlertState.CLOSED, keep=_keep(until=NOW - MINUTE, asked=True), next_at=NOW - MINUTE)

    unseen = stepped(kept, UNSURE)
    assert kinds(unseen) == [StepKind.KEEP_ENDED]
    assert unseen.alert.next_at == NOW + HOUR
    later = stepped(unseen.alert, UNSURE, NOW + HOUR)
    assert later.alert.next_at == NOW + 2 * HOUR

    seen = stepped(later.alert, FIRES, NOW + 2 * HOUR)
    assert seen.alert.state is AlertState.QUIET


@pytest.mark.parametrize("keep", [_keep(until=None), _keep(by=None, asked=True)])
def test_nobody_is_asked_of_what_is_kept_for_good_or_by_the_terminal(keep: Keep) -> None:
    """There is nobody to ask, or nothing to say."""
    change = step(opened(state=AlertState.CLOSED, keep=keep), FIRES, NOW + 29 * DAY)

    assert change is None or change.steps == ()


# --- flapping -----------------------------------------------------------------------------------------------------


def _flapping(**given: Any) -> Alert:
    flips = tuple(NOW - n * HOUR for n in (9, 6, 3, 1))
    return replace(opened(flips=flips, flapping_since=NOW - HOUR), **given)


def test_the_fourth_change_in_a_week_is_flapping() -> None:
    """One line says so; it stays open instead of ending, and nothing is told of what follows."""
    alert = opened(flips=tuple(NOW - n * HOUR for n in (9, 6, 3)))

    change = stepped(alert, clear(NOW))
    again = stepped(change.alert, FIRES, NOW + HOUR)
    calm = stepped(again.alert, clear(NOW + 2 * HOUR), NOW + 2 * HOUR)

    assert told(change) == [StepKind.FLAPPING]
    assert change.alert.is_open
    assert (again.alert.state, told(again)) == (AlertState.INACTIVE, [])
    assert (calm.alert.state, told(calm)) == (AlertState.RECOVERING, [])
    assert len(calm.alert.flips) == 6
    assert step(calm.alert, clear(NOW + 3 * HOUR), NOW + 3 * HOUR) is None


def test_a_flapping_one_that_was_well_for_a_week_is_back() -> None:
    """Its one end is told then."""
    calm = stepped(_flapping(), clear(NOW)).alert

    change = stepped(calm, clear(NOW + DAY), NOW + 7 * DAY)

    assert calm.next_at == NOW + 7 * DAY
    assert told(change) == [StepKind.BACK]
    assert (change.alert.state, change.alert.flapping_since, change.alert.flips) == (AlertState.ACTIVE, None, ())


def test_a_flapping_one_that_stayed_open_for_a_week_is_steady() -> None:
    """And blindness is no steadiness."""
    blind = stepped(_flapping(), UNSURE, NOW + 8 * DAY)
    change = stepped(_flapping(), FIRES, NOW + 7 * DAY)

    assert blind.alert.flapping_since is not None
    assert StepKind.STEADY in told(change)
    assert change.alert.is_open


def test_a_flapping_one_of_which_nobody_was_told_is_told_once_it_is_steady() -> None:
    """It is open, and nobody knows."""
    assert told(stepped(_flapping(announced_at=None), FIRES, NOW + 7 * DAY)) == [StepKind.OPENED]


def test_a_flapping_one_that_is_archived_is_closed_aloud() -> None:
    """That is no flip, and the end of it."""
    change = stepped(_flapping(), Finding(verdict=Verdict.OUT, reason="it was archived"))

    assert told(change) == [StepKind.CLOSED]
    assert change.alert.flapping_since is None


def test_old_changes_are_no_flapping() -> None:
    """Four in a month are life."""
    alert = opened(flips=tuple(NOW - n * DAY for n in (30, 20, 8)))

    change = stepped(alert, clear(NOW))

    assert told(change) == [StepKind.BACK]
    assert change.alert.flips == (NOW,)


def test_a_flapping_one_that_is_snoozed_until_it_changes_is_heard_of_in_the_end() -> None:
    """Its end while it flaps is a change."""
    change = stepped(_flapping(snooze=_snooze(until=None)), clear(NOW), of=OFF)

    assert change.alert.snooze is None
    assert change.alert.is_open


# --- time ---------------------------------------------------------------------------------------------------------


def test_a_clock_that_goes_back_opens_and_loses_nothing() -> None:
    """It waits until the time has come again."""
    pending = stepped(None, FIRES).alert

    assert step(pending, FIRES, NOW - 3 * DAY) is None
    assert step(opened(next_at=NOW + DAY), FIRES, NOW - 3 * DAY) is None


def test_it_is_woken_when_time_alone_changes_the_verdict() -> None:
    """Its condition says when; what should have happened by now waits for the next look."""
    later = stepped(opened(), replace(FIRES, changes_at=NOW + 3 * HOUR))
    late = stepped(opened(), replace(FIRES, changes_at=NOW - 3 * HOUR))

    assert later.alert.next_at == NOW + 3 * HOUR
    assert late.alert.next_at == NOW + timedelta(minutes=1)


def test_being_woken_too_early_is_not_worth_a_write() -> None:
    """Nothing else has changed."""
    alert = opened(next_at=NOW + HOUR)

    assert step(alert, replace(FIRES, changes_at=NOW + 2 * HOUR)) is None
    assert step(alert, replace(FIRES, changes_at=NOW + MINUTE * 30)) is not None
    assert step(alert, replace(FIRES, changes_at=NOW + 2 * HOUR), NOW + HOUR) is not None
