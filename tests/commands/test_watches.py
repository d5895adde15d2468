"""What `watch` does with each of its words, over a real book and previewer."""

from __future__ import annotations

import pkgutil
from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

import bot.commands.watch as watch_verb
from bot.alerts.book import MOST_WATCHES
from bot.answers import AlertDone, Refusal, WatchDeed, WatchDetails, WatchKept, WatchList, WatchTested
from bot.commands.watch import WORDS
from bot.errors import SourceDown, StoreError
from bot.model import DigestChange, Hours, Pause, PauseKind
from bot.ports import Person
from bot.views.watch_words import settings_of
from tests.builders import microvisualizer
from tests.commands.alarms import opens
from tests.commands.conftest import ADMIN, ANN, BEN, CHANNEL

if TYPE_CHECKING:
    from bot.model import Watch
    from tests.commands.conftest import Desk

HELPERS = {"chosen", "wanted", "kept", "unmeant"}


@pytest.fixture
async def watched(desk: Desk) -> Desk:
    """Return a desk whose first watch is there: Ann's, about one source."""
    await desk.answers("watch add inactive for 30d source:microvisualizer", WatchKept)
    return desk


async def kept_watches(desk: Desk) -> list[tuple[int, str]]:
    """Return what is kept for the channel, as it would be typed."""
    there = await desk.watch_ledger.watches("local", CHANNEL)
    return [(watch.number, settings_of(watch.draft)) for watch in there]


async def the_only(desk: Desk) -> Watch:
    """Return the one watch of the channel."""
    (watch,) = await desk.watch_ledger.watches("local", CHANNEL)
    return watch


async def record(desk: Desk) -> list[tuple[str | None, str]]:
    """Return who changed the watch and what, oldest first."""
    changes = await desk.watch_ledger.record_of_watch(await the_only(desk), most=50)
    return [(change.by, change.what) for change in reversed(changes)]


def test_every_word_file_is_listed() -> None:
    """A word missing from WORDS would be dead code."""
    files = {module.name for module in pkgutil.iter_modules(watch_verb.__path__)}
    assert {word.name for word in WORDS} == files - HELPERS


# --- add ---------------------------------------------------------------------------------------------------------


async def test_add_stores_what_was_typed_and_says_what_it_will_do(desk: Desk) -> None:
    """Condition and filters are kept, defaults are said, and the preview names the backlog."""
    answer = await desk.answers("watch add inactive for 30d source:microvisualizer", WatchKept)

    assert await kept_watches(desk) == [(1, "inactive for 30d source:microvisualizer -pinned:true")]
    assert (answer.deed, answer.command) == (WatchDeed.ADDED, "watch show 1")
    assert answer.defaults == ("Pinned projects are left alone; for them, too, write `pinned:any`.",)
    assert answer.preview is not None
    assert [judged.entry.project.name for judged in answer.preview.firing] == ["Checkout Legacy"]
    assert (answer.preview.matching, answer.preview.firing_total, answer.preview.quiet_total) == (3, 1, 1)
    assert (answer.watch.draft.owner, answer.watch.draft.hours) == (ANN, Hours())


async def test_hours_and_broadcast_are_stored_and_no_filters(desk: Desk) -> None:
    """They say how a channel is told, not of what."""
    await desk.answers("watch add off hours:8:30-18 broadcast:yes", WatchKept)

    draft = (await the_only(desk)).draft
    assert (draft.query, draft.broadcast) == ("", True)
    assert draft.hours == Hours(begin=time(8, 30), end=time(18))


async def test_what_is_urgent_is_told_at_any_hour_unless_hours_are_typed(desk: Desk) -> None:
    """Viewers in a queue do not wait for Monday; and with another condition the usual hours are other ones."""
    await desk.answers("watch add queue", WatchKept)
    assert (await the_only(desk)).draft.hours is None
    await desk.answers("watch edit 1 off", WatchKept)
    assert (await the_only(desk)).draft.hours == Hours()
    await desk.answers("watch edit 1 queue hours:9-17", WatchKept)
    assert (await the_only(desk)).draft.hours == Hours()
    await desk.answers("watch edit 1 for 20m", WatchKept)
    await desk.answers("watch edit 1 lapsed hours:8-10", WatchKept)
    await desk.answers("watch edit 1 queue", WatchKept)
    assert (await the_only(desk)).draft.hours == Hours(begin=time(8), end=time(10))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("inactive", "inactive for 30d -pinned:true"),
        ("inactive source:streampixel", "inactive for 14d source:streampixel"),
        ("queue", "queue for 10m"),
        ("empty pinned:any hours:any", "empty for 14d pinned:any hours:any"),
        ("inactive for 20 working days checkout", "inactive for 20 working days checkout -pinned:true"),
        ("gone", "gone"),
        ("build rejected source:streampixel", "build rejected source:streampixel"),
    ],
)
async def test_what_is_not_typed_has_a_default(desk: Desk, typed: str, stored: str) -> None:
    """Silence of what shows viewers only is judged sooner, and pins are respected unless somebody speaks of them."""
    await desk.answers(f"watch add {typed}", WatchKept)
    assert [text for _, text in await kept_watches(desk)] == [stored]


