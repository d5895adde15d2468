"""Writing digests over real rows: what they say, what the next one is compared with, and what is not known."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.answers import DigestForm, Purpose
from bot.digests import writer as module
from bot.errors import SourceDown, UsageError
from bot.model import DeliveryKind, EmptyPolicy, Pause, PauseKind, Schedule, Scope, State
from bot.views.digest import draw_digest
from tests.builders import NOW, microvisualizer, streampixel
from tests.digests.desk import PATIENCE, Desk, open_desk, slot_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.digests.writer import Written
    from bot.store import SqlStore


SCOPE = Scope(workspace="local")


@pytest.fixture
def dialect() -> str:
    """Return SQLite: the writer does not know what is below the store."""
    return "sqlite"


@pytest.fixture
async def desk(store: SqlStore) -> AsyncIterator[Desk]:
    """Return a desk with seven projects in two sources."""
    async with open_desk(store) as opened:
        yield opened


def told(written: Written) -> list[tuple[str, str]]:
    """Return kind and name of every difference."""
    return [(each.kind.value, each.name) for each in written.report.differences]


# --- first and second --------------------------------------------------------------------------------------------


async def test_the_first_digest_counts_and_compares_with_nothing(desk: Desk) -> None:
    """Everything it knows is kept for the second."""
    written = await desk.writes(await desk.adds())
    report, snapshot = written.report, written.snapshot

    assert (report.since, report.differences, report.fresh_start, report.not_compared) == (None, (), "first digest", ())
    assert (report.form, written.changed, written.blind) == (DigestForm.FULL, True, False)
    assert all(each.before is None and each.read and not each.blind for each in report.totals)
    assert sorted(mark.name for mark in snapshot.marks.values()) == [
        "Billing", "Checkout", "Checkout Legacy", "Configurator EU", "Showroom Berlin", "Yacht",
    ]  # fmt: skip
    assert (snapshot.at, snapshot.query, snapshot.blind) == (NOW, "", ())
    assert report.hidden_archived == 1
    assert {each.title: each.states for each in report.totals} == {
        "MicroVisualizer": {State.ACTIVE: 2, State.INACTIVE: 1},
        "Streampixel": {State.LAPSED: 1, State.OFF: 1, State.UNKNOWN: 1},
    }


async def test_what_needs_a_decision_comes_worst_first(desk: Desk) -> None:
    """Lapsed, off though paid for, then the longest idle; what is off and not paid for is nobody's question."""
    desk.micro.knows(*(microvisualizer(id=f"i{n}", name=f"Idle {n}", idle=timedelta(days=50 + n)) for n in range(9)))
    desk.pixel.knows(streampixel(id="s9", name="Free and off", enabled=False, subscription=None))

    report = (await desk.writes(await desk.adds())).report

    assert [row.project.name for row in report.decisions] == ["Yacht", "Configurator EU", "Idle 8", "Idle 7", "Idle 6"]
    assert report.decisions_total == 12


async def test_without_a_change_there_is_nothing_to_tell(desk: Desk) -> None:
    """The totals are compared all the same."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.later(hours=6)

    written = await desk.writes(digest)

    assert (written.report.since, written.changed, told(written)) == (NOW, False, [])
    assert all(each.before == each.states for each in written.report.totals)


async def test_everything_that_happened_since_is_told_once(desk: Desk) -> None:
    """New, gone, archived, idle, edited, switched on, lapsed, and other services."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.later(days=2)
    desk.pixel.knows(streampixel(id="s2", name="Configurator EU"), streampixel(id="s1", subscription="canceled"))
    desk.pixel.forgets("s3")
    now = desk.clock.now()
    desk.micro.knows(
        microvisualizer(id="checkout-a1", name="Checkout", archived=True),
        microvisualizer(id="legacy-b2", name="Checkout Legacy", updated_at=now - timedelta(hours=1)),
        microvisualizer(id="new-e5", name="Loyalty", service_count=3, updated_at=now - timedelta(hours=1)),
    )

    written = await desk.writes(digest)

    assert told(written) == [
        ("lapsed", "Showroom Berlin"),
        ("gone", "Yacht"),
        ("quiet", "Billing"),
        ("new", "Loyalty"),
        ("back", "Checkout Legacy"),
        ("back", "Configurator EU"),
        ("archived", "Checkout"),
    ]
    assert written.changed
    assert written.report.hidden_archived == 2


