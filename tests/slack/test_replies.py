"""Places where answers appear, with the real clients against a Slack of our own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from bot.slack.heard import InChannel, Manner, ViaUrl
from bot.slack.refusals import Fate, Refused
from bot.views import Message
from tests.fakes.slack_server import Answer

if TYPE_CHECKING:
    from bot.slack.replies import Place
    from tests.slack.conftest import Room

BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Drawn"}}]
DRAWN = Message(text="Words", blocks=BLOCKS)
QUIET = {"unfurl_links": False, "unfurl_media": False}


def place(room: Room, manner: Manner, *, thread: str | None = None) -> Place:
    """Return a place behind a response_url."""
    return room.places.at(ViaUrl(url=room.slack.response_url, manner=manner, private=True, thread=thread))


@pytest.mark.parametrize(
    ("manner", "how"),
    [
        (Manner.FIRST, {"response_type": "ephemeral", "replace_original": False}),
        (Manner.BESIDE, {"response_type": "ephemeral", "replace_original": False}),
        (Manner.REPLACE, {"replace_original": True}),
        (Manner.FOR_ALL, {"response_type": "in_channel", "replace_original": False, "thread_ts": "3.3"}),
    ],
)
async def test_each_manner_says_what_becomes_of_the_message(room: Room, manner: Manner, how: dict[str, Any]) -> None:
    """Words and drawing always go together, and nothing unfurls."""
    await place(room, manner, thread="3.3").show(DRAWN)

    assert room.slack.posted == [{"text": "Words", "blocks": BLOCKS, **QUIET, **how}]


async def test_second_answer_to_a_command_replaces_the_first(room: Room) -> None:
    """The first was written while the sources were still being read."""
    where = place(room, Manner.FIRST)

    await where.show(DRAWN)
    await where.show(Message(text="Newer", blocks=BLOCKS))

    assert where.amendable
    assert room.slack.posted[1] == {"text": "Newer", "blocks": BLOCKS, **QUIET, "replace_original": True}


async def test_new_messages_beside_another_are_not_amendable(room: Room) -> None:
    """A second post with replace_original would hit the message that has the button."""
    assert not place(room, Manner.BESIDE).amendable
    assert not place(room, Manner.FOR_ALL).amendable
    assert place(room, Manner.REPLACE).amendable


async def test_posted_answer_is_changed_in_place(room: Room) -> None:
    """In a thread or a direct message the bot owns its message."""
    where = room.places.at(InChannel(channel="C1", thread="7.7"))

    await where.show(DRAWN)
    await where.show(Message(text="Newer", blocks=BLOCKS))

    posted, changed = room.slack.calls
    assert (posted.method, posted.token) == ("chat.postMessage", "Bearer xoxb-token-secret")
    assert posted.given == {"channel": "C1", "text": "Words", "blocks": BLOCKS, **QUIET, "thread_ts": "7.7"}
    assert changed.method == "chat.update"
    assert changed.given == {"channel": "C1", "ts": "111.222", "text": "Newer", "blocks": BLOCKS}


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(status=429, headers={"Retry-After": "1.5"}),
        Answer(status=429),
        Answer(status=500, body="<html>down</html>"),
        Answer(status=503),
        Answer(hang_up=True),
    ],
)
async def test_passing_trouble_of_a_response_url_is_waited_out(room: Room, trouble: Answer) -> None:
    """Slack's 429, 5xx and dropped connections cost a moment and not the answer."""
    room.slack.script("response_url", trouble, trouble)

    await place(room, Manner.FIRST).show(DRAWN)

    assert len(room.slack.posted) == 3
    assert room.clock.slept_s == [1.5, 1.5] if trouble.headers else [0.5, 1.0]


@pytest.mark.parametrize(
    ("trouble", "slept"),
    [
        (Answer(status=429, body={"ok": False, "error": "ratelimited"}, headers={"Retry-After": "2"}), 2.0),
        (Answer(status=429, body="slow down", headers={"Retry-After": "2.5"}), 2.5),
        (Answer(status=503, body="<html>down</html>"), 0.5),
        (Answer(status=500, body={"ok": False, "error": "fatal_error"}), 0.5),
        (Answer(body={"ok": False, "error": "internal_error"}), 0.5),
        (Answer(body="no object"), 0.5),
        (Answer(hang_up=True), 0.5),
    ],
)
async def test_passing_trouble_of_the_web_api_is_waited_out(room: Room, trouble: Answer, slept: float) -> None:
    """The same for messages that are posted."""
    room.slack.script("chat.postMessage", trouble)

    await room.places.at(InChannel(channel="C1")).show(DRAWN)

    assert room.slack.methods() == ["chat.postMessage"] * 2
    assert room.clock.slept_s == [slept]


