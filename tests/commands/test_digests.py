"""What `digest` does with each of its words, over a real book and writer."""

from __future__ import annotations

import pkgutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

import bot.commands.digest as digest_verb
from bot.answers import DigestDetails, DigestDone, DigestKept, DigestList, DigestReport, Purpose, Refusal
from bot.commands.digest import WORDS
from bot.errors import SourceDown, StoreError
from bot.model import DeliveryKind, DeliveryState, EmptyPolicy, PauseKind, Schedule
from bot.ports import Person, Place
from bot.views import Audience, draw
from tests.commands.conftest import ADMIN, ANN, BEN, CHANNEL

if TYPE_CHECKING:
    from bot.model import Digest
    from tests.commands.conftest import Desk

WEEKDAYS = Schedule("0 9 * * 1-5", "Europe/Berlin")
HELPERS = {"asked", "wanted", "kept", "people", "nothing"}


@pytest.fixture
async def berlin(desk: Desk) -> Desk:
    """Return a desk whose first digest is there: Ann's, on weekdays in Berlin, about one source."""
    await desk.answers('digest add "weekdays at 9:00 Europe/Berlin" source:streampixel', DigestKept)
    return desk


async def stored(desk: Desk) -> list[tuple[int, str, Schedule, EmptyPolicy]]:
    """Return what is kept for the channel."""
    return [(d.number, d.query, d.schedule, d.empty) for d in await desk.ledger.digests("local", CHANNEL)]


async def the_only(desk: Desk) -> Digest:
    """Return the one digest of the channel."""
    (digest,) = await desk.ledger.digests("local", CHANNEL)
    return digest


async def record(desk: Desk) -> list[tuple[str | None, str]]:
    """Return who changed the digest and what, oldest first."""
    changes = await desk.ledger.record_of(await the_only(desk), most=50)
    return [(change.by, change.what) for change in reversed(changes)]


def test_every_word_file_is_listed() -> None:
    """A word missing from WORDS would be dead code."""
    files = {module.name for module in pkgutil.iter_modules(digest_verb.__path__)}
    assert {word.name for word in WORDS} == files - HELPERS


# --- add ---------------------------------------------------------------------------------------------------------


async def test_add_stores_what_was_typed_and_echoes_it(desk: Desk) -> None:
    """Schedule, zone, filters and policy are said back as they were stored, with what they mean now."""
    answer = await desk.answers('digest add "weekdays at 9:00 Europe/Berlin" archived:false empty:line', DigestKept)

    assert await stored(desk) == [(1, "archived:false", WEEKDAYS, EmptyPolicy.LINE)]
    assert answer.what == "Added digest 1"
    assert (answer.matching, answer.hidden_archived) == (6, 0)
    assert [run.slot.local for run in answer.runs] == ["2026-03-31T09:00", "2026-04-01T09:00", "2026-04-02T09:00"]
    assert answer.example.purpose is Purpose.PREVIEW
    assert answer.command == "digest show 1"


async def test_add_does_nothing_else_than_what_was_typed(desk: Desk) -> None:
    """No message is posted, nothing is planned, and nobody is nudged."""
    await desk.answers("digest add daily at 7:00 UTC", DigestKept)

    digest = await the_only(desk)
    assert (desk.messenger.posts, desk.nudges) == ([], [])
    assert await desk.ledger.deliveries(digest, most=20) == ()
    assert (digest.owner, digest.pause) == (ANN, None)
    assert await desk.ledger.snapshot(digest) is None


async def test_words_behind_a_schedule_without_quotes_are_filters(desk: Desk) -> None:
    """Quotes are for those who like them."""
    await desk.answers("digest add weekdays at 9:00 Europe/Berlin checkout source:microvisualizer", DigestKept)
    assert await stored(desk) == [(1, "checkout source:microvisualizer", WEEKDAYS, EmptyPolicy.SKIP)]