async def test_the_next_digest_is_compared_with_the_delivered_one_only(desk: Desk) -> None:
    """What was written and not sent, a preview or a failure, moves nothing."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.later(hours=1)
    desk.pixel.knows(streampixel(id="s1", enabled=False))
    first = await desk.writes(digest)
    desk.later(hours=1)

    again = await desk.delivers(digest)
    desk.later(hours=1)
    after = await desk.writes(digest)

    assert told(first) == told(again) == [("off", "Showroom Berlin")]
    assert (after.report.since, told(after)) == (NOW + timedelta(hours=2), [])


# --- filters -----------------------------------------------------------------------------------------------------


async def test_a_digest_of_idle_projects_says_who_came_and_who_went(desk: Desk) -> None:
    """Time brings some, an edit takes others; nobody is new or gone."""
    digest = await desk.adds("state:inactive")
    await desk.delivers(digest)
    desk.later(days=8)
    edited = desk.clock.now() - timedelta(hours=1)
    desk.micro.knows(microvisualizer(id="legacy-b2", name="Checkout Legacy", updated_at=edited))

    written = await desk.writes(digest)

    assert told(written) == [("inactive", "Billing"), ("back", "Checkout Legacy")]


async def test_what_was_taken_out_of_the_archive_is_back_and_not_new(desk: Desk) -> None:
    """It was known all the time; its events say what happened."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.later(hours=3)
    shop = microvisualizer(id="archive-d4", name="Old Shop", updated_at=desk.clock.now() - timedelta(hours=1))
    desk.micro.knows(shop)

    (difference,) = (await desk.writes(digest)).report.differences

    assert (difference.kind.value, difference.name, difference.before) == ("back", "Old Shop", "archived")


async def test_what_matches_for_another_reason_says_no_more_than_that(desk: Desk) -> None:
    """A new name is no news about the project, only about the filters."""
    digest = await desk.adds("name:shop")
    await desk.delivers(digest)
    desk.later(hours=3)
    desk.micro.knows(microvisualizer(id="checkout-a1", name="Shop Checkout"))
    joined = await desk.delivers(digest)
    desk.later(hours=3)
    desk.micro.knows(microvisualizer(id="checkout-a1", name="Checkout"))
    left = await desk.writes(digest)

    assert told(joined) == [("joined", "Shop Checkout")]
    assert told(left) == [("left", "Checkout")]


async def test_too_many_joined_projects_are_not_explained_one_by_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred questions to the database are enough for one message."""
    monkeypatch.setattr(module, "MOST_EXPLAINED", 0)
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.later(hours=3)
    desk.micro.knows(microvisualizer(id="archive-d4", name="Old Shop"))

    assert told(await desk.writes(digest)) == [("joined", "Old Shop")]


async def test_many_missing_projects_are_looked_up_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded, and none is forgotten."""
    monkeypatch.setattr(module, "LOOKED_UP_AT_ONCE", 4)
    some = [microvisualizer(id=f"p{n:02}", name=f"P{n:02}") for n in range(10)]
    desk.micro.knows(*some)
    digest = await desk.adds("name:P*")
    await desk.delivers(digest)
    desk.later(hours=3)
    desk.micro.knows(*(replace(each, archived=True) for each in some))

    assert told(await desk.writes(digest)) == [("archived", each.name) for each in some]


