"""What the evaluator does with watches: what it judges, what it leaves alone, and that nothing is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.alerts import overlays
from bot.errors import SourceBusy, SourceDown, SourceRefused, StoreError
from bot.model import AlertState, CardKind, Pause, PauseKind, Signal, StepKind
from tests.alerts.stage import DAY, EVERY, GONE, HOUR, INACTIVE, MICRO, MINUTE, OFF, PIXEL, QUEUE, SCOPE, UNSEEN, Stage
from tests.builders import NOW

if TYPE_CHECKING:
    from bot.model import Watch


@pytest.fixture
async def stage() -> Stage:
    """Return an evaluator whose sources know nothing yet."""
    made = Stage()
    await made.open()
    return made


# --- beginning ----------------------------------------------------------------------------------------------------


async def test_what_is_quiet_already_when_a_watch_is_added_opens_at_once_on_one_card(stage: Stage) -> None:
    """It is the backlog, and no storm, however much it is."""
    stage.has(30, idle=60 * DAY)
    stage.edit("busy")
    watch = await stage.watch()
    await stage.tick()

    alerts = await stage.alerts(watch)
    assert len(alerts) == 30
    assert all(alert.baseline and alert.state is AlertState.INACTIVE for alert in alerts.values())
    (card,) = await stage.cards(CardKind.WATCH, watch.ref)
    assert {alert.card for alert in alerts.values()} == {card.ref}
    assert card.due_at == NOW
    assert await stage.ledger.holds("local") == ()


async def test_a_project_that_falls_silent_opens_after_ten_minutes(stage: Stage) -> None:
    """Its date passes the limit; nobody touched it."""
    stage.has(3, idle=30 * DAY - 7 * MINUTE)
    stage.edit("m2")
    watch = await stage.watch()
    states = []
    for _ in range(6):
        await stage.tick()
        states.append(await stage.states(watch))

    quiet, open_ = {"m0": "quiet", "m1": "quiet"}, {"m0": "inactive", "m1": "inactive"}
    assert states == [{}, {}, quiet, quiet, open_, open_]
    assert [kind for kind, _ in await stage.steps(watch)] == [StepKind.OPENED, StepKind.OPENED]


async def test_an_edit_ends_it_and_silence_opens_it_again(stage: Stage) -> None:
    """The same alert, with the same number."""
    stage.has(1, idle=40 * DAY)
    watch = await stage.watch()
    await stage.tick(2)
    stage.edit("m0")
    await stage.tick()
    assert await stage.states(watch) == {"m0": "active"}

    await stage.tick(12 * 24 * 30 + 5)
    assert await stage.states(watch) == {"m0": "inactive"}
    told = [StepKind.OPENED, StepKind.BACK, StepKind.OPENED]
    assert [kind for kind, _ in await stage.steps(watch)] == told


# --- blindness ----------------------------------------------------------------------------------------------------


async def test_while_a_source_cannot_be_read_nothing_opens_and_nothing_ends(stage: Stage) -> None:
    """What we know ends at the last good look."""
    stage.has(2, idle=30 * DAY - 20 * MINUTE)
    stage.edit("m1", stage.clock.now() - 50 * DAY)
    watch = await stage.watch()
    await stage.tick()
    stage.micro.fails_with(SourceDown("MicroVisualizer", "HTTP 503"))
    stage.edit("m1")
    await stage.tick(60)

    assert await stage.states(watch) == {"m1": "inactive"}


async def test_after_blindness_two_good_looks_and_ten_minutes_come_first(stage: Stage) -> None:
    """And the time in which nobody could look is no silence."""
    stage.has(1, idle=30 * DAY - 2 * HOUR)
    stage.edit("m1", stage.clock.now() - 50 * DAY)
    watch = await stage.watch()
    await stage.tick(2)
    stage.micro.fails_with(SourceBusy("MicroVisualizer", "HTTP 429"))
    await stage.tick(36)
    stage.micro.works_again()
    stage.edit("m1")
    states = []
    for _ in range(6):
        await stage.tick()
        states.append((await stage.states(watch)).get("m1"))

    assert states == ["inactive", "inactive", "inactive", "active", "active", "active"]
    assert "m0" not in await stage.states(watch)
    await stage.tick(24)
    assert (await stage.states(watch))["m0"] == "inactive"


async def test_what_people_said_comes_to_its_end_while_a_source_cannot_be_read(stage: Stage) -> None:
    """A snooze is a matter of the clock."""
    from bot.alerts import overlays  # noqa: PLC0415

    stage.has(1, idle=40 * DAY)
    watch = await stage.watch()
    await stage.tick()
    (alert,) = (await stage.alerts(watch)).values()
    snoozed = overlays.snooze(
        alert, until=stage.clock.now() + HOUR, by="U1", zone="UTC", now=stage.clock.now()
    )  # fmt: skip
    await stage.ledger.change_alerts([snoozed], now=stage.clock.now())
    stage.micro.fails_with(SourceDown("MicroVisualizer", "HTTP 503"))
    await stage.tick(16)

    (alert,) = (await stage.alerts(watch)).values()
    assert (alert.snooze, alert.state) == (None, AlertState.INACTIVE)


async def test_uncounted_viewers_stop_what_depends_on_them_and_nothing_else(stage: Stage) -> None:
    """A project that is switched off is told even so."""
    stage.streams("p0")
    stage.streams("p1")
    stage.pixel.counts_viewers("p0", 3)
    waiting, off = await stage.watch(QUEUE), await stage.watch(OFF)
    await stage.tick(3)
    stage.pixel.counts_viewers("p1", 3, 2)
    stage.pixel.fails_with(SourceRefused("Streampixel", "HTTP 403"), "viewers")
    stage.streams("p0", enabled=False)
    await stage.tick(10)

    assert (await stage.states(waiting), await stage.states(off)) == ({}, {"p0": "inactive"})
    stage.pixel.works_again()
    await stage.tick(12)
    assert await stage.states(waiting) == {"p1": "inactive"}


async def test_what_nobody_was_ever_seen_at_is_backlog_once_enough_was_observed(stage: Stage) -> None:
    """First days are no storm; what is in use, and stops, is news."""
    for number in range(12):
        stage.streams(f"p{number}")
    stage.pixel.counts_viewers("p0", 1)
    watch = await stage.watch(UNSEEN)
    await stage.tick(20)
    assert await stage.states(watch) == {}
    await stage.tick(280)

    alerts = await stage.alerts(watch)
    assert set(alerts) == {f"p{number}" for number in range(1, 12)}
    assert all(alert.baseline for alert in alerts.values())
    assert await stage.ledger.holds("local") == ()


@pytest.mark.parametrize("restarts", [True, False])
async def test_what_is_touched_while_a_watch_cannot_speak_is_found_once_it_can(
    stage: Stage,
    restarts: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Its dates lie before everything that was evaluated; whoever takes over knows that there is something to find."""
    stage.streams("p0", subscription="past_due")
    stage.pixel.counts_viewers("p0", 1)
    watch = await stage.watch(replace(UNSEEN, signals=(Signal.VIEWERS,)))
    await stage.tick(2)
    stage.pixel.counts_viewers("p0", 0)
    await stage.tick(300)
    stage.pixel.fails_with(SourceRefused("Streampixel", "HTTP 403"), "viewers")
    await stage.tick(6)
    stage.streams("p0", subscription="active")
    await stage.tick(6)
    assert await stage.states(watch) == {}

    if restarts:
        await stage.evaluator.close()
        stage.evaluator = stage.another("two")
    stage.pixel.works_again()
    await stage.tick(60)

    assert await stage.states(watch) == {"p0": "inactive"}


