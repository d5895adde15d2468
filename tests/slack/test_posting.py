"""Sending a message that must appear at most once, at the wire."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from bot.errors import ChannelClosed, MaybePosted, MessengerError, NeverPosted, NotPosted, WorkspaceClosed
from bot.model import Message, Posted
from bot.slack import posting
from bot.slack.clients import open_session, web_client
from bot.slack.identity import Badge
from bot.slack.messenger import SlackMessenger
from bot.slack.patience import Patience
from tests.fakes.clock import HandClock
from tests.fakes.slack_server import OK, Answer, FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

POST = "chat.postMessage"
MESSAGE = Message(text="words", blocks=[{"type": "divider"}])
TOKEN = "xoxb-token-secret"
NOWHERE = "http://127.0.0.1:9/api/"


def no(code: str) -> Answer:
    """Refuse with a word of Slack's."""
    return Answer(body={"ok": False, "error": code})


def limited(seconds: str) -> Answer:
    """Ask for a pause."""
    return Answer(status=429, body={"ok": False, "error": "ratelimited"}, headers={"Retry-After": seconds})


@dataclass
class Desk:
    """A messenger in front of a scripted Slack."""

    slack: FakeSlack
    clock: HandClock
    messenger: SlackMessenger

    async def fails(self, *answers: Answer) -> MessengerError:
        """Post while Slack says this, and return what came of it."""
        self.slack.script(POST, *answers)
        with pytest.raises(MessengerError) as raised:
            await self.messenger.post("C1", MESSAGE, key="k")
        return raised.value

    def sent(self) -> list[dict[str, Any]]:
        """Return the bodies of the posts that reached Slack."""
        return [call.given for call in self.slack.calls if call.method == POST]


@asynccontextmanager
async def open_desk(url: str | None = None, *, turn_takes: timedelta = timedelta()) -> AsyncIterator[Desk]:
    """Wire a messenger."""
    clock = HandClock()

    async def at_once(_key: str) -> timedelta:
        clock.move(turn_takes)
        return timedelta()

    async with FakeSlack() as slack, open_session() as session:
        client = web_client(session, base_url=url or slack.api_url, token=SecretStr(TOKEN))
        patience = Patience(clock=clock, sleep=clock.sleep)
        yield Desk(slack, clock, SlackMessenger(client, patience=patience, badge=Badge(), turn=at_once))


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A desk that Slack can be reached from."""
    async with open_desk() as opened:
        yield opened


async def test_message_goes_out_with_its_key_and_without_noise(desk: Desk) -> None:
    """Nothing unfurls, no name is linked, and everybody may read the key."""
    posted = await desk.messenger.post("C1", MESSAGE, key="digest:1:x", thread="5.5")

    assert posted == Posted(channel="C1", ts="111.222")
    assert desk.sent() == [
        {
            "channel": "C1",
            "text": "words",
            "blocks": [{"type": "divider"}],
            "thread_ts": "5.5",
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": "rollcall_delivery", "event_payload": {"key": "digest:1:x"}},
        }
    ]


async def test_message_without_a_key_has_no_metadata(desk: Desk) -> None:
    """Notices are not looked for."""
    await desk.messenger.post("C1", MESSAGE)

    assert "metadata" not in desk.sent()[0]


@pytest.mark.parametrize(
    "answer", [limited("2"), limited("1.5"), no("service_unavailable"), no("request_timeout"), no("ratelimited")]
)
async def test_short_refusal_is_waited_for(desk: Desk, answer: Answer) -> None:
    """It is certainly not there, and the caller need not hear of it."""
    desk.slack.script(POST, answer)

    posted = await desk.messenger.post("C1", MESSAGE)

    assert posted.ts == "111.222"
    assert len(desk.sent()) == 2
    assert 0 < desk.clock.slept_s[0] <= 2


async def test_long_pause_is_the_callers_business(desk: Desk) -> None:
    """A lease is short."""
    error = await desk.fails(limited("30"))

    assert isinstance(error, NotPosted)
    assert (error.code, error.wait) == ("ratelimited", timedelta(seconds=30))
    assert desk.clock.slept_s == []


async def test_pause_that_slack_asks_for_is_kept_by_all_messages(desk: Desk) -> None:
    """A Retry-After is for the whole workspace: other channels need not find out one by one."""
    await desk.fails(limited("30"))

    for number in range(5):
        desk.clock.move(timedelta(seconds=4))
        with pytest.raises(NotPosted) as raised:
            await desk.messenger.post(f"C{number}", MESSAGE)
        assert (raised.value.code, raised.value.wait) == ("ratelimited", timedelta(seconds=26 - 4 * number))
    assert len(desk.sent()) == 1

    desk.clock.move(timedelta(seconds=10))
    await desk.messenger.post("C2", MESSAGE)
    assert len(desk.sent()) == 2


async def test_last_seconds_of_a_pause_are_waited_for(desk: Desk) -> None:
    """Without a request, like any short refusal."""
    await desk.fails(limited("30"))
    desk.clock.move(timedelta(seconds=27))

    await desk.messenger.post("C2", MESSAGE)

    assert desk.clock.slept_s == [3]
    assert len(desk.sent()) == 2


async def test_pause_is_forgotten_when_the_clock_is_put_back(desk: Desk) -> None:
    """A pause of seconds must not become one of hours."""
    await desk.fails(limited("30"))
    desk.clock.move(-timedelta(hours=1))

    await desk.messenger.post("C2", MESSAGE)

    assert len(desk.sent()) == 2


async def test_unknown_word_is_told_apart_from_a_busy_slack(desk: Desk) -> None:
    """Nobody knows whether waiting helps."""
    unknown = await desk.fails(no("some_new_word"))
    busy = await desk.fails(*[no("service_unavailable")] * 4)

    assert isinstance(unknown, NotPosted)
    assert isinstance(busy, NotPosted)
    assert (unknown.understood, busy.understood) == (False, True)


async def test_insisting_ends_within_seconds(desk: Desk) -> None:
    """Four times no is a no."""
    error = await desk.fails(*[no("service_unavailable")] * 4)

    assert type(error) is NotPosted
    assert len(desk.sent()) == 4
    assert sum(desk.clock.slept_s) <= posting.INSIST_FOR.total_seconds()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500, body={"ok": False, "error": "internal_error"}),
        Answer(status=500, body="<html>"),
        Answer(status=502, body=""),
        Answer(body="<html>"),
        Answer(body=""),
        Answer(body={"ok": True}),
        Answer(body={"ok": True, "ts": 5}),
        Answer(body=b"\xff\xfe"),
        Answer(hang_up=True),
        no("internal_error"),
        no("fatal_error"),
    ],
    ids=str,
)
async def test_what_may_be_there_is_never_sent_again(desk: Desk, answer: Answer) -> None:
    """Neither by us nor by Slack's library: a hole is better than a double."""
    error = await desk.fails(answer)

    assert type(error) is MaybePosted
    assert len(desk.sent()) == 1