async def test_filters_that_name_a_source_taken_away_are_refused(desk: Desk) -> None:
    """With a sentence for the ledger, not with a crash."""
    digest = await desk.adds("source:jira")

    with pytest.raises(UsageError) as refusal:
        await desk.writes(digest)

    assert "jira" in refusal.value.text


async def test_changed_filters_begin_anew_and_say_so(desk: Desk) -> None:
    """Half of the projects would be gone otherwise."""
    digest = await desk.adds()
    await desk.delivers(digest)

    written = await desk.writes(replace(digest, query="source:streampixel"))

    assert (written.report.fresh_start, written.changed, written.report.since) == ("the filters changed", True, None)
    assert [each.title for each in written.report.totals] == ["Streampixel"]


async def test_projects_that_filters_cannot_judge_are_named(desk: Desk) -> None:
    """Streampixel dates no edits."""
    (left_out,) = (await desk.writes(await desk.adds("updated:<7d"))).report.left_out

    assert (left_out.title, left_out.fields, left_out.count) == ("Streampixel", ("updated",), 3)


# --- what cannot be seen -----------------------------------------------------------------------------------------


async def test_a_blind_source_is_not_compared_and_keeps_its_last_numbers(desk: Desk) -> None:
    """Its projects are neither gone nor unchanged; the next digest knows that it was blind."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.later(hours=1)
    desk.breaks(desk.pixel)
    desk.micro.forgets("checkout-a1")

    written = await desk.writes(digest)
    micro, pixel = written.report.totals

    assert told(written) == [("gone", "Checkout")]
    assert (written.report.not_compared, written.snapshot.blind) == (("Streampixel",), ("streampixel",))
    assert (pixel.blind, pixel.before, pixel.total) == (True, None, 3)
    assert micro.before == {State.ACTIVE: 2, State.INACTIVE: 1}
    assert (written.blind, written.report.form) == (False, DigestForm.FULL)


async def test_a_gap_is_told_when_it_opens_and_when_it_closes(desk: Desk) -> None:
    """In between there is nothing to tell; after it, changes count again."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.breaks(desk.pixel)
    changed = []
    for _ in range(2):
        desk.later(hours=1)
        changed.append((await desk.delivers(digest)).changed)
    desk.pixel.works_again()
    desk.pixel.forgets("s3")
    desk.later(hours=1)
    closed = await desk.delivers(digest)
    desk.later(hours=1)
    desk.pixel.forgets("s2")
    after = await desk.writes(digest)

    assert changed == [True, False]
    assert (closed.changed, told(closed), closed.report.not_compared) == (True, [("gone", "Yacht")], ())
    assert closed.report.compared_since == {"Streampixel": NOW}
    assert (told(after), after.report.compared_since) == ([("gone", "Configurator EU")], {})


@pytest.mark.parametrize("digests", [1, 3])
async def test_what_happens_during_an_outage_is_told_once_after_it(desk: Desk, digests: int) -> None:
    """However many digests could not see it: vanished, switched off, new."""
    digest = await desk.adds()
    await desk.counts(s1=7)
    desk.later(minutes=1)
    before = await desk.delivers(digest)
    desk.breaks(desk.pixel)
    for _ in range(digests):
        desk.later(hours=2)
        blind = await desk.delivers(digest)
        assert (told(blind), blind.report.not_compared) == ([], ("Streampixel",))
    desk.pixel.forgets("s3")
    desk.pixel.knows(streampixel(id="s1", name="Showroom Berlin", enabled=False), streampixel(id="s9", name="Loft"))
    desk.pixel.works_again()
    desk.later(hours=1)
    first = await desk.delivers(digest)
    desk.later(hours=1)
    second = await desk.writes(digest)

    assert (blind.snapshot.since, blind.snapshot.peaks) == ({"streampixel": before.snapshot.at}, {"streampixel": 7})
    assert told(first) == [("off", "Showroom Berlin"), ("gone", "Yacht"), ("new", "Loft")]
    assert first.report.compared_since == {"Streampixel": before.snapshot.at}
    assert first.report.not_compared == ()
    assert (told(second), second.changed, first.snapshot.since) == ([], False, {})