async def test_silence_is_a_time_out_and_is_repeated(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's own handlers know no time-outs. The shorter time-out is set on the real session."""
    import aiohttp  # noqa: PLC0415 - only this test changes a time-out

    monkeypatch.setattr(room.session, "_timeout", aiohttp.ClientTimeout(total=0.05))
    room.slack.script("response_url", Answer(never=True))
    room.slack.script("chat.postMessage", Answer(never=True))

    await place(room, Manner.FIRST).show(DRAWN)
    await room.places.at(InChannel(channel="C1")).show(DRAWN)

    assert len(room.slack.posted) == 2
    assert len(room.slack.calls) == 2


async def test_refused_drawing_is_sent_once_more_as_words(room: Room) -> None:
    """A block that Slack does not like must not cost the answer; the same payload is never repeated."""
    room.slack.script("response_url", Answer(status=400, body="invalid_blocks"))
    room.slack.script("chat.postMessage", Answer(body={"ok": False, "error": "msg_blocks_too_long"}))

    with capture_logs() as logs:
        await place(room, Manner.FIRST).show(DRAWN)
        await room.places.at(InChannel(channel="C1")).show(DRAWN)

    assert "blocks" not in room.slack.posted[1]
    assert room.slack.posted[1]["text"] == "Words"
    assert "blocks" not in room.slack.calls[1].given
    refused = [line for line in logs if line["event"] == "answer.drawing_refused"]
    assert [line["code"] for line in refused] == ["invalid_blocks", "msg_blocks_too_long"]


async def test_words_that_are_refused_too_are_given_up(room: Room) -> None:
    """Twice is enough."""
    room.slack.script("response_url", *[Answer(status=400, body="invalid_payload")] * 3)

    with pytest.raises(Refused) as raised:
        await place(room, Manner.FIRST).show(DRAWN)

    assert raised.value.fate is Fate.BUG
    assert len(room.slack.posted) == 2


async def test_conversation_that_is_over_is_not_tried_again(room: Room) -> None:
    """Slack's word reaches the caller, its URL does not."""
    room.slack.script("response_url", Answer(status=410, body="channel_is_archived"))

    with pytest.raises(Refused) as raised:
        await place(room, Manner.FIRST).show(DRAWN)

    assert raised.value.code == "channel_is_archived"
    assert "hook-secret" not in f"{raised.value!r}{raised.value.__cause__!r}{raised.value.__context__}"
    assert len(room.slack.posted) == 1


async def test_response_url_is_used_five_times_at_most(room: Room) -> None:
    """Slack counts; so do we, over all tries and amendments."""
    room.slack.script("response_url", *[Answer(status=500)] * 9)
    where = place(room, Manner.FIRST)

    for _ in range(2):
        with pytest.raises(Refused):
            await where.show(DRAWN)

    assert len(room.slack.posted) == 5


async def test_response_url_is_not_used_after_its_life(room: Room) -> None:
    """Slack takes nothing after 30 minutes."""
    where = place(room, Manner.FIRST)
    room.clock.move(timedelta(minutes=25))

    with pytest.raises(Refused) as raised:
        await where.show(DRAWN)

    assert raised.value.code == "response_url_spent"
    assert room.slack.posted == []


async def test_answer_that_is_no_text_is_asked_for_again(room: Room) -> None:
    """Bytes that cannot be decoded say nothing about the message."""
    room.slack.script("response_url", Answer(body=b"\xff\xfe", headers={"Content-Type": "text/plain; charset=utf-8"}))

    await place(room, Manner.FIRST).show(DRAWN)

    assert len(room.slack.posted) == 2


async def test_json_that_is_broken_is_asked_for_again(room: Room) -> None:
    """A page of a proxy with Slack's content type has been seen."""
    room.slack.script(
        "chat.postMessage",
        Answer(status=500, body="{broken", headers={"Content-Type": "application/json"}),
        Answer(status=200, body="{broken", headers={"Content-Type": "application/json"}),
    )

    await room.places.at(InChannel(channel="C1")).show(DRAWN)

    assert len(room.slack.calls) == 3