async def test_silence_after_sending_leaves_it_open(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is real time at the socket, so it is made short."""
    monkeypatch.setattr(posting, "SENT_WITHIN", 0.05)

    error = await desk.fails(Answer(never=True))

    assert (type(error), error.code) == (MaybePosted, "timeout")
    assert len(desk.sent()) == 1


async def test_connection_that_never_came_about_sent_nothing() -> None:
    """Slack's outage must not turn every digest into an open question."""
    async with open_desk(NOWHERE) as desk:
        with pytest.raises(NotPosted, match="no_connection"):
            await desk.messenger.post("C1", MESSAGE)

        assert len(desk.clock.slept_s) == 3


async def test_connection_that_comes_back_is_used(desk: Desk) -> None:
    """A hung-up answer and a refused connection are two things, told apart by Slack's library."""
    error = await desk.fails(Answer(hang_up=True))
    posted = await desk.messenger.post("C1", MESSAGE)

    assert error.code == "connection_lost"
    assert posted.ts == "111.222"


async def test_what_slack_cannot_draw_is_posted_as_words(desk: Desk) -> None:
    """A mistake of ours in a block must not cost the message; its key stays with it."""
    desk.slack.script(POST, no("invalid_blocks"))

    await desk.messenger.post("C1", MESSAGE, key="k")

    drawn, words = desk.sent()
    assert "blocks" in drawn
    assert "blocks" not in words
    assert (words["text"], words["metadata"]["event_payload"]) == ("words", {"key": "k"})


async def test_words_that_are_refused_too_are_given_up(desk: Desk) -> None:
    """The same payload will never be taken."""
    error = await desk.fails(no("invalid_blocks"), no("msg_too_long"))

    assert (type(error), error.code) == (NeverPosted, "msg_too_long")


async def test_words_are_not_sent_after_the_moment_either(desk: Desk) -> None:
    """Drawing anew takes time, too."""
    desk.slack.script(POST, limited("5"), no("invalid_blocks"))
    before = desk.clock.now() + timedelta(seconds=4)

    with pytest.raises(NotPosted, match="ratelimited"):
        await desk.messenger.post("C1", MESSAGE, before=before)

    assert len(desk.sent()) == 1


async def test_nothing_is_sent_after_the_moment_however_the_time_was_lost() -> None:
    """A slow database, a machine that slept: by then the lease is somebody else's."""
    async with open_desk(turn_takes=timedelta(seconds=50)) as desk:
        with pytest.raises(NotPosted, match="too_late"):
            await desk.messenger.post("C1", MESSAGE, before=desk.clock.now() + timedelta(seconds=40))

        assert desk.sent() == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [("not_in_channel", ChannelClosed), ("token_revoked", WorkspaceClosed), ("missing_scope", WorkspaceClosed)],
)
async def test_lasting_refusal_is_not_repeated(desk: Desk, code: str, kind: type[MessengerError]) -> None:
    """Asking again would only annoy."""
    error = await desk.fails(no(code))

    assert type(error) is kind
    assert len(desk.sent()) == 1


async def test_errors_hold_no_secret(desk: Desk) -> None:
    """The errors of Slack's library hold the whole request."""
    error = await desk.fails(Answer(status=500, body=f"echo {TOKEN}"))

    chain = [error, error.__cause__, error.__context__ if not error.__suppress_context__ else None]
    assert TOKEN not in repr(chain)
    assert desk.slack.api_url not in repr(chain)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("user_disabled", ChannelClosed),
        ("missing_scope", ChannelClosed),
        ("invalid_auth", WorkspaceClosed),
        ("a_word_of_next_year", NotPosted),
    ],
)
async def test_person_who_cannot_be_addressed_got_nothing(desk: Desk, code: str, kind: type[MessengerError]) -> None:
    """Whatever went wrong, the message was not even sent."""
    desk.slack.script("conversations.open", no(code))

    with pytest.raises(kind, match=code):
        await desk.messenger.tell("U1", MESSAGE)

    assert desk.sent() == []


async def test_lost_answer_about_the_conversation_is_asked_for_again(desk: Desk) -> None:
    """Opening a conversation twice is opening it once."""
    desk.slack.script("conversations.open", Answer(hang_up=True), no("internal_error"))

    await desk.messenger.tell("U1", MESSAGE)

    assert [given["channel"] for given in desk.sent()] == [OK["conversations.open"]["channel"]["id"]]