async def test_what_was_seen_before_an_outage_began_is_told_after_it(desk: Desk) -> None:
    """It was read, but no digest has told it: to the next one it is as good as unseen."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.later(hours=1)
    desk.pixel.knows(streampixel(id="s9", name="Loft"))
    desk.pixel.forgets("s3")
    await desk.catalog.refresh(SCOPE, viewers=False, force=True, patience=PATIENCE)
    desk.breaks(desk.pixel)
    desk.later(hours=1)
    blind = await desk.delivers(digest)
    desk.pixel.works_again()
    desk.later(hours=1)

    assert told(blind) == []
    assert told(await desk.writes(digest)) == [("gone", "Yacht"), ("new", "Loft")]


async def test_sources_that_fail_in_turn_are_each_compared_with_when_they_were_seen(desk: Desk) -> None:
    """One comes back while the other goes."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.breaks(desk.pixel)
    desk.later(hours=1)
    await desk.delivers(digest)
    desk.pixel.works_again()
    desk.pixel.forgets("s3")
    desk.breaks(desk.micro)
    desk.later(hours=1)
    swapped = await desk.delivers(digest)
    desk.micro.works_again()
    desk.micro.forgets("checkout-a1")
    desk.later(hours=1)
    after = await desk.writes(digest)

    assert (told(swapped), swapped.report.not_compared) == ([("gone", "Yacht")], ("MicroVisualizer",))
    assert swapped.snapshot.since == {"microvisualizer": NOW + timedelta(hours=1)}
    assert (told(after), after.report.not_compared) == ([("gone", "Checkout")], ())
    assert after.report.compared_since == {"MicroVisualizer": NOW + timedelta(hours=1)}


async def test_a_source_that_the_first_digest_could_not_read_has_no_marks(desk: Desk) -> None:
    """What was known from before is older than the digest, and nobody knows by how much."""
    await desk.catalog.refresh(SCOPE, viewers=False, force=True, patience=PATIENCE)
    desk.breaks(desk.pixel)
    desk.later(hours=1)
    digest = await desk.adds()
    first = await desk.delivers(digest)
    desk.pixel.works_again()
    desk.pixel.forgets("s3")
    desk.later(hours=1)
    second = await desk.writes(digest)

    assert {mark.connection for mark in first.snapshot.marks.values()} == {"microvisualizer"}
    assert (told(second), second.report.not_compared) == ([], ("Streampixel",))


async def test_if_nothing_can_be_read_there_is_no_number_to_tell(desk: Desk) -> None:
    """Never a digest of zeros."""
    desk.breaks(desk.pixel, desk.micro)

    written = await desk.writes(await desk.adds())

    assert (written.blind, written.report.form) == (True, DigestForm.UNAVAILABLE)
    assert all(not each.read and each.blind for each in written.report.totals)


async def test_a_digest_of_one_source_does_not_mind_another(desk: Desk) -> None:
    """Blind is who cannot see what the filters ask for."""
    desk.breaks(desk.pixel)

    of_micro = await desk.writes(await desk.adds("source:microvisualizer"))
    of_pixel = await desk.writes(await desk.adds("source:streampixel"))
    of_none = await desk.writes(await desk.adds("source:streampixel connection:microvisualizer"))

    assert (of_micro.blind, of_micro.snapshot.blind, of_pixel.blind) == (False, (), True)
    assert (of_none.blind, of_none.report.totals) == (False, ())


