"""What `alerts` does with each of its words, over a real desk and a ledger in memory."""

from __future__ import annotations

import asyncio
import pkgutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

import bot.commands.alerts as alerts_verb
from bot.answers import AlertDetails, AlertDone, AlertList, Refusal, WatchKept
from bot.commands.alerts import WORDS
from bot.commands.alerts.targets import LONGEST_REASON
from bot.errors import SourceDown
from bot.model import AlertState, EventKind, Hold, Outage, ProblemKind, Scope, StepKind, Verdict
from bot.ports import AlertChange, Person
from bot.query import Query
from tests.builders import NOW
from tests.commands.alarms import ends, opens, row
from tests.commands.conftest import ADMIN, ANN, BEN, CHANNEL, OPERATORS

if TYPE_CHECKING:
    from bot.model import Raised
    from tests.commands.conftest import Desk

HELPERS = {"targets", "ends", "acting", "called"}
DAY = timedelta(days=1)
IS_TO_BE_ARCHIVED = "is to be put into the archive; if nothing more is said of that here, nobody knows whether it was"


@pytest.fixture
async def alarmed(desk: Desk) -> Desk:
    """Return a desk with one watch, and two open alerts: 1 about Checkout Legacy, 2 about Billing."""
    desk.messenger.people |= {ANN: Person(name="Ann"), BEN: Person(name="Ben")}
    await desk.answers("watch add inactive for 20d source:microvisualizer hours:8-17", WatchKept)
    await opens(desk, "Checkout Legacy")
    await opens(desk, "Billing")
    desk.nudges.clear()
    return desk


async def raised(desk: Desk, number: int) -> Raised:
    """Return an alert as it is kept, with its record."""
    (found,) = await desk.context.watches.desk.numbered(CHANNEL, [number], steps=20)
    return found


def test_every_word_file_is_listed() -> None:
    """A word missing from WORDS would be dead code."""
    files = {module.name for module in pkgutil.iter_modules(alerts_verb.__path__)}
    names = {word.name for word in WORDS}
    assert files - HELPERS <= names
    assert {name.removeprefix("un") for name in names} == files - HELPERS


# --- looking -----------------------------------------------------------------------------------------------------


async def test_alerts_lists_what_is_open_with_its_evidence(alarmed: Desk) -> None:
    """Each with what its condition says now."""
    answer = await alarmed.answers("alerts", AlertList)

    assert [each.alert.number for each in answer.raised] == [1, 2]
    ages = {
        answer.entries[each.alert.project].project.name: answer.findings[each.alert.ref].age for each in answer.raised
    }
    assert ages == {"Checkout Legacy": 47 * DAY, "Billing": 26 * DAY}
    assert (answer.total, answer.command) == (2, "alerts")


async def test_the_list_can_be_narrowed_to_a_watch_and_widened_to_what_ended(alarmed: Desk) -> None:
    """In any order."""
    await ends(alarmed, await opens(alarmed, "Checkout"))
    await alarmed.answers("watch add off", WatchKept)

    assert (await alarmed.answers("alerts watch:2", AlertList)).total == 0
    everything = await alarmed.answers("alerts all watch:1", AlertList)
    assert everything.total == (await alarmed.answers("alerts list all", AlertList)).total == 3
    assert everything.command == "alerts watch:1 all"
    assert "no watch 7" in (await alarmed.answers("alerts watch:7", Refusal)).sentence
    assert (await alarmed.answers("alerts sort:name", Refusal)).correction == "alerts"


async def test_connections_that_cannot_be_read_are_named(alarmed: Desk) -> None:
    """Only those that were bad for long enough to be told."""
    outage = Outage(workspace="local", connection="streampixel", kind=ProblemKind.DOWN, detail="HTTP 503", since=NOW)
    kept = await alarmed.watch_ledger.save_outage(outage)
    assert kept is not None
    assert (await alarmed.answers("alerts", AlertList)).outages == ()
    await alarmed.watch_ledger.save_outage(replace(kept, opened_at=NOW))
    assert [each.connection for each in (await alarmed.answers("alerts", AlertList)).outages] == ["streampixel"]