@pytest.mark.parametrize(("lives_in", "zone"), [("Europe/Paris", "Europe/Paris"), (None, "UTC")])
async def test_the_zone_is_the_persons_or_that_of_the_settings(desk: Desk, lives_in: str | None, zone: str) -> None:
    """Working days and hours are those of who added it."""
    if lives_in:
        desk.messenger.people[ANN] = Person(zone=lives_in)
    await desk.answers("watch add off", WatchKept)
    assert (await the_only(desk)).draft.zone == zone


@pytest.mark.parametrize(
    ("typed", "why", "correction"),
    [
        (
            "queue for 10m source:microvisualizer",
            "MicroVisualizer does not count viewers: `queue for 10m` could never hold there.",
            "watch add queue for 10m source:streampixel",
        ),
        (
            "inactive by viewers connection:microvisualizer checkout",
            "does not count viewers",
            "watch add inactive for 14d by viewers checkout source:streampixel",
        ),
        (
            "ci-silent source:streampixel",
            "Streampixel does not tell who edited a project",
            "watch add ci-silent for 7d source:microvisualizer",
        ),
        ("off source:microvisualizer", "does not switch projects off", "watch add off source:streampixel"),
        ("empty source:streampixel", "does not count services", "watch add empty for 14d source:microvisualizer"),
    ],
)
async def test_a_condition_that_can_never_hold_is_refused_and_mended(
    desk: Desk, typed: str, why: str, correction: str
) -> None:
    """A watch that waits for ever looks like one that has nothing to say."""
    refusal = await desk.answers(f"watch add {typed}", Refusal)

    assert why in refusal.sentence
    assert refusal.correction == correction
    assert await kept_watches(desk) == []
    await desk.answers(correction, WatchKept)


async def test_a_source_at_which_it_never_holds_is_named(desk: Desk) -> None:
    """Over both sources it is stored, and the answer says what it will not see."""
    answer = await desk.answers("watch add off", WatchKept)
    assert answer.defaults == ("MicroVisualizer does not switch projects off, so its projects never count here.",)


@pytest.mark.parametrize(
    ("typed", "correction"),
    [
        ("watch add", "watch add inactive for 30d"),
        ("watch inactive for 30d", "watch add inactive for 30d"),
        ("watch add inactiv for 30d", "watch add inactive for 30d"),
        ("watch add inactive for 30d sorce:streampixel", "watch add inactive for 30d source:streampixel"),
        ("watch add off hours:17-9", "watch add off hours:9-17"),
        ("watch add off broadcast:maybe", "watch add off"),
        ("watch ad off", "watch add off"),
        ("watch delete 1", "watch remove 1"),
        ("watch 1", "watch show 1"),
        ("watch wibble", "watch list"),
        ("watch test inactive source:streampixel for:45d", "watch test inactive for 45d source:streampixel"),
        ("watch test queue for 10m source:microvisualizer", "watch test queue for 10m source:streampixel"),
        ("watch test lapsed source:microvisualizer", "watch test lapsed source:streampixel"),
        ("watch add inactive viewers > 10", "watch add inactive viewers:>10"),
        ("watch add inactive viewers >10", "watch add inactive viewers:>10"),
        ("watch add inactive for 30d and off", "watch test off"),
        ("watch add inactive or idle for 60 days", "watch test inactive for 60d"),
        ("watch add gone lapsed", "watch test lapsed"),
        ("watch test gone in MicroVisualizer hours:any", "watch test gone source:microvisualizer hours:any"),
        ("watch add off state:gone", "watch test gone"),
    ],
)
async def test_what_cannot_be_read_is_corrected(desk: Desk, typed: str, correction: str) -> None:
    """The button below does what was probably meant."""
    assert (await desk.answers(typed, Refusal)).correction == correction


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("inactive for 30d not edited for 30 days", "“not edited” would leave out projects"),
        ("inactive for 30d and not edited", "second condition"),
        ("inactive for 30d #platform", "tells the channel in which it was added"),
        ("inactive viewers >", "Write it without blanks"),
        ("inactive seit 30 Tagen", "“seit 30 Tagen” is read as words in a project's name, and no project has them"),
        ("inactive newcomer", "put them in quotes"),
        ("inactive for ages", "as a length of time"),
        ("off archived:true", "Archived projects are never judged"),
        ("off state:archived", "Archived projects are never judged"),
        ("inactive -pinned:true pinned:true", "`-pinned:true` and `pinned:true` exclude each other"),
        ("inactive source:streampixel source:microvisualizer", "exclude each other"),
        ("inactive checkout -checkout", "exclude each other"),
    ],
)
async def test_what_could_never_fire_is_refused_without_a_guess(desk: Desk, typed: str, why: str) -> None:
    """A watch that waits for ever looks like one that has nothing to say; no button does something else."""
    refusal = await desk.answers(f"watch add {typed}", Refusal)

    assert why in refusal.sentence
    assert refusal.correction is None
    assert await kept_watches(desk) == []


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ('off "and" off', 'off "and" off'),
        ('inactive "newcomer"', "inactive for 30d newcomer -pinned:true"),
        ("gone checkout", "gone checkout"),
        ("gone -demo not test", "gone -demo -test"),
    ],
)
async def test_words_that_are_meant_are_kept(desk: Desk, typed: str, stored: str) -> None:
    """In quotes, or where a project has them, or where they leave projects out."""
    if '"and" off' in typed:
        await desk.answers("watch add off and off", Refusal)
        typed = 'off "and" "off"'
    await desk.answers(f"watch add {typed}", WatchKept)
    assert [text for _, text in await kept_watches(desk)] == [stored]