# --- leaving ------------------------------------------------------------------------------------------------------


async def test_what_is_archived_or_no_longer_matches_is_closed_with_its_reason(stage: Stage) -> None:
    """The word for that is not recovered."""
    stage.has(3, idle=40 * DAY)
    watch = await stage.watch(query="-pinned:true")
    await stage.tick(2)
    old = stage.clock.now() - 40 * DAY
    stage.edit("m0", old, archived=True)
    stage.edit("m1", old, pinned=True)
    await stage.tick()

    reasons = {name: alert.reason for name, alert in (await stage.alerts(watch)).items()}
    assert reasons == {"m0": "it was archived", "m1": "it no longer matches the filters", "m2": ""}


async def test_what_is_gone_for_six_hours_is_told_to_who_waits_for_that_and_closed_elsewhere(stage: Stage) -> None:
    """Not before: half an hour's absence is a fault of the source."""
    stage.has(8, idle=40 * DAY)
    gone, quiet = await stage.watch(GONE), await stage.watch(INACTIVE)
    await stage.tick(2)
    stage.micro.forgets("m0")
    await stage.tick(60)
    assert (await stage.states(gone), (await stage.states(quiet))["m0"]) == ({}, "inactive")
    await stage.tick(20)

    assert await stage.states(gone) == {"m0": "inactive"}
    assert (await stage.alerts(quiet))["m0"].reason == "it is gone from its source"
    stage.edit("m0", stage.clock.now() - 40 * DAY)
    await stage.tick(5)
    assert await stage.states(gone) == {"m0": "active"}


