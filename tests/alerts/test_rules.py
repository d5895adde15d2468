"""What each condition says of one project."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.alerts.rules import ARCHIVED, GONE, LAPSED, RULES, can_speak, cutoff, judge
from bot.model import (
    ActorKind,
    Build,
    Condition,
    ConditionKind,
    Entry,
    Finding,
    Sight,
    Sights,
    Signal,
    Verdict,
    Viewers,
)
from tests.alerts.cases import ALL, BOTH, DAY, HOUR, INACTIVE, MINUTE, ZONE, seen
from tests.builders import NOW, entry, microvisualizer, streampixel

UNVIEWED = Condition(kind=ConditionKind.INACTIVE, threshold=14 * DAY, signals=(Signal.VIEWERS,))
EDITED = Condition(kind=ConditionKind.INACTIVE, threshold=14 * DAY, signals=(Signal.EDITS,))
QUEUE = Condition(kind=ConditionKind.QUEUE, threshold=10 * MINUTE)
EMPTY = Condition(kind=ConditionKind.EMPTY, threshold=14 * DAY)
CI_SILENT = Condition(kind=ConditionKind.CI_SILENT, threshold=7 * DAY)
OFF, LAPSING, GOING = (Condition(kind=ConditionKind(kind)) for kind in ("off", "lapsed", "gone"))
REJECTED, APPROVED = (Condition(kind=ConditionKind(f"build {word}")) for word in ("rejected", "approved"))


def found(condition: Condition, project: Entry, sights: Sights = ALL) -> Finding:
    """Judge a project now."""
    return judge(condition, project, sights=sights, zone=ZONE, now=NOW)


def edited(days: float, **given: Any) -> Entry:
    """Return a project whose last edit was so long ago."""
    return entry(microvisualizer(idle=days * DAY, **given))


def viewed(days: float | None, **given: Any) -> Entry:
    """Return a project that was last seen in use so long ago, or never."""
    seen_at = None if days is None else NOW - days * DAY
    return replace(entry(streampixel(**given), viewers=(0, 0)), last_viewed_at=seen_at)


def speaks(condition: Condition, sights: Sights, *, measures_viewers: bool = True) -> bool:
    """Tell whether a condition can speak, at a source that dates nothing and counts viewers unless said otherwise."""
    return can_speak(condition, sights, ZONE, measures_viewers=measures_viewers)


def test_every_kind_has_a_rule() -> None:
    """A kind without one could be watched for in vain."""
    assert set(RULES) == set(ConditionKind)


def test_a_finding_names_the_look_on_which_it_rests() -> None:
    """The newest of those that it depends on, and when the next is planned; none without a look."""
    sights = Sights(listing=seen((400, 1)), viewers=seen((400, 0), every=15 * MINUTE))
    by_edits, by_all = found(EDITED, viewed(1), sights), found(INACTIVE, viewed(1), sights)

    assert (by_edits.looked_at, by_edits.next_look_at) == (NOW - DAY, NOW - DAY + 5 * MINUTE)
    assert (by_all.looked_at, by_all.next_look_at) == (NOW, NOW + 15 * MINUTE)
    assert found(OFF, edited(1), Sights()).looked_at is None


# --- silence ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "verdict", "severity"),
    [
        (1, Verdict.CLEAR, 1),
        (24, Verdict.QUIET, 1),
        (29.9, Verdict.QUIET, 1),
        (30, Verdict.FIRES, 1),
        (59.9, Verdict.FIRES, 1),
        (60, Verdict.FIRES, 2),
    ],
)
def test_silence_is_judged_by_its_length(days: float, verdict: Verdict, severity: int) -> None:
    """Quiet from 80 % on, worse from twice the threshold on."""
    finding = found(INACTIVE, edited(days))

    assert (finding.verdict, finding.severity) == (verdict, severity)
    assert finding.since == finding.signal_at == NOW - days * DAY
    assert finding.age == days * DAY
    assert not finding.sampled


@pytest.mark.parametrize(
    ("days", "severity", "worse_in"),
    [(15, 1, 6), (20.5, 1, 0.5), (21, 2, None)],
)
def test_what_is_paid_for_all_the_while_is_worse_after_a_week(
    days: float, severity: int, worse_in: float | None
) -> None:
    """Before twice the threshold, and it is looked at again then."""
    finding = found(UNVIEWED, viewed(days, subscription="active"), BOTH)

    assert (finding.verdict, finding.severity) == (Verdict.FIRES, severity)
    assert finding.changes_at == (None if worse_in is None else NOW + worse_in * DAY)
    assert found(UNVIEWED, viewed(days, subscription=None), BOTH).severity == 1


def test_a_paid_one_is_worse_from_twice_a_short_threshold_on() -> None:
    """Whatever comes first."""
    short = Condition(kind=ConditionKind.INACTIVE, threshold=3 * DAY, signals=(Signal.VIEWERS,))

    assert found(short, viewed(5.9, subscription="active"), BOTH).severity == 1
    assert found(short, viewed(6, subscription="active"), BOTH).severity == 2


@pytest.mark.parametrize(("days", "left"), [(1, 23), (25, 5), (31, 29), (61, None)])
def test_it_says_when_time_alone_changes_the_verdict(days: float, left: float | None) -> None:
    """At 80 %, at the threshold, and at twice of it."""
    assert found(INACTIVE, edited(days)).changes_at == (None if left is None else NOW + left * DAY)


def test_a_limit_that_is_near_takes_one_more_look() -> None:
    """What we know ends at the last good look."""
    assert found(INACTIVE, edited(30 - 1 / 1440)).changes_at == NOW + 5 * MINUTE


def test_blind_time_extends_the_deadline() -> None:
    """Nobody knows what happened then."""
    holed = Sights(listing=seen((400, 20), (18, 0)))

    assert found(INACTIVE, edited(31), holed).verdict is Verdict.QUIET
    assert found(INACTIVE, edited(32), holed).verdict is Verdict.FIRES


def test_weekends_do_not_count_on_request() -> None:
    """NOW is a Monday at 14:00 in Berlin: 20 working days reach back to a Monday at the same wall time."""
    condition = replace(INACTIVE, threshold=20 * DAY, working_days=True)
    since = timedelta(days=28) - HOUR  # clocks went forward the day before

    assert found(condition, edited(since / DAY)).verdict is Verdict.FIRES
    assert found(condition, edited((since - HOUR) / DAY)).verdict is Verdict.QUIET


def test_viewers_count_only_if_we_looked_often_enough() -> None:
    """80 % of the planned looks, and no hole longer than a tenth."""
    thin = Sights(listing=seen((400, 0)), viewers=seen((400, 0), every=15 * MINUTE, share=0.5))
    holed = Sights(listing=seen((400, 0)), viewers=seen((400, 5), (3, 0), every=15 * MINUTE))

    good, few, hole = (found(UNVIEWED, viewed(15 if each is BOTH else 20), each) for each in (BOTH, thin, holed))

    assert (good.verdict, good.sampled) == (Verdict.FIRES, True)
    assert (few.verdict, few.reason) == (Verdict.UNSURE, "looked at only 50 % of the planned times in 14 d")
    assert hole.verdict is Verdict.UNSURE
    assert hole.reason.endswith("longest gap 2 d")


def test_too_short_an_observation_is_no_silence() -> None:
    """A new project is not inactive, and neither is an old one that nobody looked at."""
    project = replace(viewed(None), first_seen_at=NOW - 9 * DAY)

    new = found(UNVIEWED, project, BOTH)
    watched = found(UNVIEWED, replace(project, first_seen_at=NOW - 15 * DAY), BOTH)

    assert (new.verdict, new.reason) == (Verdict.UNSURE, "observed for 9 d of 14 d")
    assert new.changes_at is not None
    assert watched.verdict is Verdict.FIRES
    assert watched.signal_at is None


def test_what_is_never_counted_says_nothing() -> None:
    """No source counts viewers that way."""
    assert found(UNVIEWED, edited(90)).reason == "nothing that counts as activity was ever looked at"


def test_what_we_only_noticed_is_sampled() -> None:
    """Its source dates nothing, so a change has to be confirmed."""
    project = replace(viewed(20), changed_at=NOW - DAY)

    assert found(EDITED, project, BOTH).sampled
    assert found(EDITED, project, BOTH).signal_at == NOW - DAY


@pytest.mark.parametrize(
    ("kind", "days", "verdict"),
    [
        (ActorKind.API_KEY, 8, Verdict.FIRES),
        (ActorKind.API_KEY, 6, Verdict.QUIET),
        (ActorKind.MEMBER, 80, Verdict.CLEAR),
        (None, 80, Verdict.OUT),
    ],
)
def test_ci_is_silent_if_a_key_edited_last(kind: ActorKind | None, days: float, verdict: Verdict) -> None:
    """A person's edit ends it at once."""
    assert found(CI_SILENT, edited(days, updated_by_kind=kind)).verdict is verdict