async def test_why_tells_everything_about_one(alarmed: Desk) -> None:
    """Also if a button was drawn from an older version: looking does no harm."""
    answer = await alarmed.answers("alerts why 1@99", AlertDetails)

    assert (answer.command, answer.title) == ("alerts why 1", "MicroVisualizer")
    assert (answer.finding.verdict, answer.finding.age) == (Verdict.FIRES, 47 * DAY)
    assert [step.kind for step in answer.raised.steps] == [StepKind.OPENED]
    assert not answer.can_archive
    alarmed.allows_archiving()
    assert (await alarmed.answers("alerts why 1", AlertDetails)).can_archive


@pytest.mark.parametrize(
    ("typed", "correction"),
    [
        ("alerts 1", "alerts why 1"),
        ("alerts show 1", "alerts why 1"),
        ("alerts mute 1 7d", "alerts snooze 1 7d"),
        ("alerts snoze 1 7d", "alerts snooze 1 7d"),
        ("alerts why", "alerts"),
        ("alerts why wibble", "alerts"),
        ("alerts why 1,2", "alerts why 1"),
        ("alerts why 1 now", "alerts why 1"),
        ("alerts wibble", "alerts list"),
        ("alerts snooze 1", "alerts snooze 1 7d"),
        ("alerts snooze 1 120d", "alerts snooze 1 90d"),
        ("alerts snooze 1 for a year because holidays", "alerts snooze 1 90d because holidays"),
        ("alerts ack 1 for 120 days a note", "alerts ack 1 for 90d a note"),
        ("alerts keep 1 for ever", "alerts keep 1 365d"),
        ("alerts keep 1 2 years because art", "alerts keep 1 365d because art"),
        ("alerts snooze 1 for ever", "alerts keep 1 for ever"),
        ("alerts keep 1 until it changes", "alerts snooze 1 until it changes"),
        ("alerts assign 1", "alerts assign 1 me"),
        ("alerts unsnooze 1 now", "alerts unsnooze 1"),
        ("alerts release", "alerts"),
        ("alerts release microvisualiser", "alerts release microvisualizer"),
        ("alerts unack 1", "alerts why 1"),
    ],
)
async def test_what_cannot_be_read_is_corrected(alarmed: Desk, typed: str, correction: str) -> None:
    """The button below does what was probably meant."""
    assert (await alarmed.answers(typed, Refusal)).correction == correction


async def test_an_unknown_number_names_the_open_ones(alarmed: Desk) -> None:
    """Of several numbers, one wrong one keeps all from being done."""
    assert "open are 1, 2" in (await alarmed.answers("alerts ack 1,7", Refusal)).sentence
    assert (await raised(alarmed, 1)).alert.ack is None


# --- snooze ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("1d", NOW + DAY),
        ("for 7 days", NOW + 7 * DAY),
        ("30d", NOW + 30 * DAY),
        ("tomorrow", NOW.replace(day=31, hour=8)),
        ("until 2026-04-03", NOW.replace(month=4, day=3, hour=8)),
        ("until it changes", None),
    ],
)
async def test_a_snooze_ends_when_it_was_said_to(alarmed: Desk, typed: str, until: object) -> None:
    """Days begin with the hours of the watch, in its zone."""
    answer = await alarmed.answers(f"alerts snooze 1 {typed} because we wait for a client", AlertDone)

    snooze = (await raised(alarmed, 1)).alert.snooze
    assert snooze is not None
    assert (snooze.until, snooze.by, snooze.reason) == (until, ANN, "we wait for a client")
    assert answer.sentence.startswith("🔕 Checkout Legacy is snoozed until")
    assert answer.next == ("alerts unsnooze 1", "alerts why 1")
    assert (answer.stale, len(alarmed.nudges)) == ("", 1)