async def test_a_filter_that_depends_on_the_time_is_looked_through_every_six_hours(stage: Stage) -> None:
    """Nothing touched the project, and it matches no more."""
    stage.has(1, idle=40 * DAY)
    watch = await stage.watch(query=f"updated:<{40 * 24 + 2}h")
    await stage.tick(2)
    assert await stage.states(watch) == {"m0": "inactive"}
    await stage.tick(12 * 9)

    assert (await stage.alerts(watch))["m0"].reason == "it no longer matches the filters"


@pytest.mark.parametrize("query", ["source:streampixel", "name:else"])
async def test_a_watch_that_was_changed_ends_what_it_does_not_ask_for_any_more(stage: Stage, query: str) -> None:
    """Elsewhere, or at the same source."""
    stage.has(2, idle=40 * DAY)
    watch = await stage.watch()
    await stage.tick()
    changed = replace(watch.draft, query=query)
    assert await stage.ledger.edit_watch(watch, changed, stage.change())
    await stage.tick()

    assert set((await stage.states(watch)).values()) == {"closed"}


async def _pause(stage: Stage, watch: Watch, kind: PauseKind | None = PauseKind.PERSON) -> None:
    """Let a watch rest, or go on (None)."""
    current = await stage.ledger.watch(watch.ref)
    assert current is not None
    pause = None if kind is None else Pause(kind=kind, at=stage.clock.now(), reason="", by="U1")
    assert await stage.ledger.pause_watch(current, pause, stage.change())


async def test_a_removed_watch_ends_its_alerts_and_one_that_rests_keeps_them(stage: Stage) -> None:
    """Whoever pauses it says nothing of what it told."""
    stage.has(2, idle=40 * DAY)
    watches = [await stage.watch(channel=f"C{number}") for number in range(3)]
    await stage.tick()
    assert await stage.ledger.remove_watch(watches[0], stage.change())
    await _pause(stage, watches[1])
    await _pause(stage, watches[2], PauseKind.CHANNEL)
    await stage.tick(3)

    reasons = [{alert.reason for alert in (await stage.alerts(watch)).values()} for watch in watches]
    assert reasons == [{"the watch was removed"}, {""}, {""}]
    assert set((await stage.states(watches[1])).values()) == {"inactive"}


async def test_a_watch_that_is_resumed_carries_on_where_it_was_paused(stage: Stage) -> None:
    """What ended meanwhile is told as an end; what is still open stays so, with what people said, without a word."""
    stage.has(3, idle=40 * DAY)
    watch = await stage.watch()
    await stage.tick()
    (card,) = await stage.cards(CardKind.WATCH, watch.ref)
    before = (await stage.alerts(watch))["m1"]
    change = overlays.ack(before, by="U1", zone="UTC", now=stage.clock.now())
    await stage.ledger.change_alerts([change], now=stage.clock.now())
    await _pause(stage, watch)
    stage.edit("m0")
    stage.edit("m3", NOW - 40 * DAY)
    await stage.tick(30)
    assert await stage.states(watch) == {"m0": "inactive", "m1": "inactive", "m2": "inactive"}
    told = len(await stage.steps(watch))

    await _pause(stage, watch, None)
    await stage.tick()

    assert await stage.states(watch) == {"m0": "active", "m1": "inactive", "m2": "inactive", "m3": "inactive"}
    after = await stage.alerts(watch)
    assert (after["m1"].ack is not None, after["m1"].opened_at, after["m1"].number) == (
        True, before.opened_at, before.number,
    )  # fmt: skip
    assert {alert.card for alert in after.values()} == {card.ref}
    assert {kind for kind, _ in (await stage.steps(watch))[told:]} == {StepKind.BACK, StepKind.OPENED}