# --- states -------------------------------------------------------------------------------------------------------


def test_empty_counts_from_the_last_service() -> None:
    """As far as we saw it go; before that, from the last edit."""
    empty = entry(microvisualizer(idle=100 * DAY, service_count=0))

    assert found(EMPTY, replace(empty, emptied_at=NOW - 15 * DAY)).age == 15 * DAY
    assert found(EMPTY, replace(empty, emptied_at=NOW - 13 * DAY)).verdict is Verdict.QUIET
    assert found(EMPTY, empty).age == 100 * DAY
    assert found(EMPTY, entry(microvisualizer(idle=DAY, service_count=0))).age == 90 * DAY
    assert found(EMPTY, replace(empty, emptied_at=NOW - 28 * DAY)).severity == 2
    assert found(EMPTY, edited(100)).verdict is Verdict.CLEAR
    assert found(EMPTY, viewed(1)).verdict is Verdict.OUT


def test_off_is_worse_after_a_week() -> None:
    """It is still paid for."""
    project = replace(viewed(1, enabled=False), changed_at=NOW - 6 * DAY)

    young, old = found(OFF, project), found(OFF, replace(project, changed_at=NOW - 7 * DAY))

    assert (young.verdict, young.severity, young.changes_at) == (Verdict.FIRES, 1, NOW + DAY)
    assert (old.verdict, old.severity) == (Verdict.FIRES, 2)
    assert found(OFF, viewed(1)).verdict is Verdict.CLEAR
    assert found(OFF, edited(1)).verdict is Verdict.OUT


