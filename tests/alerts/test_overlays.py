"""What people say of alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.alerts import overlays
from bot.errors import UsageError
from bot.model import Ack, AlertState, Keep, Snooze, StepKind, Telling
from tests.alerts.cases import DAY, ZONE, opened
from tests.builders import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.model import Alert
    from bot.ports.watches import AlertChange

SNOOZE = Snooze(by="U1", at=NOW, until=None)
ACK = Ack(by="U1", at=NOW, until=NOW + DAY)


def test_a_snooze_keeps_who_until_when_and_why() -> None:
    """And is due, so that somebody reckons when it ends."""
    change = overlays.snooze(opened(), until=NOW + 7 * DAY, by="U1", zone=ZONE, now=NOW, reason="holidays")

    assert change.alert.snooze == Snooze(by="U1", at=NOW, until=NOW + 7 * DAY, reason="holidays")
    assert change.alert.next_at == NOW
    (step,) = change.steps
    assert (step.kind, step.by, step.telling) == (StepKind.SNOOZED, "U1", Telling.NOBODY)
    assert step.what == "is snoozed until Mon 6 Apr 2026: holidays"


def test_an_opening_that_a_snooze_hid_is_told_when_somebody_ends_it() -> None:
    """Or else nobody would hear of it, nor of its end."""
    change = overlays.unsnooze(opened(snooze=SNOOZE, announced_at=None), by="U3", now=NOW)

    assert [(step.kind, step.telling) for step in change.steps] == [
        (StepKind.SNOOZE_ENDED, Telling.NOBODY),
        (StepKind.OPENED, Telling.THREAD),
    ]
    assert change.alert.snooze is None


@pytest.mark.parametrize(
    "alert",
    [
        opened(snooze=SNOOZE),
        opened(snooze=SNOOZE, announced_at=None, state=AlertState.ACTIVE),
        opened(snooze=SNOOZE, announced_at=None, flapping_since=NOW),
    ],
    ids=["told before", "not open", "flaps"],
)
def test_the_end_of_a_snooze_that_hides_nothing_is_told_to_nobody(alert: Alert) -> None:
    """Of what flaps, the opening is told once it is steady."""
    change = overlays.unsnooze(alert, by="U3", now=NOW)

    assert [(step.kind, step.telling) for step in change.steps] == [(StepKind.SNOOZE_ENDED, Telling.NOBODY)]


def test_an_admin_may_keep_for_as_long_as_they_like() -> None:
    """Everybody else for a year."""
    overlays.keep(opened(), until=NOW + 365 * DAY, by="U1", zone=ZONE, now=NOW)
    change = overlays.keep(opened(), until=NOW + 3_650 * DAY, by="U1", zone=ZONE, now=NOW, longest=None)

    assert change.alert.keep is not None
    assert change.alert.keep.until == NOW + 3_650 * DAY


def test_a_snooze_may_last_until_it_changes() -> None:
    """No date is written then."""
    change = overlays.snooze(opened(), until=None, by=None, zone=ZONE, now=NOW)

    assert change.steps[0].what == "is snoozed until it changes"


def test_an_acknowledgement_lasts_two_weeks_or_as_said() -> None:
    """With its note."""
    usual = overlays.ack(opened(), by="U1", zone=ZONE, now=NOW, note="on it")
    said = overlays.ack(opened(), by="U1", zone=ZONE, now=NOW, until=NOW + DAY)

    assert usual.alert.ack == Ack(by="U1", at=NOW, until=NOW + 14 * DAY, note="on it")
    assert usual.steps[0].what == "is acknowledged until Mon 13 Apr 2026: on it"
    assert said.alert.ack is not None
    assert said.alert.ack.until == NOW + DAY


def test_an_owner_is_mentioned_unless_they_took_it_themselves() -> None:
    """Once."""
    given = overlays.assign(opened(), owner="U2", by="U1", now=NOW)
    taken = overlays.assign(opened(), owner="U1", by="U1", now=NOW)

    assert given.alert.owner == "U2"
    assert (given.steps[0].telling, given.steps[0].person) == (Telling.THREAD, "U2")
    assert taken.steps[0].telling is Telling.NOBODY


def test_a_kept_project_closes_its_alert() -> None:
    """With the reason, and nothing that was said before outlasts it."""
    alert = opened(snooze=SNOOZE, ack=ACK, owner="U2")

    change = overlays.keep(alert, until=NOW + 90 * DAY, by="U1", zone=ZONE, now=NOW, reason="archive of 2025")

    assert change.alert.state is AlertState.CLOSED
    assert change.alert.reason == "it is kept as it is until Sun 28 Jun 2026"
    assert change.alert.keep == Keep(by="U1", at=NOW, until=NOW + 90 * DAY, reason="archive of 2025")
    assert (change.alert.snooze, change.alert.ack, change.alert.owner) == (None, None, "U2")
    assert [(step.kind, step.telling, step.by) for step in change.steps] == [
        (StepKind.KEPT, Telling.NOBODY, "U1"),
        (StepKind.CLOSED, Telling.THREAD, "U1"),
    ]
    assert change.steps[1].what == (
        "is closed: it is kept as it is until Sun 28 Jun 2026, because archive of 2025"
    )  # the only line that the channel is told
    assert change.alert.next_at == NOW


@pytest.mark.parametrize(
    ("state", "after"),
    [(AlertState.QUIET, AlertState.ACTIVE), (AlertState.CLOSED, AlertState.CLOSED)],
)
def test_what_is_not_open_can_be_kept_in_silence(state: AlertState, after: AlertState) -> None:
    """What waits for its confirmation does not open."""
    change = overlays.keep(opened(state=state), until=None, by="U1", zone=ZONE, now=NOW)

    assert change.alert.state is after
    assert [step.kind for step in change.steps] == [StepKind.KEPT]
    assert change.steps[0].what == "is kept as it is for good"


def test_everything_can_be_taken_back() -> None:
    """And is in the record."""
    alert = opened(snooze=SNOOZE, ack=ACK, owner="U2", keep=Keep(by="U1", at=NOW, until=None))

    changes = [
        overlays.unsnooze(alert, by="U3", now=NOW),
        overlays.unack(alert, by="U3", now=NOW),
        overlays.unassign(alert, by="U3", now=NOW),
        overlays.unkeep(alert, by="U3", now=NOW),
    ]

    assert [change.steps[0].kind for change in changes] == [
        StepKind.SNOOZE_ENDED,
        StepKind.ACK_ENDED,
        StepKind.ASSIGNED,
        StepKind.KEEP_ENDED,
    ]
    assert [change.alert.snooze or change.alert.ack for change in changes[:1]] == [ACK]
    assert (changes[1].alert.ack, changes[2].alert.owner, changes[3].alert.keep) == (None, None, None)
    assert {change.alert.next_at for change in changes} == {NOW}


@pytest.mark.parametrize(("archived", "what"), [(True, "put into"), (False, "taken out of")])
def test_archiving_through_us_is_in_the_record(archived: bool, what: str) -> None:  # noqa: FBT001 - a table
    """The alert itself changes when the source says so."""
    change = overlays.archiving(opened(), archived=archived, by="U1", now=NOW)

    assert change.steps[0].kind is StepKind.ARCHIVE_ASKED
    assert f"{what} the archive" in change.steps[0].what
    assert change.alert.is_open


ENDED = opened(state=AlertState.ACTIVE)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: overlays.snooze(ENDED, until=None, by="U1", zone=ZONE, now=NOW), "nothing to snooze"),
        (lambda: overlays.ack(ENDED, by="U1", zone=ZONE, now=NOW), "nothing to acknowledge"),
        (lambda: overlays.assign(ENDED, owner="U1", by="U1", now=NOW), "nothing to assign"),
        (lambda: overlays.snooze(opened(), until=NOW, by="U1", zone=ZONE, now=NOW), "over already"),
        (lambda: overlays.snooze(opened(), until=NOW + 91 * DAY, by="U1", zone=ZONE, now=NOW), "90 days"),
        (lambda: overlays.ack(opened(), until=NOW - DAY, by="U1", zone=ZONE, now=NOW), "over already"),
        (lambda: overlays.ack(opened(), until=NOW + 91 * DAY, by="U1", zone=ZONE, now=NOW), "90 days"),
        (lambda: overlays.keep(opened(), until=NOW + 366 * DAY, by="U1", zone=ZONE, now=NOW), "only an admin"),
        (lambda: overlays.keep(opened(), until=NOW, by="U1", zone=ZONE, now=NOW), "over already"),
        (lambda: overlays.assign(opened(owner="U2"), owner="U2", by="U1", now=NOW), "already"),
        (lambda: overlays.unsnooze(opened(), by="U1", now=NOW), "not snoozed"),
        (lambda: overlays.unack(opened(), by="U1", now=NOW), "not acknowledged"),
        (lambda: overlays.unassign(opened(), by="U1", now=NOW), "to nobody"),
        (lambda: overlays.unkeep(opened(), by="U1", now=NOW), "not kept"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(act: Callable[[], AlertChange], sentence: str) -> None:
    """Nothing is done, and the person knows why."""
    with pytest.raises(UsageError) as refusal:
        act()

    assert sentence in refusal.value.for_user()


def test_who_replaces_the_word_of_somebody_else_is_told_so() -> None:
    """Two people may do the same within seconds; to say it again oneself is no matter."""
    alert = overlays.ack(opened(), by="U1", zone=ZONE, now=NOW).alert
    alert = overlays.snooze(alert, until=NOW + DAY, by="U1", zone=ZONE, now=NOW).alert

    own, other = (overlays.ack(alert, by=who, zone=ZONE, now=NOW).steps[0].what for who in ("U1", "U2"))
    longer = overlays.snooze(alert, until=None, by="U2", zone=ZONE, now=NOW).steps[0].what

    assert other == f"{own}, instead of somebody else’s acknowledgement"
    assert longer == "is snoozed until it changes, instead of somebody else’s snooze"