@pytest.mark.parametrize(
    ("typed", "lives_in", "zone", "source"),
    [
        ("daily 9:00 Asia/Tokyo", "Europe/Paris", "Asia/Tokyo", "as you wrote it"),
        ("daily 9:00", "Europe/Paris", "Europe/Paris", "your time zone at Slack"),
        ("daily 9:00", None, "UTC", "from ROLLCALL_TIMEZONE"),
    ],
)
async def test_the_zone_is_the_written_one_or_the_persons_or_the_settings(
    desk: Desk, typed: str, lives_in: str | None, zone: str, source: str
) -> None:
    """The answer says which zone it is, and where it is from."""
    if lives_in:
        desk.messenger.people[ANN] = Person(zone=lives_in)
    answer = await desk.answers(f'digest add "{typed}"', DigestKept)

    assert (answer.digest.schedule.zone, answer.zone_from) == (zone, source)


@pytest.mark.parametrize(
    ("typed", "policy"),
    [
        ("every Monday 8:30", EmptyPolicy.LINE),
        ("1st of month 9:00", EmptyPolicy.LINE),
        ("daily 7:00", EmptyPolicy.SKIP),
        ("hourly", EmptyPolicy.SKIP),
        ("every Monday 8:30 empty:full", EmptyPolicy.FULL),
    ],
)
async def test_a_weekly_digest_says_at_least_one_line(desk: Desk, typed: str, policy: EmptyPolicy) -> None:
    """A week of silence looks like a fault; a day of it does not."""
    await desk.answers(f"digest add {typed}", DigestKept)
    assert (await the_only(desk)).empty is policy


@pytest.mark.parametrize(
    ("filters", "warning"),
    [
        ("source:streampixel", ""),
        ("name:nowhere", "Nothing matches these filters now."),
        (
            "source:streampixel source:microvisualizer",
            (
                "Nothing matches these filters now. A project has one source, and all filters must hold; "
                "for any of them write `source:streampixel,microvisualizer`."
            ),
        ),
        (
            "source:streampixel updated:<7d",
            "Nothing matches these filters now. Streampixel does not tell `updated:`.",
        ),
    ],
)
async def test_a_digest_that_matches_nothing_is_kept_with_a_warning(desk: Desk, filters: str, warning: str) -> None:
    """It may match later; but whoever typed it probably meant something else."""
    answer = await desk.answers(f"digest add hourly {filters}", DigestKept)

    assert answer.warning == warning
    assert ("⚠️ Nothing matches" in draw(answer, audience=Audience.PRIVATE).text) == bool(warning)
    assert len(await stored(desk)) == 1


async def test_the_same_digest_twice_is_refused_and_the_first_named(berlin: Desk) -> None:
    """A command sent twice must not report twice."""
    refusal = await berlin.answers('digest add "weekdays 9:00 Europe/Berlin" source:streampixel', Refusal)

    assert "digest 1" in refusal.sentence
    assert refusal.correction == "digest list"
    assert len(await stored(berlin)) == 1


async def test_nothing_of_the_answer_to_add_adds_again(berlin: Desk) -> None:
    """Refresh and Share run the command of an answer; the answer is never worked out twice."""
    reply = await berlin.replies("digest add hourly")

    assert reply.later is None
    assert isinstance(reply.answer, DigestKept)
    await berlin.answers(reply.answer.command, DigestDetails)
    assert len(await stored(berlin)) == 2


async def test_a_slow_source_does_not_make_the_answer_follow(desk: Desk) -> None:
    """What follows an answer asks again, and asking again would add again."""
    desk.slow_down()
    reply = await desk.replies("digest add hourly", patience_s=0.01)
    desk.speed_up()

    assert reply.later is None
    assert isinstance(reply.answer, DigestKept)


async def test_a_channel_that_we_are_not_in_is_named(desk: Desk) -> None:
    """It is stored all the same: the invitation can come later."""
    desk.messenger.places[CHANNEL] = Place(member=False)
    answer = await desk.answers("digest add hourly", DigestKept)
    assert answer.place == Place(member=False)