def test_lapsed_says_what_its_source_says() -> None:
    """The word is the source's own."""
    finding = found(LAPSING, viewed(1, subscription="past_due"))

    assert (finding.verdict, finding.detail) == (Verdict.FIRES, "past_due")
    assert found(LAPSING, viewed(1)).verdict is Verdict.CLEAR
    assert found(LAPSING, edited(1)).verdict is Verdict.OUT


def test_a_queue_fires_when_somebody_waited_at_two_looks() -> None:
    """So far apart as the threshold; a look at nobody speaks against it."""
    base = viewed(1)

    def waiting(minutes: float, queued: int = 2) -> Entry:
        return replace(
            base,
            viewers=Viewers(live=1, queued=queued, at=NOW),
            queued_since=NOW - minutes * MINUTE if queued else None,
        )

    assert found(QUEUE, waiting(10)).verdict is Verdict.FIRES
    assert found(QUEUE, waiting(20)).severity == 2
    assert found(QUEUE, waiting(8)).verdict is Verdict.QUIET
    assert found(QUEUE, waiting(0)).verdict is Verdict.CLEAR
    assert found(QUEUE, waiting(0)).signal_at is None
    assert found(QUEUE, waiting(0, queued=0)).signal_at == NOW
    assert found(QUEUE, edited(1)).verdict is Verdict.UNSURE


def test_builds_are_what_their_source_told_last() -> None:
    """A rejected one until another is approved; an approved one for a day."""
    good, bad = Build(approved=True, at=NOW - 5 * HOUR), Build(approved=False, at=NOW - HOUR, objection="too big")

    def built(build: Build | None) -> Entry:
        return replace(viewed(1), build=build)

    assert found(REJECTED, built(None)).verdict is Verdict.CLEAR
    assert (found(REJECTED, built(bad)).verdict, found(REJECTED, built(bad)).detail) == (Verdict.FIRES, "too big")
    assert found(REJECTED, built(good)).signal_at == NOW - 5 * HOUR
    assert found(APPROVED, built(good)).changes_at == NOW + 19 * HOUR
    assert found(APPROVED, built(good)).verdict is Verdict.FIRES
    assert found(APPROVED, built(replace(good, at=NOW - DAY))).verdict is Verdict.OUT
    assert found(APPROVED, built(bad)).verdict is Verdict.OUT
    assert found(APPROVED, built(None)).verdict is Verdict.OUT


# --- before any rule ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(ConditionKind))
def test_an_archived_project_is_nobodys_matter(kind: ConditionKind) -> None:
    """Whatever else is so."""
    project = replace(edited(90, archived=True), gone_at=NOW - DAY)

    assert found(Condition(kind=kind, threshold=DAY), project).reason == ARCHIVED


@pytest.mark.parametrize("kind", list(ConditionKind))
def test_an_absent_project_is_gone_after_six_hours(kind: ConditionKind) -> None:
    """Until then nobody knows; it is never inactive."""
    condition = Condition(kind=kind, threshold=DAY)

    young = found(condition, replace(edited(90), gone_at=NOW - 5 * HOUR))
    old = found(condition, replace(edited(90), gone_at=NOW - 6 * HOUR))

    assert (young.verdict, young.changes_at) == (Verdict.UNSURE, NOW + HOUR)
    assert old.verdict is (Verdict.FIRES if kind is ConditionKind.GONE else Verdict.GONE)
    assert old.reason == GONE