async def test_words_are_not_doubted_while_a_source_has_not_been_read(desk: Desk) -> None:
    """They may well be there."""
    desk.micro.fails_with(SourceDown("MicroVisualizer", "HTTP 503"))
    await desk.answers("watch add inactive newcomer", WatchKept)


async def test_a_test_names_words_that_no_project_has_and_offers_no_such_watch(desk: Desk) -> None:
    """Instead it offers to try the same without them."""
    answer = await desk.answers('watch test inactive for 20d "newcomer" -demo', WatchTested)
    assert answer.preview.unknown_words == "newcomer"


async def test_a_twin_is_refused_however_it_is_to_be_told(watched: Desk) -> None:
    """Two watches for the same would tell everything twice."""
    refusal = await watched.answers(
        "watch add inactive for 30d source:microvisualizer -pinned:true hours:any broadcast:yes", Refusal
    )
    assert "Watch 1 of this channel waits for that already" in refusal.sentence
    assert refusal.correction == "watch show 1"


async def test_a_channel_has_at_most_twenty_five(desk: Desk) -> None:
    """More is noise; the refusal says what to do."""
    for number in range(MOST_WATCHES):
        await desk.answers(f"watch add gone name:{number}", WatchKept)
    refusal = await desk.answers("watch add gone", Refusal)
    assert "25 watches" in refusal.sentence