async def test_a_digest_that_cannot_be_explained_is_stored_and_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal would be a lie: the digest is there."""

    async def broken(*_: object, **__: object) -> object:
        raise StoreError("disk full")

    monkeypatch.setattr(desk.catalog, "refresh", broken)  # a database that dies between two statements cannot be had
    answer = await desk.answers("digest add hourly", DigestDone)

    assert answer.sentence.startswith('Added digest 1: `digest add "')
    assert "cannot show an example" in answer.sentence
    assert len(await stored(desk)) == 1


async def test_a_source_that_is_down_does_not_keep_anybody_from_adding(desk: Desk) -> None:
    """The example says what it cannot see."""
    desk.pixel.fails_with(SourceDown("Streampixel", "HTTP 503"))
    answer = await desk.answers("digest add hourly", DigestKept)
    assert any(known.problem for known in answer.freshness)


async def test_a_digest_that_no_command_could_carry_is_refused(desk: Desk) -> None:
    """What is stored must fit into the buttons of its own message."""
    filters = " ".join(["(a"] * 120)
    refusal = await desk.answers(f"digest add hourly {filters}", Refusal)

    assert "shorten the filters" in refusal.sentence
    assert await stored(desk) == []


# --- list, show, preview -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["digest", "digest list", "DIGEST LIST"])
async def test_the_bare_verb_lists(berlin: Desk, typed: str) -> None:
    """Nobody has to know a word to begin."""
    answer = await berlin.answers(typed, DigestList)
    assert [digest.number for digest in answer.digests] == [1]


async def test_a_digest_belongs_to_its_channel(berlin: Desk) -> None:
    """Another channel neither sees nor changes it."""
    berlin.channel = "C0OTHER"

    assert (await berlin.answers("digest", DigestList)).digests == ()
    assert "no digest" in (await berlin.answers("digest pause 1", Refusal)).sentence
    berlin.channel = CHANNEL
    assert (await the_only(berlin)).pause is None


@pytest.mark.parametrize("typed", ["digest show 1", "digest show #1", "digest show"])
async def test_show_tells_everything_about_one(berlin: Desk, typed: str) -> None:
    """The number may be written with its sign, and left out if there is only one."""
    answer = await berlin.answers(typed, DigestDetails)

    assert (answer.digest.number, answer.command, len(answer.runs)) == (1, "digest show 1", 3)
    assert [(change.by, change.what) for change in answer.changes] == [(ANN, "added it")]


async def test_people_in_answers_have_their_names(berlin: Desk) -> None:
    """In a channel they are not drawn as people, since that would call them."""
    berlin.messenger.people |= {ANN: Person(name="Ann"), BEN: Person(zone="Europe/Oslo")}
    berlin.user = BEN
    await berlin.answers("digest pause 1", DigestDone)

    assert (await berlin.answers("digest show 1", DigestDetails)).people == {ANN: "Ann"}
    assert (await berlin.answers("digest list", DigestList)).people == {ANN: "Ann"}


async def test_preview_shows_the_message_and_changes_nothing(berlin: Desk) -> None:
    """Only the asker sees it."""
    answer = await berlin.answers("digest preview 1", DigestReport)

    assert (answer.purpose, answer.command) == (Purpose.PREVIEW, "digest preview 1")
    assert berlin.messenger.posts == []
    assert await berlin.ledger.snapshot(await the_only(berlin)) is None


# --- run ---------------------------------------------------------------------------------------------------------


async def test_run_plans_one_message_and_wakes_the_engine(berlin: Desk) -> None:
    """It is sent soon, by whoever works, and marked with who wanted it."""
    answer = await berlin.answers("digest run 1", DigestDone)

    (delivery,) = await berlin.ledger.deliveries(await the_only(berlin), most=20)
    assert (delivery.kind, delivery.by, delivery.state) == (DeliveryKind.MANUAL, ANN, DeliveryState.PLANNED)
    assert len(berlin.nudges) == 1
    assert "will be posted here within a minute" in answer.sentence
    assert berlin.messenger.posts == []


async def test_a_repeated_press_of_run_plans_one_message(berlin: Desk) -> None:
    """A thumb is faster than a channel."""
    await berlin.answers("digest run 1", DigestDone)
    await berlin.later(seconds=70)
    again = await berlin.answers("digest run 1", DigestDone)

    assert "already on its way" in again.sentence
    assert len(await berlin.ledger.deliveries(await the_only(berlin), most=20)) == 1


async def test_run_is_planned_once_a_minute_even_if_the_first_is_done(berlin: Desk) -> None:
    """Whoever was too slow to see the message gets no second one."""
    await berlin.answers("digest run 1", DigestDone)
    (delivery,) = await berlin.ledger.deliveries(await the_only(berlin), most=20)
    now = berlin.clock.now()
    lease = now + timedelta(seconds=60)
    await berlin.ledger.claim_delivery(delivery.ref, attempt=1, holder="x", now=now, lease_until=lease)
    await berlin.ledger.finish(delivery.ref, attempt=1, state=DeliveryState.FAILED, reason="oops", now=now)

    assert "a moment ago" in (await berlin.answers("digest run 1", DigestDone)).sentence
    await berlin.later(seconds=60)
    assert "will be posted" in (await berlin.answers("digest run 1", DigestDone)).sentence


# --- pause, resume, remove ---------------------------------------------------------------------------------------


async def test_anybody_may_pause_and_resume_and_it_is_recorded(berlin: Desk) -> None:
    """A digest belongs to the channel."""
    berlin.user = BEN
    paused = await berlin.answers("digest pause 1", DigestDone)
    rests = (await the_only(berlin)).pause
    resumed = await berlin.answers("digest resume", DigestDone)

    assert rests is not None
    assert (rests.kind, rests.by) == (PauseKind.PERSON, BEN)
    assert ("Resume", "digest resume 1") in paused.offers
    assert (await the_only(berlin)).pause is None
    assert len(resumed.runs) == 3
    assert await record(berlin) == [(ANN, "added it"), (BEN, "paused it"), (BEN, "resumed it")]


async def test_pausing_twice_says_so(berlin: Desk) -> None:
    """Whoever was second should know that somebody was first."""
    await berlin.answers("digest pause 1", DigestDone)

    answer = await berlin.answers("digest pause 1", DigestDone)

    assert answer.sentence.startswith("Digest 1 was paused already.")


async def test_resuming_what_runs_changes_nothing_and_says_so(berlin: Desk) -> None:
    """Nobody should believe that it had been silent."""
    answer = await berlin.answers("digest resume 1", DigestDone)

    assert "was not paused" in answer.sentence
    assert await record(berlin) == [(ANN, "added it")]


async def test_a_paused_digest_has_no_runs(berlin: Desk) -> None:
    """Nothing is promised that does not come."""
    await berlin.answers("digest pause 1", DigestDone)

    assert (await berlin.answers("digest show 1", DigestDetails)).runs == ()
    assert (await berlin.answers("digest edit 1 empty:full", DigestKept)).runs == ()


@pytest.mark.parametrize("user", [ANN, ADMIN, None])
async def test_owner_admin_and_terminal_may_remove(berlin: Desk, user: str | None) -> None:
    """The answer has the command that would bring it back."""
    berlin.user = user
    answer = await berlin.answers("digest remove 1", DigestDone)

    assert await stored(berlin) == []
    assert '`digest add "weekdays at 09:00 Europe/Berlin" source:streampixel empty:skip`' in answer.sentence
    assert answer.command == "digest list"


async def test_others_may_not_remove_and_are_told_who_may(berlin: Desk) -> None:
    """Nothing happens, and nobody has to guess."""
    berlin.user = BEN
    refusal = await berlin.answers("digest remove 1", Refusal)

    assert refusal.sentence == "You may not remove this digest; its owner or an admin may."
    assert len(await stored(berlin)) == 1


@pytest.mark.parametrize(("user", "may"), [(ANN, True), (BEN, False), (ADMIN, True), (None, True)])
async def test_show_knows_who_may_remove(berlin: Desk, user: str | None, may: bool) -> None:  # noqa: FBT001 - a parameter of a test
    """A red button that only refuses would be a trap."""
    berlin.user = user
    shown = await berlin.answers("digest show 1", DigestDetails)

    assert shown.removable == may
    assert ("digest remove 1" in str(draw(shown, audience=Audience.PRIVATE).blocks)) == may
    assert "digest remove 1" in str(draw(shown, audience=Audience.PUBLIC).blocks)


async def test_who_may_remove_is_named_without_a_ping(berlin: Desk) -> None:
    """People ask a name, not an id."""
    berlin.messenger.people[ANN] = Person(name="ada")
    berlin.user = BEN

    refusal = await berlin.answers("digest remove 1", Refusal)

    assert refusal.sentence == "You may not remove this digest; ada, who added it, or an admin may."


async def test_remove_wants_its_number_even_if_there_is_only_one(berlin: Desk) -> None:
    """What cannot be taken back is named."""
    refusal = await berlin.answers("digest remove", Refusal)

    assert refusal.correction == "digest remove 1"
    assert len(await stored(berlin)) == 1


# --- edit --------------------------------------------------------------------------------------------------------


async def test_edit_with_nothing_shows_how(berlin: Desk) -> None:
    """The commands can be copied, and the one that is stored is among them."""
    answer = await berlin.answers("digest edit 1", DigestDetails)

    assert '`digest edit 1 "weekdays at 09:00 Europe/Berlin" source:streampixel empty:skip`' in answer.hint
    assert answer.command == "digest show 1"


@pytest.mark.parametrize(
    ("typed", "query", "schedule", "empty"),
    [
        ('"daily 8:00"', "source:streampixel", Schedule("0 8 * * *", "Europe/Berlin"), EmptyPolicy.SKIP),
        ("daily 8:00 Asia/Tokyo", "source:streampixel", Schedule("0 8 * * *", "Asia/Tokyo"), EmptyPolicy.SKIP),
        ("every Monday 8:30", "source:streampixel", Schedule("30 8 * * 1", "Europe/Berlin"), EmptyPolicy.SKIP),
        ("state:inactive", "state:inactive", WEEKDAYS, EmptyPolicy.SKIP),
        ("not archived:true", "-archived:true", WEEKDAYS, EmptyPolicy.SKIP),
        ("-legacy", "-legacy", WEEKDAYS, EmptyPolicy.SKIP),
        ("source:any", "", WEEKDAYS, EmptyPolicy.SKIP),
        ("empty:line", "source:streampixel", WEEKDAYS, EmptyPolicy.LINE),
        ('"hourly" source:any empty:full', "", Schedule("0 * * * *", "Europe/Berlin"), EmptyPolicy.FULL),
        ('"weekdays at 9:00" checkout', "checkout", WEEKDAYS, EmptyPolicy.SKIP),
    ],
)
async def test_edit_changes_what_is_given_and_nothing_else(
    berlin: Desk, typed: str, query: str, schedule: Schedule, empty: EmptyPolicy
) -> None:
    """Given filters replace all filters; a schedule keeps the zone unless it names one."""
    answer = await berlin.answers(f"digest edit 1 {typed}", DigestKept)

    assert await stored(berlin) == [(1, query, schedule, empty)]
    assert (answer.what, answer.command) == ("Changed digest 1", "digest show 1")


async def test_edit_works_without_a_number_if_there_is_one_digest(berlin: Desk) -> None:
    """The rest of the command is the change."""
    await berlin.answers("digest edit empty:full", DigestKept)
    assert (await the_only(berlin)).empty is EmptyPolicy.FULL


async def test_edit_says_where_the_zone_is_from(berlin: Desk) -> None:
    """It is never the zone of whoever edits."""
    berlin.messenger.people[ANN] = Person(zone="America/New_York")

    assert (await berlin.answers("digest edit 1 daily 8:00", DigestKept)).zone_from == "as before"
    assert (await berlin.answers("digest edit 1 daily 8:00 UTC", DigestKept)).zone_from == "as you wrote it"
    assert (await berlin.answers("digest edit 1 empty:full", DigestKept)).zone_from == ""


async def test_edit_that_changes_nothing_is_refused(berlin: Desk) -> None:
    """An entry in the record that says nothing would be noise."""
    refusal = await berlin.answers("digest edit 1 empty:skip", Refusal)
    assert "already" in refusal.sentence


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "pointed_at", "correction"),
    [
        ("digest lst", "lst", "digest list"),
        ("digest puase 1", "puase", "digest pause 1"),
        ("digest delete 1", "delete", "digest remove 1"),
        ("digest create hourly", "create", "digest add hourly"),
        ("digest 1", "1", "digest show 1"),
        ("digest #1", "#1", "digest show #1"),
        ("digest weekdays at 9:00", "weekdays", "digest add weekdays at 9:00"),
        ("digest frobnicate", "frobnicate", "digest list"),
        ("digest list 1", "1", "digest list"),
        ("digest show 7", "7", "digest show 1"),
        ("digest show two", "two", "digest show 1"),
        ("digest pause 1 now", "now", "digest pause 1"),
        ("digest add", "digest add", 'digest add "weekdays at 9:00"'),
        ("digest add weekdays", "weekdays", "digest add weekdays at 9:00"),
        ('digest add "weekdays 9:00" archivd:true', "archivd", 'digest add "weekdays 9:00" archived:true'),
        ("digest add hourly empty:lines", "lines", "digest add hourly empty:line"),
        ("digest add hourly empty:line empty:skip", "skip", "digest add hourly empty:line"),
        ("digest add hourly -empty:skip", "skip", "digest add hourly empty:skip"),
        ("digest add hourly sort:name", "sort", "digest add hourly"),
        ("digest add hourly since:7d", "since", "digest add hourly"),
        (
            "digest edit 1 checkout",
            "checkout",
            'digest edit 1 "weekdays at 09:00 Europe/Berlin" checkout',
        ),
        ("digest edit 1 dayly 8:00", "dayly", "digest edit 1 daily 8:00"),
        ("digest edit 1 weekdys at 8:00", "weekdys", "digest edit 1 weekdays at 8:00"),
        ("digest edit 1 tomorrow 8:00", "tomorrow", "digest edit 1 daily 8:00"),
        ("digest edit 1 Europe/Paris", "Europe/Paris", 'digest edit 1 "weekdays at 09:00 Europe/Paris"'),
        ("digest edit 1 Europe/Pariss", "Europe/Pariss", 'digest edit 1 "weekdays at 09:00 Europe/Paris"'),
        (
            'digest edit 1 "Europe/Paris" status:off',
            '"Europe/Paris"',
            'digest edit 1 "weekdays at 09:00 Europe/Paris" status:off',
        ),
        ("digest add tomorrow 9:00", "tomorrow", "digest add daily 9:00"),
        ("digest add hourly limit:5 demo sort:name", "limit:5 demo sort:name", "digest add hourly demo"),
        ("digest edit 1 stat:off", "stat", None),
        ("list empty:skip", "empty", "list"),
    ],
)
async def test_what_cannot_be_read_is_pointed_at_and_corrected(
    berlin: Desk, typed: str, pointed_at: str, correction: str | None
) -> None:
    """The same quality of error as for filters, and a correction that is no refusal."""
    refusal = await berlin.answers(typed, Refusal)

    assert refusal.text[refusal.position :][: refusal.length] == pointed_at
    if correction is not None:
        assert refusal.correction == correction
    assert refusal.correction is not None
    assert not isinstance((await berlin.replies(refusal.correction)).answer, Refusal)


async def test_several_digests_have_to_be_told_apart(berlin: Desk) -> None:
    """Guessing which one was meant would be worse than asking."""
    await berlin.answers("digest add hourly", DigestKept)

    refusal = await berlin.answers("digest pause", Refusal)
    unknown = await berlin.answers("digest pause 9", Refusal)

    assert "1, 2" in refusal.sentence
    assert "it has 1, 2" in unknown.sentence
    assert {refusal.correction, unknown.correction} == {"digest list"}


async def test_of_many_digests_ten_are_named(desk: Desk) -> None:
    """A sentence with twenty-five numbers is no help."""
    for hour in range(12):
        await desk.answers(f"digest add daily {hour}:00 UTC", DigestKept)

    which = await desk.answers("digest pause", Refusal)
    unknown = await desk.answers("digest pause 99", Refusal)

    assert "has 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more; write" in which.sentence
    assert "it has 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more." in unknown.sentence


@pytest.mark.parametrize("word", ["show", "pause 3", "remove 1", "edit", "run"])
async def test_a_channel_without_a_digest_says_how_to_begin(desk: Desk, word: str) -> None:
    """The sentence has a command that works."""
    refusal = await desk.answers(f"digest {word}", Refusal)
    assert 'digest add "weekdays at 9:00"' in refusal.sentence


async def test_without_a_channel_the_option_is_named(desk: Desk) -> None:
    """In the terminal nobody is in a channel."""
    desk.channel = None
    assert "--channel" in (await desk.answers("digest list", Refusal)).sentence


async def test_a_full_channel_is_refused_with_what_to_do(desk: Desk) -> None:
    """Twenty-five are enough for anybody."""
    for hour in range(24):
        await desk.answers(f"digest add daily {hour}:00 UTC", DigestKept)
    await desk.answers("digest add daily 9:30 UTC", DigestKept)

    refusal = await desk.answers("digest add daily 9:45 UTC", Refusal)

    assert "Remove one first" in refusal.sentence
    assert refusal.correction == "digest list"
