"""What happens after the acknowledgement."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from bot.answers import Reply, Summary
from bot.errors import Expired
from bot.model import Ask, Attachment, Moment, Tally
from bot.query import Query
from bot.slack import answering
from bot.slack.heard import Heard, InChannel, Manner, ViaUrl
from bot.slack.stage import audience_of
from bot.views import Audience
from tests.fakes.dispatcher import reply
from tests.fakes.slack_server import Answer
from tests.slack.conftest import open_room, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import pytest

    from bot.slack.heard import Address
    from tests.slack.conftest import Room

FILE = Attachment(name="projects.csv", title="Projects", content=b"id\n1\n")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMPTY_SUMMARY = Summary(
    command="status",
    freshness=(),
    moment=Moment(now=NOW),
    query=Query(),
    tally=Tally(states={}, subscriptions={}, events={}),
    since=NOW,
)


def command(room: Room, text: str = "status", *, key: str = "k", manner: Manner = Manner.FIRST) -> Heard:
    """Make something that was heard through a response_url."""
    address = ViaUrl(url=room.slack.response_url, manner=manner, private=manner is not Manner.FOR_ALL)
    return heard(address, text=text, key=key)


def heard(address: Address, *, text: str = "status", key: str = "k") -> Heard:
    """Make something that was heard."""
    return Heard(ask=Ask(text=text, user="U1"), user="U1", channel="C1", address=address, key=key)


def with_later(first: str, later: str | Exception | None) -> Reply:
    """Make a reply that is followed by another one, by an error, or by nothing in time."""
    return replace(reply(first), later=following(reply(later) if isinstance(later, str) else later))


def following(later: Reply | Exception | None) -> Callable[[], Awaitable[Reply]]:
    """Make what follows: another reply, an error, or nothing in time."""

    async def follow() -> Reply:
        if later is None:
            await asyncio.Event().wait()
        if isinstance(later, Exception):
            raise later
        assert later is not None
        return later

    return follow


async def test_answer_reaches_the_one_who_asked(room: Room) -> None:
    """The shortest way through the room."""
    await room.answering.answer(command(room), "r1")

    (posted,) = room.slack.posted
    assert "answer to status" in posted["text"]
    assert posted["blocks"]
    assert posted["response_type"] == "ephemeral"


async def test_what_cannot_be_asked_is_answered_with_why(room: Room) -> None:
    """The dispatcher is not asked; there is nothing that it could read."""
    question = replace(command(room), problem=Expired("another version"))

    await room.answering.answer(question, "r1")

    assert room.dispatcher.asked == []
    assert "too old" in room.slack.posted[0]["text"]


async def test_replayed_request_is_answered_once(room: Room) -> None:
    """A captured request stays valid for five minutes, and Slack repeats events."""
    await room.answering.answer(command(room), "r1")
    await room.answering.answer(command(room), "r2")

    assert len(room.dispatcher.asked) == 1
    assert len(room.slack.posted) == 1


async def test_question_is_answered_although_the_database_is_gone(room: Room) -> None:
    """Twice is better than not at all; the dispatcher has its own words for a missing database."""
    room.memory.broken = True

    with capture_logs() as logs:
        await room.answering.answer(command(room), "r1")

    assert len(room.slack.posted) == 1
    assert "request.not_remembered" in [line["event"] for line in logs]


async def test_crash_becomes_a_sentence_with_the_request_id(room: Room) -> None:
    """The person gets a number, the log gets the traceback."""
    room.dispatcher.says = RuntimeError("the secret inside")

    with capture_logs() as logs:
        await room.answering.answer(command(room), "r1234567")

    (posted,) = room.slack.posted
    assert "r1234567" in posted["text"]
    assert "secret" not in posted["text"]
    (failed,) = [line for line in logs if line["event"] == "answer.failed"]
    assert failed["exc_info"] is True


async def test_answer_is_amended_once_the_sources_were_read(room: Room) -> None:
    """The first answer comes at once, with the age of what was known."""
    room.dispatcher.says = with_later("old", "new")

    await room.answering.answer(command(room), "r1")

    first, second = room.slack.posted
    assert ("old" in first["text"], "new" in second["text"]) == (True, True)
    assert second["replace_original"] is True


async def test_posted_answer_is_amended_by_changing_it(room: Room) -> None:
    """In a thread there is one answer and not two."""
    room.dispatcher.says = with_later("old", "new")

    await room.answering.answer(heard(InChannel(channel="C1", thread="7.7")), "r1")

    assert room.slack.methods() == ["chat.postMessage", "chat.update"]


async def test_answer_that_cannot_be_amended_waits_for_the_sources_first(room: Room) -> None:
    """What was posted for all by a response_url cannot be changed any more."""
    room.dispatcher.says = with_later("old", "new")

    await room.answering.answer(command(room, manner=Manner.FOR_ALL), "r1")

    (posted,) = room.slack.posted
    assert "new" in posted["text"]
    assert posted["response_type"] == "in_channel"


async def test_first_answer_stays_if_the_second_fails(room: Room) -> None:
    """A good answer is never replaced by an error."""
    room.dispatcher.says = with_later("old", RuntimeError("boom"))

    with capture_logs() as logs:
        await room.answering.answer(command(room), "r1")

    assert len(room.slack.posted) == 1
    assert "answer.settling_failed" in [line["event"] for line in logs]


async def test_first_answer_stays_if_slack_refuses_the_second(room: Room) -> None:
    """The message may have been deleted meanwhile."""
    room.dispatcher.says = with_later("old", "new")
    room.slack.script("chat.update", Answer(body={"ok": False, "error": "message_not_found"}))

    with capture_logs() as logs:
        await room.answering.answer(heard(InChannel(channel="C1")), "r1")

    assert {
        "event": "amendment.not_taken",
        "code": "message_not_found",
        "fate": "channel",
        "log_level": "warning",
    } in logs


async def test_first_answer_stays_if_there_is_no_second_in_time(room: Room) -> None:
    """Nobody looks at a message for longer. The wait is cut off by cancelling what it waits in."""
    room.dispatcher.says = with_later("old", None)

    room.tasks.begin(partial(room.answering.answer, command(room)))
    await until(lambda: len(room.slack.posted) == 1)

    assert await room.tasks.drain(0) == 1
    assert len(room.slack.posted) == 1


async def test_answer_that_cannot_be_amended_does_not_wait_for_long(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known by then is shown; the constant is shortened, the wait is real."""
    monkeypatch.setattr(answering, "SETTLE_FIRST", timedelta(seconds=0.01))
    room.dispatcher.says = with_later("old", None)

    await room.answering.answer(command(room, manner=Manner.FOR_ALL), "r1")

    assert ["old" in posted["text"] for posted in room.slack.posted] == [True]