async def test_a_reason_is_asked_for_and_may_be_left_out(alarmed: Desk) -> None:
    """And may be no novel."""
    answer = await alarmed.answers("alerts snooze 1 1d", AlertDone)
    long = await alarmed.answers(f"alerts snooze 1 1d because {'x' * (LONGEST_REASON + 1)}", Refusal)

    assert "To say why: `alerts snooze 1 1d because …`." in answer.sentence
    assert "200 characters" in long.sentence


async def test_unsnooze_takes_it_back_once(alarmed: Desk) -> None:
    """A second time there is nothing to take back."""
    await alarmed.answers("alerts snooze 1 1d", AlertDone)
    answer = await alarmed.answers("alerts unsnooze 1", AlertDone)

    assert answer.sentence == "🔔 Checkout Legacy is not snoozed any more."
    assert "It is not snoozed." in (await alarmed.answers("alerts unsnooze 1", Refusal)).sentence


async def test_a_snooze_longer_than_allowed_is_refused(alarmed: Desk) -> None:
    """Ninety days at most; what is over is over."""
    assert "90 days at most" in (await alarmed.answers("alerts snooze 1 91d", Refusal)).sentence
    assert "over already" in (await alarmed.answers("alerts snooze 1 2020-01-01", Refusal)).sentence


# --- versions ----------------------------------------------------------------------------------------------------


async def test_a_button_of_an_older_version_changes_nothing_and_explains_itself(alarmed: Desk) -> None:
    """Two people press at the same time; the second learns what the first did."""
    revision = (await raised(alarmed, 1)).alert.revision
    alarmed.user = BEN
    await alarmed.answers(f"alerts snooze 1@{revision} 7d", AlertDone)
    await alarmed.later(minutes=2)
    alarmed.user = ANN
    answer = await alarmed.answers(f"alerts snooze 1@{revision} 30d", AlertDone)

    snooze = (await raised(alarmed, 1)).alert.snooze
    assert snooze is not None
    assert snooze.by == BEN
    assert not answer.sentence
    assert answer.stale == "Checkout Legacy is snoozed until Mon 6 Apr 2026 (Ben, 2 min ago)."
    assert answer.next == (f"alerts snooze 1@{revision + 1} 30d", "alerts why 1")


async def test_a_button_is_as_good_as_new_while_nothing_was_recorded(alarmed: Desk) -> None:
    """That an alert is looked at again, at another time, is nobody's business."""
    alert = (await raised(alarmed, 1)).alert
    later = AlertChange(alert=replace(alert, next_at=NOW + 40 * DAY))
    (moved,) = await alarmed.watch_ledger.change_alerts([later], now=NOW)

    answer = await alarmed.answers(f"alerts ack 1@{alert.revision}", AlertDone)

    assert moved.version > alert.version
    assert answer.sentence.startswith("👍 Checkout Legacy is acknowledged")
    assert not answer.stale


async def test_an_old_button_tells_the_newest_that_happened_since(alarmed: Desk) -> None:
    """Everything is in the record; and what was wanted can be wanted still."""
    revision = (await raised(alarmed, 1)).alert.revision
    for command in ("ack 1", "unack 1", "snooze 1 7d", f"assign 1 {BEN}"):
        await alarmed.answers(f"alerts {command}", AlertDone)
    answer = await alarmed.answers(f"alerts ack 1@{revision}", AlertDone)

    assert answer.stale == "Checkout Legacy is assigned to Ben (Ann, just now)."
    assert answer.next[0] == f"alerts ack 1@{(await raised(alarmed, 1)).alert.revision}"
    assert (await alarmed.answers(answer.next[0], AlertDone)).sentence.startswith("👍 Checkout Legacy")


async def test_of_several_only_those_that_are_still_as_seen_are_changed(alarmed: Desk) -> None:
    """The answer says which were not, and why."""
    one, two = [(await raised(alarmed, number)).alert.revision for number in (1, 2)]
    await alarmed.answers("alerts ack 1", AlertDone)
    answer = await alarmed.answers(f"alerts ack 1@{one}, 2@{two}", AlertDone)

    assert answer.sentence.startswith("👍 Billing is acknowledged until")
    assert answer.stale.startswith("Checkout Legacy is acknowledged until")
    assert answer.next == ("alerts unack 2", "alerts why 2")


