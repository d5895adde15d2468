"""Putting a file into a thread, at the wire."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import MaybePosted, MessengerError, NotPosted, WorkspaceClosed
from bot.model import Attachment
from bot.slack import attaching
from tests.fakes.slack_server import Answer
from tests.slack.test_posting import Desk, desk, limited, no, open_desk

__all__ = ["desk"]

ASK, COMPLETE = "files.getUploadURLExternal", "files.completeUploadExternal"
FILE = Attachment(name="digest-2.csv", title="All 300 changes", content=b"kind\r\nnew\r\n")


async def fails(desk: Desk) -> MessengerError:
    """Attach, and return what came of it."""
    with pytest.raises(MessengerError) as raised:
        await desk.messenger.attach("C1", FILE, thread="5.5")
    return raised.value


async def test_file_goes_into_the_thread_with_its_title(desk: Desk) -> None:
    """Three requests, as Slack wants it."""
    await desk.messenger.attach("C1", FILE, thread="5.5")

    (complete,) = [call.given for call in desk.slack.calls if call.method == COMPLETE]
    assert len(desk.slack.uploaded) == 1
    assert FILE.content in desk.slack.uploaded[0]
    assert (complete["channel_id"], complete["thread_ts"]) == ("C1", "5.5")
    assert "All 300 changes" in str(complete["files"])


async def test_short_refusal_is_waited_for(desk: Desk) -> None:
    """A file that was not completed appears nowhere."""
    desk.slack.script(COMPLETE, limited("2"))

    await desk.messenger.attach("C1", FILE, thread="5.5")

    assert desk.slack.methods().count(COMPLETE) == 2
    assert desk.clock.slept_s == [2.0]


@pytest.mark.parametrize("answer", [Answer(hang_up=True), Answer(status=500, body=""), no("internal_error")], ids=str)
async def test_what_may_be_there_is_not_sent_again(desk: Desk, answer: Answer) -> None:
    """A file twice is worse than none."""
    desk.slack.script(COMPLETE, answer)

    assert type(await fails(desk)) is MaybePosted
    assert desk.slack.methods().count(COMPLETE) == 1


async def test_upload_that_is_not_taken_is_an_error_like_others(desk: Desk) -> None:
    """It happens at another address than the rest, and says nothing that the library understands."""
    desk.slack.script("upload", Answer(status=500, body="no"))

    assert type(await fails(desk)) is MaybePosted
    assert COMPLETE not in desk.slack.methods()


async def test_app_that_may_not_share_files_is_told_so(desk: Desk) -> None:
    """The scope is missing, and asking again is pointless."""
    desk.slack.script(ASK, no("missing_scope"))

    error = await fails(desk)

    assert (type(error), error.code) == (WorkspaceClosed, "missing_scope")
    assert desk.slack.methods() == [ASK]


async def test_silence_leaves_it_open(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is real time at the socket, so it is made short."""
    monkeypatch.setattr(attaching, "TAKEN_WITHIN", 0.05)
    desk.slack.script(COMPLETE, Answer(never=True))

    error = await fails(desk)

    assert (type(error), error.code) == (MaybePosted, "timeout")


async def test_nothing_is_sent_after_the_moment_however_the_time_was_lost() -> None:
    """Its turn came late."""
    async with open_desk(turn_takes=timedelta(seconds=50)) as desk:
        with pytest.raises(NotPosted, match="too_late"):
            await desk.messenger.attach("C1", FILE, thread="5.5", before=desk.clock.now() + timedelta(seconds=40))

        assert desk.slack.calls == []