async def test_what_is_stored_stays_stored_if_no_preview_can_be_made(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing after the storing may look like a refusal."""

    async def breaks(*_: object, **__: object) -> None:
        raise StoreError

    monkeypatch.setattr(desk.context.watches.previewer, "preview", breaks)
    answer = await desk.answers("watch add gone", WatchKept)

    assert answer.preview is None
    assert answer.defaults[-1].startswith("I cannot show now what it will do.")
    assert await kept_watches(desk) == [(1, "gone")]


async def test_a_source_that_cannot_be_read_is_named_in_the_preview(desk: Desk) -> None:
    """Of its projects nothing is said, and not that they are well."""
    await desk.answers("list", object)
    desk.micro.fails_with(SourceDown("MicroVisualizer", "HTTP 503"))
    await desk.later(minutes=5)
    answer = await desk.answers("watch add inactive", WatchKept)

    assert answer.preview is not None
    assert answer.preview.blind == ("microvisualizer",)
    assert answer.preview.firing_total == 0


# --- looking -----------------------------------------------------------------------------------------------------


async def test_list_says_how_many_are_open_and_which_is_worst(watched: Desk) -> None:
    """A watch that tells too much, or nothing, shows at a glance."""
    await watched.answers("watch add off", WatchKept)
    legacy = await opens(watched, "Checkout Legacy")
    billing = await opens(watched, "Billing", severity=2)
    answer = await watched.answers("watch", WatchList)

    assert [(line.watch.number, line.open) for line in answer.lines] == [(1, 2), (2, 0)]
    assert answer.lines[0].worst is not None
    assert answer.lines[0].worst.alert.ref == billing.ref != legacy.ref
    assert answer.command == "watch list"


async def test_show_has_the_evidence_and_the_record(watched: Desk) -> None:
    """Everything about one watch in one answer, with names where they are known."""
    watched.messenger.people[ANN] = Person(name="Ann")
    alert = await opens(watched, "Checkout Legacy")
    answer = await watched.answers("watch show", WatchDetails)

    assert [each.alert.ref for each in answer.raised] == [alert.ref]
    assert answer.entries[alert.project].project.name == "Checkout Legacy"
    assert answer.findings[alert.ref].age == timedelta(days=47)
    assert [change.what for change in answer.changes] == ["added it"]
    assert answer.people == {ANN: "Ann"}


async def test_test_tries_a_watch_that_is_kept_or_only_thought_of(watched: Desk) -> None:
    """The second stores nothing."""
    known = await watched.answers("watch test 1", WatchTested)
    thought = await watched.answers("watch test inactive for 20d source:microvisualizer", WatchTested)

    assert (known.number, known.command, known.preview.firing_total) == (1, "watch test 1", 1)
    assert (thought.number, thought.preview.firing_total) == (None, 2)
    assert thought.command == "watch test inactive for 20d source:microvisualizer -pinned:true"
    assert len(await kept_watches(watched)) == 1
    assert (await watched.answers("watch test", WatchTested)).number == 1


@pytest.mark.parametrize("word", ["show", "pause", "resume", "test", "edit", "remove"])
async def test_an_unknown_number_leads_to_the_only_one(watched: Desk, word: str) -> None:
    """A channel with one watch needs no list."""
    refusal = await watched.answers(f"watch {word} 7", Refusal)
    assert refusal.correction == f"watch {word} 1"


async def test_without_a_number_several_are_named(watched: Desk) -> None:
    """Nobody guesses which one was meant."""
    await watched.answers("watch add off", WatchKept)
    assert "This channel has 1, 2" in (await watched.answers("watch pause", Refusal)).sentence
    assert (await watched.answers("watch pause 9", Refusal)).correction == "watch list"
    assert (await watched.answers("watch pause 1 now", Refusal)).correction == "watch pause 1"


async def test_a_channel_without_watches_is_told_how_to_add_one(desk: Desk) -> None:
    """The refusal is a beginning."""
    assert "watch add inactive for 30d" in (await desk.answers("watch pause", Refusal)).sentence
    assert "watch add inactive for 30d" in (await desk.answers("watch show 3", Refusal)).sentence
    assert (await desk.answers("watch list", WatchList)).lines == ()
    assert (await desk.answers("watch list now", Refusal)).correction == "watch list"


async def test_watches_need_a_channel(desk: Desk) -> None:
    """In the terminal it is named."""
    desk.channel = None
    assert "--channel" in (await desk.answers("watch list", Refusal)).sentence


# --- changing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("inactive for 60d", "inactive for 60d source:microvisualizer -pinned:true"),
        ("for 45d", "inactive for 45d source:microvisualizer -pinned:true"),
        ("45 days", "inactive for 45d source:microvisualizer -pinned:true"),
        ("by edits", "inactive for 30d by edits source:microvisualizer -pinned:true"),
        ("for:45d source:any", "inactive for 45d -pinned:true"),
        ("source:streampixel", "inactive for 30d source:streampixel"),
        ("source:any", "inactive for 30d -pinned:true"),
        ("pinned:any", "inactive for 30d pinned:any"),
        ("hours:any", "inactive for 30d source:microvisualizer -pinned:true hours:any"),
        ("broadcast:yes", "inactive for 30d source:microvisualizer -pinned:true broadcast:yes"),
        ("empty for 7d checkout", "empty for 7d checkout -pinned:true"),
        ("gone source:any", "gone"),
    ],
)
async def test_edit_changes_what_is_given_and_nothing_else(watched: Desk, typed: str, stored: str) -> None:
    """Filters are replaced as a whole; pins stay spared unless somebody speaks of them."""
    watched.user = BEN
    answer = await watched.answers(f"watch edit 1 {typed}", WatchKept)

    assert await kept_watches(watched) == [(1, stored)]
    assert (answer.deed, answer.watch.draft.owner) == (WatchDeed.CHANGED, ANN)
    by, what = (await record(watched))[-1]
    assert by == BEN
    assert what.startswith("changed ")


async def test_edit_of_nothing_says_what_can_be_typed(watched: Desk) -> None:
    """The button Edit leads there."""
    await watched.answers("watch add gone", WatchKept)
    lasting = await watched.answers("watch edit 1", WatchDetails)
    at_once = await watched.answers("watch edit 2", WatchDetails)

    assert "`watch edit 1 for 60d`" in lasting.hint
    assert "`watch edit 2 gone`" in at_once.hint
    assert not (await watched.answers("watch show 1", WatchDetails)).hint


async def test_pinned_projects_are_spoken_of_once(desk: Desk) -> None:
    """With their number, if there are any."""
    desk.micro.knows(microvisualizer(id="pinned", name="Monument", pinned=True))
    await desk.later(minutes=5)
    answer = await desk.answers("watch add inactive for 30d", WatchKept)

    assert answer.preview is not None
    assert answer.preview.exempt_pinned == 1
    assert answer.defaults == ()


async def test_what_is_kept_is_no_part_of_what_would_be_told(watched: Desk) -> None:
    """Neither after an edit nor in a test."""
    await opens(watched, "Checkout Legacy")
    await watched.answers("alerts keep 1 30d", AlertDone)
    edited = await watched.answers("watch edit 1 for 35d", WatchKept)
    tested = await watched.answers("watch test 1", WatchTested)

    for preview in (edited.preview, tested.preview):
        assert preview is not None
        assert preview.firing_total == 0
        assert [each.entry.project.name for each in preview.set_aside] == ["Checkout Legacy"]


async def test_edit_of_nothing_shows_and_of_the_same_is_refused(watched: Desk) -> None:
    """Neither writes anything."""
    await watched.answers("watch edit 1", WatchDetails)
    refusal = await watched.answers("watch edit 1 inactive for 30d", Refusal)
    assert "like that already" in refusal.sentence
    assert len(await record(watched)) == 1


async def test_edit_into_a_twin_is_refused(watched: Desk) -> None:
    """As adding one is."""
    await watched.answers("watch add gone source:microvisualizer", WatchKept)
    assert "Watch 1" in (await watched.answers("watch edit 2 inactive for 30d", Refusal)).sentence


async def test_pausing_says_how_many_alerts_end_and_resuming_tells_what_comes(watched: Desk) -> None:
    """Both may be done by everybody, and twice without harm."""
    await opens(watched, "Checkout Legacy")
    watched.user = BEN
    paused = await watched.answers("watch pause", WatchKept)
    again = await watched.answers("watch pause", WatchKept)
    resumed = await watched.answers("watch resume", WatchKept)
    awake = await watched.answers("watch resume", WatchKept)

    assert (paused.deed, paused.open, paused.preview) == (WatchDeed.PAUSED, 1, None)
    assert again.open == 0
    assert resumed.preview is not None
    assert awake.defaults == ("It was not paused; it goes on as before.",)
    assert [what for _, what in await record(watched)] == ["added it", "paused it", "resumed it"]


async def test_pausing_one_that_rests_because_of_its_channel_keeps_it_resting(watched: Desk) -> None:
    """It would have gone on by itself; a person wants that it does not."""
    watch = await the_only(watched)
    pause = Pause(kind=PauseKind.CHANNEL, at=watched.clock.now(), reason="the channel is archived", by=None)
    await watched.watch_ledger.pause_watch(
        watch, pause, DigestChange(at=watched.clock.now(), by=None, what="paused it")
    )
    await watched.answers("watch pause", WatchKept)

    rests = (await the_only(watched)).pause
    assert rests is not None
    assert (rests.kind, rests.by) == (PauseKind.PERSON, ANN)


async def test_only_the_owner_an_admin_or_the_terminal_removes(watched: Desk) -> None:
    """Others are told who may."""
    watched.messenger.people[ANN] = Person(name="Ann")
    watched.user = BEN
    assert "Ann, who added it, or an admin may" in (await watched.answers("watch remove 1", Refusal)).sentence
    assert (await watched.answers("watch remove", Refusal)).correction == "watch remove 1"
    watched.user = ADMIN
    removed = await watched.answers("watch remove 1", WatchKept)

    assert (removed.deed, removed.command) == (WatchDeed.REMOVED, "watch list")
    assert await kept_watches(watched) == []
    watched.user = ANN
    await watched.answers("watch add off", WatchKept)
    assert await kept_watches(watched) == [(2, "off")]
    watched.user = None
    await watched.answers("watch remove 2", WatchKept)


async def test_every_change_is_looked_at_soon(watched: Desk) -> None:
    """People look at the channel after they pressed."""
    before = len(watched.nudges)
    await watched.answers("watch edit 1 inactive for 60d", WatchKept)
    assert len(watched.nudges) == before + 1