async def test_several_are_done_at_once_and_what_makes_no_sense_is_named(alarmed: Desk) -> None:
    """What cannot be done about one does not keep it from the others."""
    await alarmed.answers("alerts snooze 1 1d", AlertDone)
    answer = await alarmed.answers("alerts unsnooze 1,2,1", AlertDone)
    assert answer.sentence == "🔔 Checkout Legacy is not snoozed any more. Billing: It is not snoozed."

    both = await alarmed.answers("alerts snooze watch:1 7d because holidays", AlertDone)
    assert both.sentence == "🔕 Checkout Legacy, Billing: each is snoozed until Mon 6 Apr 2026: holidays."
    assert len(both.raised) == len(both.entries) == 2
    assert both.command == "alerts"


async def test_how_to_say_why_is_short_for_all_alerts_of_a_watch(alarmed: Desk) -> None:
    """As a person would type it; a part of them is named one by one."""
    for name in ("Checkout", "Showroom Berlin", "Yacht"):
        await opens(alarmed, name)

    everything = await alarmed.answers("alerts snooze 1,2,3,4,5 1d", AlertDone)
    part = await alarmed.answers("alerts snooze 1,2,3,4 2d", AlertDone)

    assert "`alerts snooze watch:1 1d because …`" in everything.sentence
    assert "`alerts snooze 1,2,3,4 2d because …`" in part.sentence


async def test_a_watch_without_open_alerts_has_nothing_to_be_done_about(alarmed: Desk) -> None:
    """And one that does not exist is named."""
    await alarmed.answers("watch add off", WatchKept)
    assert "no open alert" in (await alarmed.answers("alerts ack watch:2", Refusal)).sentence
    assert "no watch 9" in (await alarmed.answers("alerts ack watch:9", Refusal)).sentence


# --- ack, assign, keep -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "note", "until"),
    [
        ("", "", NOW + 14 * DAY),
        ("on it", "on it", NOW + 14 * DAY),
        ("because I am on it", "I am on it", NOW + 14 * DAY),
        ("until 2026-04-03 after the fair", "after the fair", NOW.replace(month=4, day=3, hour=8)),
        ("for 3d", "", NOW + 3 * DAY),
    ],
)
async def test_an_acknowledgement_has_a_note_and_an_end(alarmed: Desk, typed: str, note: str, until: object) -> None:
    """Fourteen days if nothing else is said."""
    await alarmed.answers(f"alerts ack 1 {typed}", AlertDone)
    ack = (await raised(alarmed, 1)).alert.ack
    assert ack is not None
    assert (ack.note, ack.until, ack.by) == (note, until, ANN)

    await alarmed.answers("alerts unack 1", AlertDone)
    assert (await raised(alarmed, 1)).alert.ack is None


@pytest.mark.parametrize(
    ("typed", "mentions", "owner", "said"),
    [
        ("me", (), ANN, "👤 Checkout Legacy is assigned to you."),
        ("@ben", (("ben", BEN),), BEN, "👤 Checkout Legacy is assigned to Ben."),
        ("@Ben Smith", (("Ben Smith", BEN), ("Ben Smith", BEN)), BEN, "👤 Checkout Legacy is assigned to Ben."),
        (f"@{BEN}", (), BEN, "👤 Checkout Legacy is assigned to Ben."),
        (BEN, (), BEN, "👤 Checkout Legacy is assigned to Ben."),
    ],
)
async def test_an_alert_is_assigned_to_whom_slack_resolved(
    alarmed: Desk, typed: str, mentions: tuple[tuple[str, str], ...], owner: str, said: str
) -> None:
    """A name alone is nobody: there may be two."""
    answer = await alarmed.says(f"alerts assign 1 {typed}", mentions=mentions)

    assert isinstance(answer, AlertDone)
    assert answer.sentence == said
    assert (await raised(alarmed, 1)).alert.owner == owner
    await alarmed.answers("alerts unassign 1", AlertDone)
    assert (await raised(alarmed, 1)).alert.owner is None