def test_absence_takes_three_looks() -> None:
    """Where we look seldom, six hours are one look."""
    seldom = Sights(listing=seen((90, 0), every=5 * HOUR))
    project = replace(edited(90), gone_at=NOW - 9 * HOUR)

    assert found(GOING, project, seldom).verdict is Verdict.UNSURE
    assert found(GOING, replace(project, gone_at=NOW - 10 * HOUR), seldom).verdict is Verdict.FIRES
    assert found(GOING, project, Sights()).verdict is Verdict.UNSURE
    assert found(GOING, edited(90)).verdict is Verdict.CLEAR


@pytest.mark.parametrize("condition", [UNVIEWED, INACTIVE, EMPTY, CI_SILENT, OFF])
def test_a_lapsed_subscription_is_another_watchs_matter(condition: Condition) -> None:
    """Nobody is surprised that it is silent."""
    assert found(condition, viewed(90, subscription="expired", enabled=False), BOTH).reason == LAPSED


# --- how far, and whether at all ----------------------------------------------------------------------------------


def test_the_cutoff_is_the_date_that_begins_to_fire() -> None:
    """One that is exactly so old fires, and a younger one does not."""
    holed = Sights(listing=seen((400, 20), (18, 0)))
    at = cutoff(INACTIVE, holed, ZONE, measures_viewers=False)

    assert at == NOW - 32 * DAY
    assert found(INACTIVE, edited(32), holed).verdict is Verdict.FIRES


def test_the_cutoff_of_both_signals_is_the_older_one() -> None:
    """So that the last of them to cross it is found."""
    late = Sights(listing=seen((400, 0)), viewers=seen((400, 3)))

    assert cutoff(INACTIVE, late, ZONE, measures_viewers=True) == NOW - 33 * DAY
    assert cutoff(EDITED, late, ZONE, measures_viewers=True) == NOW - 14 * DAY
    assert cutoff(UNVIEWED, late, ZONE, measures_viewers=True) == NOW - 17 * DAY


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (OFF, NOW),
        (REJECTED, NOW),
        (QUEUE, NOW),
        (GOING, NOW - 6 * HOUR),
        (EMPTY, NOW - 14 * DAY),
        (CI_SILENT, NOW - 7 * DAY),
    ],
)
def test_the_cutoff_of_what_holds_at_once_is_the_last_look(condition: Condition, expected: object) -> None:
    """Before the first one there is none."""
    assert cutoff(condition, BOTH, ZONE, measures_viewers=True) == expected
    assert cutoff(condition, Sights(), ZONE, measures_viewers=True) is None


def test_a_sampled_condition_cannot_speak_without_coverage() -> None:
    """What crosses the cutoff meanwhile is not lost: the mark waits."""
    thin = Sights(listing=seen((400, 0)), viewers=seen((400, 0), every=15 * MINUTE, share=0.5))
    young = Sights(listing=seen((400, 0)), viewers=seen((9, 0), every=15 * MINUTE))

    assert speaks(UNVIEWED, BOTH)
    assert speaks(INACTIVE, BOTH)
    assert not speaks(UNVIEWED, thin)
    assert not speaks(UNVIEWED, young)
    assert not speaks(UNVIEWED, ALL)
    assert not speaks(INACTIVE, young)
    assert speaks(QUEUE, young)
    assert not speaks(QUEUE, ALL)


def test_a_source_that_dates_nothing_is_no_other_before_its_viewers_were_ever_counted() -> None:
    """What counts is what it is: its listing needs coverage, and nothing is said of viewers that nobody counted."""
    holed = Sights(listing=seen((400, 20), (10, 0)))

    assert speaks(EDITED, ALL)
    assert not speaks(EDITED, holed)
    assert not speaks(INACTIVE, ALL)
    assert cutoff(INACTIVE, ALL, ZONE, measures_viewers=True) is None


def test_dates_of_a_source_need_no_regular_looks() -> None:
    """An hour after an outage its old edits are as old as they are."""
    holed = Sights(listing=seen((400, 20), (10, 0)))

    assert speaks(INACTIVE, holed, measures_viewers=False)
    assert speaks(EDITED, holed, measures_viewers=False)
    assert speaks(EMPTY, holed, measures_viewers=False)
    assert not speaks(EMPTY, Sights(viewers=Sight()), measures_viewers=False)