async def test_cards_of_a_watch_are_drawn_anew_when_it_is_paused_and_when_it_goes_on(stage: Stage) -> None:
    """And not at every look between."""
    stage.has(1, idle=40 * DAY)
    watch = await stage.watch()
    await stage.tick(every=MINUTE)
    (card,) = await stage.cards(CardKind.WATCH, watch.ref)
    attempt = 0

    async def is_due() -> bool:
        nonlocal attempt
        now = stage.clock.now()
        due = await stage.ledger.cards_due("local", now, most=5)
        if due:
            attempt += 1
            later = now + HOUR
            await stage.ledger.claim_card(card.ref, attempt=attempt, holder="x", now=now, lease_until=later)
            await stage.ledger.let_go(card.ref, attempt=attempt, due_at=None)
        return bool(due)

    assert await is_due()
    await _pause(stage, watch)
    await stage.tick(every=MINUTE)
    assert await is_due()
    await stage.tick(every=MINUTE)
    assert not await is_due()
    await _pause(stage, watch, None)
    await stage.tick(every=MINUTE)
    assert await is_due()


async def test_a_watch_whose_filters_cannot_be_read_any_more_harms_no_other(stage: Stage) -> None:
    """A source was taken away."""
    stage.has(1, idle=40 * DAY)
    lost, other = await stage.watch(query="connection:elsewhere"), await stage.watch()
    await stage.tick()

    assert (await stage.states(lost), await stage.states(other)) == ({}, {"m0": "inactive"})


# --- storms -------------------------------------------------------------------------------------------------------


async def _storm(stage: Stage) -> Watch:
    """Let ten of twelve projects fall silent in one evaluation."""
    stage.has(10, idle=30 * DAY - 2 * MINUTE)
    stage.has(2, prefix="busy")
    watch = await stage.watch()
    await stage.tick(4)
    return watch


async def test_too_many_at_once_are_held_and_told_to_the_operators(stage: Stage) -> None:
    """Nothing opens; the source is asked for everything again."""
    watch = await _storm(stage)

    assert set((await stage.states(watch)).values()) == {"quiet"}
    (hold,) = await stage.ledger.holds("local")
    assert (hold.projects, hold.of, hold.connection) == (10, 12, "micro")
    (card,) = await stage.cards(CardKind.MASS, hold.ref)
    assert card.channel == "COPS"
    assert stage.rows.asked_all == ["micro"]


async def test_what_stood_in_three_looks_is_let_go(stage: Stage) -> None:
    """By itself."""
    watch = await _storm(stage)
    await stage.tick(2)

    assert set((await stage.states(watch)).values()) == {"inactive"}
    assert await stage.ledger.holds("local") == ()
    await stage.tick(3)
    assert await stage.ledger.holds("local") == ()


async def test_what_was_undone_meanwhile_is_never_told(stage: Stage) -> None:
    """The source had forgotten its dates for a moment."""
    watch = await _storm(stage)
    for number in range(8):
        stage.edit(f"m{number}")
    await stage.tick(3)

    states = await stage.states(watch)
    assert {name for name, state in states.items() if state == "inactive"} == {"m8", "m9"}
    assert await stage.ledger.holds("local") == ()


async def test_what_a_person_releases_is_told_at_once(stage: Stage) -> None:
    """And not held a second time."""
    watch = await _storm(stage)
    (hold,) = await stage.ledger.holds("local")
    await stage.ledger.save_hold(replace(hold, released_at=stage.clock.now(), released_by="U1"))
    await stage.evaluator.evaluate()

    assert set((await stage.states(watch)).values()) == {"inactive"}
    assert await stage.ledger.holds("local") == ()


async def test_a_mass_that_is_gone_is_held_too(stage: Stage) -> None:
    """Even if only a few of them had an open alert."""
    stage.has(3, idle=40 * DAY)
    stage.has(20, prefix="busy")
    watch = await stage.watch()
    await stage.tick(2)
    stage.micro.forgets("m0", *(f"busy{number}" for number in range(9)))
    await stage.tick(74)

    held = [hold.projects for hold in stage.ledger._holds.values()]
    assert held == [10]
    await stage.tick(6)
    assert (await stage.alerts(watch))["m0"].reason == "it is gone from its source"