async def test_two_people_of_one_name_are_not_guessed_between(alarmed: Desk) -> None:
    """Nor is a name that Slack did not resolve."""
    answer = await alarmed.says("alerts assign 1 @ben", mentions=(("ben", BEN), ("ben", ANN)))
    assert isinstance(answer, Refusal)
    assert "I do not know who that is" in answer.sentence


async def test_the_terminal_is_nobody_to_be_assigned_to(alarmed: Desk) -> None:
    """It has no Slack id."""
    alarmed.user = None
    assert "terminal is nobody" in (await alarmed.answers("alerts assign 1 me", Refusal)).sentence


@pytest.mark.parametrize(
    ("typed", "until"), [("", NOW + 90 * DAY), ("30d", NOW + 30 * DAY), ("2027-01-31", NOW.replace(2027, 1, 31, 8))]
)
async def test_a_project_is_kept_until_a_day_with_a_reason(alarmed: Desk, typed: str, until: object) -> None:
    """It closes the alert; ninety days if nothing else is said."""
    await alarmed.answers(f"alerts keep 1 {typed} because it is an archive", AlertDone)
    alert = (await raised(alarmed, 1)).alert

    assert alert.keep is not None
    assert (alert.keep.until, alert.keep.reason, alert.state) == (until, "it is an archive", AlertState.CLOSED)
    await alarmed.answers("alerts unkeep 1", AlertDone)
    assert (await raised(alarmed, 1)).alert.keep is None


async def test_only_admins_keep_for_more_than_a_year(alarmed: Desk) -> None:
    """As good as for ever would be the same."""
    refused = await alarmed.answers("alerts keep 1 9999w", Refusal)
    assert "365 days at most; only an admin" in refused.sentence
    await alarmed.answers("alerts keep 1 365d", AlertDone)
    alarmed.user = None  # the terminal
    await alarmed.answers("alerts keep 1 800d", AlertDone)


async def test_only_admins_keep_for_ever(alarmed: Desk) -> None:
    """The terminal counts as one."""
    refusal = await alarmed.answers("alerts keep 1 for ever", Refusal)
    assert "only an admin may keep it for longer or for ever. Write `90d`, or `365d`" in refusal.sentence
    alarmed.user = ADMIN
    await alarmed.answers("alerts keep 1 for ever because it is a monument", AlertDone)
    alarmed.user = None
    answer = await alarmed.answers("alerts keep 2 forever", AlertDone)

    assert "for good" in answer.sentence
    assert [(await raised(alarmed, number)).alert.keep is not None for number in (1, 2)] == [True, True]


# --- archive -----------------------------------------------------------------------------------------------------


async def test_archiving_is_switched_off_unless_the_settings_allow_it(alarmed: Desk) -> None:
    """The refusal says which setting, and what can be done instead."""
    refusal = await alarmed.answers("alerts archive 1", Refusal)
    assert "ROLLCALL_ALLOW_ARCHIVE" in refusal.sentence
    assert alarmed.micro.asked("archive") == 0


async def test_archiving_asks_the_source_records_it_and_says_what_it_says_now(alarmed: Desk) -> None:
    """And can be taken back."""
    alarmed.allows_archiving()
    answer = await alarmed.answers("alerts archive 1", AlertDone)

    assert (
        answer.sentence == "📦 Checkout Legacy was put into the archive. I asked its source, which now says: archived."
    )
    assert answer.next[0] == "alerts unarchive 1"
    assert (await row(alarmed, "Checkout Legacy")).project.archived
    step = (await raised(alarmed, 1)).steps[0]
    assert (step.kind, step.by) == (StepKind.ARCHIVE_ASKED, ANN)
    assert "in the archive already" in (await alarmed.answers("alerts archive 1", Refusal)).sentence
    await alarmed.answers("alerts unarchive 1", AlertDone)
    assert not (await row(alarmed, "Checkout Legacy")).project.archived
    scope = Scope(workspace="local")
    moment = alarmed.context.moment(await alarmed.catalog.freshness(scope))
    entry = await row(alarmed, "Checkout Legacy")
    events = await alarmed.context.store.events(scope, Query(), moment, since=NOW - DAY, size=9, ref=entry.ref)
    assert [event.kind for event in events.events][:2] == [EventKind.UNARCHIVED, EventKind.ARCHIVED]