async def test_refusal_by_slack_is_logged_with_its_fate(room: Room) -> None:
    """Nothing else can be done: the way to the person is closed."""
    room.slack.script("chat.postMessage", Answer(body={"ok": False, "error": "not_in_channel"}))

    with capture_logs() as logs:
        await room.answering.answer(heard(InChannel(channel="C1")), "r1")

    assert {"event": "answer.not_taken", "code": "not_in_channel", "fate": "channel", "log_level": "warning"} in logs


async def test_crash_and_refusal_together_are_only_logged(room: Room) -> None:
    """Not even the sentence about the crash can be shown."""
    room.dispatcher.says = RuntimeError("boom")
    room.slack.script("response_url", Answer(status=404, body="channel_not_found"))

    with capture_logs() as logs:
        await room.answering.answer(command(room), "r1")

    assert [line["event"] for line in logs] == ["answer.failed", "answer.not_taken"]


async def test_only_so_many_answers_are_worked_out_at_once() -> None:
    """The rest waits; showing an answer keeps nobody from working out the next."""
    async with open_room(at_once=2) as room:
        room.dispatcher.gate.clear()
        for number in range(6):
            room.tasks.begin(partial(room.answering.answer, command(room, key=f"k{number}")))
        for _ in range(20):
            await asyncio.sleep(0)
        assert room.dispatcher.at_work == 2
        room.dispatcher.gate.set()
        await room.settle()

        assert room.dispatcher.most_at_work == 2
        assert len(room.slack.posted) == 6


async def test_exported_file_goes_to_the_askers_own_conversation(room: Room) -> None:
    """A command works where the bot cannot post, and an export is for the one who asked."""
    room.dispatcher.says = replace(reply("it is in your messages"), attachment=FILE)

    await room.answering.answer(command(room, "export"), "r1")

    assert room.slack.methods() == [
        "conversations.open",
        "files.getUploadURLExternal",
        "files.completeUploadExternal",
    ]
    assert room.slack.calls[0].given["users"] == "U1"
    assert room.slack.calls[2].given["channel_id"] == "D9"
    assert room.slack.uploaded == [FILE.content]
    assert "it is in your messages" in room.slack.posted[0]["text"]


async def test_exported_file_goes_straight_into_a_direct_message(room: Room) -> None:
    """Asked in the conversation with the bot, it arrives there."""
    room.dispatcher.says = replace(reply("here it is"), attachment=FILE)

    await room.answering.answer(heard(InChannel(channel="D1", thread="3.3", direct=True)), "r1")

    assert "conversations.open" not in room.slack.methods()
    completed = next(call for call in room.slack.calls if call.method == "files.completeUploadExternal")
    assert (completed.given["channel_id"], completed.given["thread_ts"]) == ("D1", "3.3")


async def test_file_that_slack_refuses_is_explained_with_its_word(room: Room) -> None:
    """An admin can look the word up; the terminal works meanwhile."""
    room.dispatcher.says = replace(reply("it is in your messages"), attachment=FILE)
    room.slack.script("files.getUploadURLExternal", Answer(body={"ok": False, "error": "missing_scope"}))

    await room.answering.answer(command(room, "export"), "r1")

    (posted,) = room.slack.posted
    assert "missing_scope" in posted["text"]
    assert 'rollcall ask "export …"' in posted["text"]
    assert "it is in your messages" not in posted["text"]