async def test_without_an_operators_channel_the_admins_hear_of_a_hold(stage: Stage) -> None:
    """Somebody has to be able to let it go."""
    stage.evaluator = stage.another("one", operators_channel=None)
    await _storm(stage)
    (hold,) = await stage.ledger.holds("local")

    assert [card.channel for card in await stage.cards(CardKind.MASS, hold.ref)] == ["UADMIN"]


# --- outages ------------------------------------------------------------------------------------------------------


async def test_an_outage_is_told_to_the_operators_and_to_who_watches_the_source(stage: Stage) -> None:
    """And to nobody else; its end counts what was missed."""
    stage.has(4, idle=40 * DAY)
    await stage.watch(channel="C1", query="source:microvisualizer")
    await stage.watch(channel="C2", query="source:streampixel")
    await stage.tick(2)
    stage.micro.fails_with(SourceDown("MicroVisualizer", "HTTP 503"))
    await stage.tick(4)

    (outage,) = await stage.ledger.outages("local")
    assert (outage.connection, outage.failures, outage.since) == ("micro", 4, NOW + EVERY)
    channels = {card.channel for card in await stage.cards(CardKind.OUTAGE, outage.ref)}
    assert channels == {"COPS", "C1"}

    stage.micro.works_again()
    stage.edit("m0", stage.clock.now())
    await stage.tick(6)
    ended = await stage.ledger.outage(outage.ref)
    assert ended is not None
    assert (ended.ended_at, ended.missed) == (NOW + 6 * EVERY, 1)
    cards = await stage.cards(CardKind.OUTAGE, outage.ref)
    assert {card.due_at for card in cards} <= {NOW + 3 * EVERY, NOW + 4 * EVERY, NOW + 9 * EVERY}


async def test_an_outage_is_not_told_where_no_watch_can_depend_on_the_source() -> None:
    """A source that counts no viewers has no queues, whatever the filters say."""
    stage = Stage()
    await stage.open()
    stage.evaluator = stage.another("two", sheets={"microvisualizer": MICRO, "streampixel": PIXEL})
    stage.has(1)
    await stage.watch(QUEUE, channel="C1")
    await stage.watch(INACTIVE, channel="C2")
    await stage.tick(2)
    stage.micro.fails_with(SourceDown("MicroVisualizer", "HTTP 503"))
    await stage.tick(4)

    (outage,) = await stage.ledger.outages("local")
    assert {card.channel for card in await stage.cards(CardKind.OUTAGE, outage.ref)} == {"COPS", "C2"}


async def test_refused_credentials_are_told_to_the_admins_directly(stage: Stage) -> None:
    """At once: waiting does not help. So is a refusal that an outage turns into."""
    stage.has(1)
    await stage.tick()
    stage.micro.fails_with(SourceRefused("MicroVisualizer", "HTTP 401: the credentials were not accepted"))
    await stage.tick()
    (outage,) = await stage.ledger.outages("local")

    channels = [card.channel for card in await stage.cards(CardKind.OUTAGE, outage.ref)]
    assert sorted(channels) == ["COPS", "UADMIN"]


async def test_a_blip_leaves_nothing(stage: Stage) -> None:
    """Nobody is told of one failed attempt."""
    stage.has(1)
    await stage.tick()
    stage.micro.fails_with(SourceDown("MicroVisualizer", "HTTP 503"))
    await stage.tick()
    stage.micro.works_again()
    await stage.tick(2)

    assert await stage.ledger.outages("local") == ()
    assert stage.ledger._cards == {}


# --- processes ----------------------------------------------------------------------------------------------------


async def test_one_process_evaluates_and_another_takes_over_when_it_is_gone(stage: Stage) -> None:
    """The claim stays with one as long as that lives, and is given back when it ends."""
    stage.has(1, idle=40 * DAY)
    watch = await stage.watch()
    other = stage.another("two")
    await stage.look()
    assert await stage.evaluator.evaluate() == 1
    stage.has(3, idle=50 * DAY, prefix="n")
    stage.clock.move(EVERY)
    await stage.look()
    await stage.evaluator.evaluate()
    assert await other.evaluate() == 0

    await stage.evaluator.close()
    await other.evaluate()
    assert len(await stage.states(watch)) == 4