async def test_an_old_archive_button_asks_no_source(alarmed: Desk) -> None:
    """What changed meanwhile may be the reason not to."""
    alarmed.allows_archiving()
    revision = (await raised(alarmed, 1)).alert.revision
    await alarmed.answers("alerts ack 1", AlertDone)
    answer = await alarmed.answers(f"alerts archive 1@{revision}", AlertDone)

    assert answer.stale
    assert alarmed.micro.asked("archive") == 0


async def test_what_came_of_it_is_recorded_beside_who_asked(alarmed: Desk) -> None:
    """A source that did not answer may have done it; one that does not know the project did not."""
    alarmed.allows_archiving()
    alarmed.micro.fails_with(SourceDown("MicroVisualizer", "HTTP 503"), "archive")
    assert "is not answering" in (await alarmed.answers("alerts archive 1", Refusal)).sentence
    alarmed.micro.works_again()
    alarmed.micro.forgets("checkout-b2")
    assert "does not know this project any more" in (await alarmed.answers("alerts archive 1", Refusal)).sentence

    steps = (await raised(alarmed, 1)).steps[:4]
    assert {(step.kind, step.by) for step in steps} == {(StepKind.ARCHIVE_ASKED, ANN)}
    assert [step.what for step in steps[::2]] == [
        "was not put into the archive: Its source does not know this project any more.",
        "may or may not have been put into the archive: HTTP 503",
    ]
    assert steps[1].what == steps[3].what == IS_TO_BE_ARCHIVED


async def test_whoever_dies_while_the_source_is_asked_leaves_a_record(alarmed: Desk) -> None:
    """It names who wanted it, and says that nobody knows whether it was done."""
    alarmed.allows_archiving()
    alarmed.micro.hold()
    begun = len(alarmed.micro.calls)
    asking = asyncio.create_task(alarmed.says("alerts archive 1"))
    await alarmed.micro.reached(begun + 1)
    asking.cancel()
    await asyncio.wait([asking])
    alarmed.micro.release()

    step = (await raised(alarmed, 1)).steps[0]
    assert (step.kind, step.by, step.what) == (StepKind.ARCHIVE_ASKED, ANN, IS_TO_BE_ARCHIVED)


# --- release -----------------------------------------------------------------------------------------------------


async def test_what_is_held_back_is_released_by_operators_and_admins(alarmed: Desk) -> None:
    """Elsewhere nobody else may."""
    hold = Hold(workspace="local", connection="microvisualizer", since=NOW, projects=9, of=20, looked_at=NOW)
    held = await alarmed.watch_ledger.save_hold(hold)
    assert held is not None

    elsewhere = await alarmed.answers("alerts release microvisualizer", Refusal)
    alarmed.channel = OPERATORS
    other = await alarmed.answers("alerts release streampixel", Refusal)
    answer = await alarmed.answers("alerts release MicroVisualizer", AlertDone)

    assert "an admin, or anybody in the operators' channel" in elsewhere.sentence
    assert "Held back are alerts of `microvisualizer`." in other.sentence
    assert "9 projects" in answer.sentence
    released = await alarmed.watch_ledger.hold(held.ref)
    assert released is not None
    assert (released.released_by, released.released_at) == (ANN, NOW)


async def test_the_terminal_may_release_from_anywhere(alarmed: Desk) -> None:
    """It counts as an admin."""
    alarmed.user = None
    assert "Nothing is held back" in (await alarmed.answers("alerts release microvisualizer", Refusal)).sentence