async def test_upload_that_breaks_off_is_tried_again(room: Room) -> None:
    """The address for the upload belongs to another machine of Slack's."""
    room.dispatcher.says = replace(reply("done"), attachment=FILE)
    room.slack.script("upload", Answer(status=500, body="oops"))

    await room.answering.answer(heard(InChannel(channel="D1", direct=True)), "r1")

    assert len(room.slack.uploaded) == 2
    assert "done" in room.slack.calls[-1].given["text"]


async def test_conversation_without_an_id_is_no_place_for_a_file(room: Room) -> None:
    """Slack is believed only as far as it makes sense."""
    room.dispatcher.says = replace(reply("done"), attachment=FILE)
    room.slack.script("conversations.open", Answer(body={"ok": True, "channel": {}}))

    await room.answering.answer(command(room, "export"), "r1")

    assert "garbled_answer" in room.slack.posted[0]["text"]


async def test_shared_answer_names_who_shared_it(room: Room) -> None:
    """A message for all says whose doing it is."""
    room.dispatcher.says = Reply(answer=EMPTY_SUMMARY)

    await room.answering.answer(command(room, manner=Manner.FOR_ALL), "r1")

    assert "U1" in str(room.slack.posted[0])


def test_audience_follows_from_the_place() -> None:
    """Who can see an answer decides which buttons it has."""
    seen = {
        manner: audience_of(heard(ViaUrl(url="u", manner=manner, private=private)))
        for manner, private in ((Manner.FIRST, True), (Manner.REPLACE, False), (Manner.FOR_ALL, False))
    }

    assert seen == {
        Manner.FIRST: Audience.PRIVATE,
        Manner.REPLACE: Audience.DIRECT,
        Manner.FOR_ALL: Audience.SHARED,
    }
    assert audience_of(heard(InChannel(channel="C1"))) is Audience.PUBLIC
    assert audience_of(heard(InChannel(channel="D1", direct=True))) is Audience.DIRECT


def exporting(later: Reply | Exception | None) -> Reply:
    """Make an export of what was known, which is followed by another one."""
    return replace(reply("7 projects"), attachment=FILE, later=following(later))


NEWER = replace(FILE, content=b"id\n1\n2\n")
SETTLED = replace(reply("8 projects"), attachment=NEWER, later=following(None))


async def test_file_waits_for_the_sources_and_fits_its_message(room: Room) -> None:
    """A file cannot be amended, so neither is the message about it; meanwhile the asker sees that work is going on."""
    room.dispatcher.says = exporting(SETTLED)

    await room.answering.answer(command(room, "export"), "r1")

    waiting, answered = room.slack.posted
    assert "the file follows" in waiting["text"]
    assert "8 projects" in answered["text"]
    assert answered["replace_original"] is True
    assert room.slack.uploaded == [NEWER.content]


async def test_file_in_a_conversation_waits_too(room: Room) -> None:
    """The notice is changed into the answer."""
    room.dispatcher.says = exporting(SETTLED)

    await room.answering.answer(heard(InChannel(channel="D1", direct=True)), "r1")

    methods = [method for method in room.slack.methods() if method.startswith("chat.")]
    assert methods == ["chat.postMessage", "chat.update"]
    assert room.slack.uploaded == [NEWER.content]


async def test_file_waits_silently_where_nothing_can_be_amended(room: Room) -> None:
    """A notice would stay for ever."""
    room.dispatcher.says = exporting(SETTLED)

    await room.answering.answer(command(room, "export", manner=Manner.BESIDE), "r1")

    (posted,) = room.slack.posted
    assert "8 projects" in posted["text"]
    assert room.slack.uploaded == [NEWER.content]


async def test_file_of_what_was_known_is_better_than_none(room: Room) -> None:
    """The sources were not read; file and message are both of before."""
    room.dispatcher.says = exporting(RuntimeError("boom"))

    await room.answering.answer(command(room, "export"), "r1")

    assert "7 projects" in room.slack.posted[-1]["text"]
    assert len(room.slack.posted) == 2
    assert room.slack.uploaded == [FILE.content]


async def test_wait_for_a_file_is_bounded(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The constant is shortened, the wait is real."""
    monkeypatch.setattr(answering, "SETTLE", timedelta(seconds=0.01))
    room.dispatcher.says = exporting(None)

    await room.answering.answer(command(room, "export"), "r1")

    assert "7 projects" in room.slack.posted[-1]["text"]
    assert room.slack.uploaded == [FILE.content]


async def test_file_that_became_a_refusal_is_not_handed_over(room: Room) -> None:
    """The project that the filter names is gone, now that the source was read."""
    room.dispatcher.says = exporting(reply("there is none"))

    await room.answering.answer(command(room, "export"), "r1")

    assert "there is none" in room.slack.posted[-1]["text"]
    assert room.slack.uploaded == []


async def test_file_arrives_although_slack_refuses_the_notice(room: Room) -> None:
    """Only words were lost."""
    room.dispatcher.says = exporting(SETTLED)
    room.slack.script("response_url", Answer(status=404, body="channel_not_found"))

    await room.answering.answer(command(room, "export"), "r1")

    assert room.slack.uploaded == [NEWER.content]
    assert room.slack.posted[-1]["replace_original"] is False