async def test_a_slow_source_is_blind_once_what_is_known_is_old(desk: Desk) -> None:
    """Patience ends; young data will do, old data is said to be old."""
    digest = await desk.adds("source:streampixel")
    await desk.delivers(digest)
    desk.pixel.hold()
    desk.later(minutes=10)
    young = await desk.writes(digest, patience=timedelta(0))
    desk.later(minutes=10)
    old = await desk.writes(digest, patience=timedelta(0))
    desk.pixel.release()

    assert (young.snapshot.blind, young.report.not_compared, young.blind) == ((), (), False)
    assert (old.snapshot.blind, old.report.not_compared, old.blind) == (("streampixel",), ("Streampixel",), True)


async def test_a_source_that_hangs_holds_up_only_what_it_concerns(desk: Desk) -> None:
    """Ten places for all digests of a process: none is wasted on what the digest does not ask for."""
    digest = await desk.adds("source:microvisualizer")
    await desk.delivers(digest)
    desk.pixel.hold()
    desk.later(minutes=10)

    async with asyncio.timeout(5):
        written = await desk.writes(digest, patience=timedelta(minutes=10))
    desk.pixel.release()

    assert written.report.not_compared == ()
    assert desk.pixel.asked("list_projects") == 0


async def test_a_source_that_hangs_is_waited_for_once(desk: Desk) -> None:
    """The digest after the one that waited in vain goes on at once, and says what it could not see."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.later(minutes=20)
    desk.pixel.hold()
    await desk.writes(digest, patience=timedelta(seconds=0.05))
    desk.later(minutes=10)

    async with asyncio.timeout(5):
        written = await desk.writes(digest, patience=timedelta(minutes=10))
    desk.pixel.release()

    assert written.report.not_compared == ("Streampixel",)


async def test_a_source_that_hangs_has_one_judgement(desk: Desk) -> None:
    """A footer that ticks off what the headline says cannot be read is no evidence of anything."""
    digest = await desk.adds()
    await desk.delivers(digest)
    desk.later(hours=3)
    desk.pixel.hold()
    written = await desk.writes(digest, patience=timedelta(seconds=0.05))
    desk.pixel.release()

    text = draw_digest(written.report).message.text
    assert "Streampixel cannot be read now: not counted, not compared." in text
    assert "⚠️ Streampixel: does not answer in time, as of " in text
    assert "✅ MicroVisualizer: read " in text


async def test_without_any_source_nothing_is_claimed(desk: Desk) -> None:
    """An installation without a key has not zero projects."""
    await desk.store.register("local", [])

    written = await desk.writes(await desk.adds())

    assert (written.blind, written.report.totals) == (True, ())


# --- viewers -----------------------------------------------------------------------------------------------------


async def test_the_peak_of_viewers_is_compared_with_the_period_before(desk: Desk) -> None:
    """The name of the project goes with it."""
    digest = await desk.adds()
    await desk.writes(digest)
    await desk.counts(s1=7)
    desk.later(hours=1)
    first = await desk.delivers(digest)
    desk.later(hours=2)
    await desk.counts(s1=12)
    desk.later(hours=1)
    second = await desk.writes(digest)
    (was,) = [each for each in first.report.totals if each.peak]
    (now,) = [each for each in second.report.totals if each.peak]

    assert was.peak is not None
    assert now.peak is not None
    assert (was.peak.live, was.peak_name, was.peak_before) == (7, "Showroom Berlin", None)
    assert (now.peak.live, now.peak_name, now.peak_before) == (12, "Showroom Berlin", 7)
    assert first.snapshot.peaks == {"streampixel": 7}


# --- around ------------------------------------------------------------------------------------------------------


async def test_a_slot_goes_into_the_report_and_a_manual_run_does_not(desk: Desk) -> None:
    """With the slots that it covers, and the run after it."""
    digest = await desk.adds()
    slot = slot_of(digest, merged=2)
    scheduled = (await desk.writes(digest, slot)).report
    by_hand = (await desk.writes(digest, replace(slot, kind=DeliveryKind.MANUAL))).report
    preview = await desk.writer.write(digest, purpose=Purpose.PREVIEW, delivery=None, patience=timedelta(seconds=1))

    assert scheduled.slot is not None
    assert (scheduled.slot.local, scheduled.slot.at, scheduled.merged) == ("2026-03-30T14:00", NOW, 2)
    assert (by_hand.slot, preview.report.slot, preview.report.purpose) == (None, None, Purpose.PREVIEW)
    assert (preview.report.command, preview.report.merged) == ("digest preview 1", 0)


async def test_the_next_run_is_that_after_the_slot(desk: Desk) -> None:
    """One that is written a little before its moment does not announce itself; one that rests announces nothing."""
    digest = await desk.adds(schedule=Schedule("0 9 * * 1-5", "Europe/Berlin"))
    tomorrow = datetime(2026, 3, 31, 7, tzinfo=UTC)
    now = (await desk.writes(digest)).report.next_run
    early = (await desk.writes(digest, slot_of(digest, planned_at=tomorrow))).report.next_run
    pause = Pause(kind=PauseKind.PERSON, at=NOW, reason="")
    resting = (await desk.writes(replace(digest, pause=pause))).report.next_run

    assert now is not None
    assert early is not None
    assert (now.slot.at, early.slot.at, resting) == (tomorrow, tomorrow + timedelta(days=1), None)


async def test_viewers_that_were_not_counted_are_no_fall(desk: Desk) -> None:
    """Projects could be listed, viewers could not be counted for a day: fifty people have not left."""
    digest = await desk.adds("source:streampixel", empty=EmptyPolicy.FULL)
    await desk.counts(s1=50)
    desk.later(minutes=1)
    await desk.delivers(digest)
    desk.pixel.fails_with(SourceDown("Streampixel", "HTTP 503"), "viewers")
    for _ in range(3):
        desk.later(hours=8)
        await desk.catalog.refresh(SCOPE, viewers=True, force=False, patience=PATIENCE)
    blind = await desk.delivers(digest)
    desk.pixel.works_again()
    desk.later(hours=24)
    await desk.counts(s1=2)
    desk.later(minutes=1)
    seen = await desk.writes(digest)

    text = draw_digest(blind.report).message.text
    assert "Viewers not counted: Streampixel" in text
    assert "Most viewers" not in text
    assert blind.snapshot.peaks == {}
    (totals,) = seen.report.totals
    assert (totals.viewers_counted, totals.peak_before) == (True, None)
    assert totals.peak is not None
    assert totals.peak.live == 2


async def test_a_count_that_broke_off_is_not_compared(desk: Desk) -> None:
    """What was counted before is told, with what it lacks, and without a difference."""
    digest = await desk.adds("source:streampixel", empty=EmptyPolicy.FULL)
    await desk.counts(s1=50)
    desk.later(minutes=1)
    await desk.delivers(digest)
    desk.later(hours=1)
    await desk.counts(s1=7)
    desk.later(hours=1)
    desk.pixel.fails_with(SourceDown("Streampixel", "HTTP 503"), "viewers")
    await desk.catalog.refresh(SCOPE, viewers=True, force=False, patience=PATIENCE)

    written = await desk.writes(digest)

    text = draw_digest(written.report).message.text
    assert "Most viewers at once: 7 at Showroom Berlin" in text
    assert "Viewers not counted: Streampixel" in text
    assert written.snapshot.peaks == {}


async def test_the_peak_of_the_last_digest_is_not_in_the_next(desk: Desk) -> None:
    """It was a few minutes before, in the same hour."""
    digest = await desk.adds("source:streampixel", empty=EmptyPolicy.FULL)
    await desk.counts(s1=50)
    desk.later(minutes=3)
    await desk.delivers(digest)
    desk.later(minutes=20)
    await desk.counts(s1=4)
    desk.later(minutes=1)

    written = await desk.writes(digest)

    assert written.snapshot.peaks == {"streampixel": 4}