async def test_two_at_once_are_harmless(stage: Stage) -> None:
    """A clock that jumps lets a second one in; every alert has a version."""
    stage.has(40, idle=40 * DAY)
    watch = await stage.watch()
    await stage.look()
    other = stage.another("two")
    evaluating = asyncio.create_task(stage.evaluator.evaluate())
    await asyncio.sleep(0)
    await stage.evaluator.close()
    written = await asyncio.gather(evaluating, other.evaluate())

    assert sum(written) == 40
    assert len(await stage.steps(watch)) == 40


@pytest.mark.parametrize("method", ["change_alerts", "look_at_cards", "note_progress"])
@pytest.mark.parametrize("afterwards", [True, False])
async def test_a_process_that_dies_anywhere_loses_nothing(
    stage: Stage,
    method: str,
    afterwards: bool,  # noqa: FBT001 - a column of the table
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next one does again what may not have been done, once; the card is due."""
    stage.has(3, idle=40 * DAY)
    watch = await stage.watch()
    await stage.look()
    works = getattr(stage.ledger, method)

    async def dies(*args: Any, **given: Any) -> Any:
        if afterwards:
            await works(*args, **given)
        raise StoreError("gone")

    monkeypatch.setattr(stage.ledger, method, dies)
    with pytest.raises(StoreError):
        await stage.evaluator.evaluate()
    monkeypatch.undo()
    for card in stage.ledger._cards.values():
        stage.ledger._cards[card.ref] = replace(card, due_at=None)
    stage.clock.move(2 * MINUTE)
    await stage.another("two").evaluate()

    assert len(await stage.steps(watch)) == 3
    (card,) = await stage.cards(CardKind.WATCH, watch.ref)
    assert card.due_at == NOW + 2 * MINUTE


async def test_a_person_who_is_faster_does_not_make_an_opening_get_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was left out because of its version is judged again the next time."""
    stage.has(3, idle=40 * DAY)
    watch = await stage.watch()
    await stage.look()
    works = stage.ledger.change_alerts

    async def takes_two(changes: Any, **given: Any) -> Any:
        return await works(changes[:2], **given)

    monkeypatch.setattr(stage.ledger, "change_alerts", takes_two)
    await stage.evaluator.evaluate()
    monkeypatch.undo()
    stage.clock.move(MINUTE)
    await stage.evaluator.evaluate()

    assert len(await stage.states(watch)) == 3


async def test_a_quiet_tick_writes_nothing_and_judges_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """The cost grows with what changed."""
    stage.has(500, idle=40 * DAY)
    stage.has(300, prefix="busy")
    await stage.watch()
    await stage.tick(3)
    read: list[int] = []
    get_many = stage.rows.get_many

    async def counted(scope: Any, refs: Any) -> Any:
        read.append(len(refs))
        return await get_many(scope, refs)

    monkeypatch.setattr(stage.rows, "get_many", counted)
    assert await stage.tick(3) == 0
    assert sum(read) == 0
    stage.edit("busy7")
    await stage.tick()
    assert sum(read) == 1


async def test_the_loop_is_never_held_for_long(stage: Stage) -> None:
    """Other tasks get their turn between a few dozen projects."""
    stage.has(600, idle=40 * DAY)
    await stage.watch()
    await stage.look()
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    await stage.evaluator.evaluate()
    beside.cancel()
    assert turns >= 600 / 50


async def test_a_project_that_the_database_lost_ends_its_alert(stage: Stage) -> None:
    """Nothing can be said of it any more."""
    stage.has(1, idle=40 * DAY)
    watch = await stage.watch()
    await stage.tick()
    (alert,) = (await stage.alerts(watch)).values()
    del stage.rows.entries[alert.project]
    for account in stage.rows._accounts.values():
        account.refs.clear()
    stage.ledger._alerts[alert.ref] = replace(alert, next_at=stage.clock.now())
    await stage.evaluator.evaluate()

    assert stage.ledger._alerts[alert.ref].reason == "we know it no longer"
    assert await stage.store.get(SCOPE, alert.project) is None
