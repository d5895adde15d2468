"""What did not fit into a digest: posted below it, and whatever happens to that, the digest stays delivered once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import pytest
from structlog.testing import capture_logs

from bot.answers import DifferenceKind
from bot.digests.jobs import delivery_key
from bot.errors import ChannelClosed, MaybePosted, NotPosted, StoreError
from bot.model import DELIVERED, FINISHED
from bot.ports import Person
from tests.builders import entry, microvisualizer
from tests.digests.stage import CHANNEL, DUE, LATE, OWNER, POSTED, UNKNOWN, Fate, Killed, Mortal, Stage
from tests.views.digest_cases import difference

if TYPE_CHECKING:
    from bot.answers import Difference
    from bot.digests.outside import Writes
    from bot.ports import Ledger, Messenger

OPEN = "follow-ups may be missing from its thread"


def changes(number: int) -> tuple[Difference, ...]:
    """Return so many projects with long names that are new."""
    rows = [entry(microvisualizer(name=f"{n} {'ж' * 300}"), ref=n + 1) for n in range(number)]
    return tuple(difference(DifferenceKind.NEW, row, after="active") for row in rows)


@pytest.fixture
async def long(stage: Stage) -> Stage:
    """Return a workspace whose digest has two hundred changes: three replies and a file."""
    await stage.add()
    stage.writer.differences = changes(200)
    return stage


def below(stage: Stage) -> list[str]:
    """Return the first lines of the replies in the channel."""
    return [post.message.text.split("\n")[0] for post in stage.messenger.in_channel(CHANNEL) if post.thread]


async def only_reason(stage: Stage) -> str:
    """Return why the one delivery is as it is."""
    (digest,) = await stage.ledger.digests("T0001", CHANNEL)
    return (await stage.only_row(digest)).reason


async def test_the_rest_follows_in_the_thread_of_the_digest(long: Stage) -> None:
    """In order, each under a name of its own, and the ledger has nothing to remark."""
    await long.tick_at(DUE)

    digest, *replies = long.messenger.in_channel(CHANNEL)
    (file,) = long.messenger.files
    row = await long.only_row((await long.ledger.digests("T0001", CHANNEL))[0])
    assert digest.posted == row.posted
    assert "in the thread and its file" in digest.message.text
    assert [post.thread for post in replies] == [digest.posted.ts] * 3
    assert [post.key for post in replies] == [f"{delivery_key(row)}:{number}" for number in (1, 2, 3)]
    assert (file.channel, file.thread, file.attachment.name) == (CHANNEL, digest.posted.ts, "digest-1-2026-03-02.csv")
    assert (row.state, row.reason) == (POSTED, "")


async def test_a_rest_that_fits_into_one_reply_needs_no_file(stage: Stage) -> None:
    """Nobody opens one on a phone."""
    await stage.add()
    stage.writer.differences = changes(20)

    await stage.tick_at(DUE)

    assert below(stage) == ["10 more changes: 10 new"]
    assert stage.messenger.files == []
    assert await only_reason(stage) == ""


async def test_a_digest_that_holds_everything_is_followed_by_nothing(stage: Stage) -> None:
    """And the ledger is asked to remark on nothing."""
    await stage.add()
    stage.writer.differences = changes(3)

    await stage.tick_at(DUE)

    assert len(stage.messenger.posts) == 1
    assert stage.messenger.files == []


async def test_the_digest_is_in_the_ledger_before_anything_follows(
    long: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens to the rest cannot send it again."""
    seen: list[tuple[bool, str]] = []
    post = long.messenger.post

    async def watched(channel: str, *args: Any, thread: str | None = None, **given: Any) -> object:
        row = (await long.rows((await long.ledger.digests("T0001", CHANNEL))[0]))[0]
        seen.append((row.state in DELIVERED, row.reason))
        return await post(channel, *args, thread=thread, **given)

    monkeypatch.setattr(long.messenger, "post", watched)
    await long.tick_at(DUE)

    assert seen == [(False, ""), *[(True, OPEN)] * 3]


@pytest.mark.parametrize("error", [NotPosted("ratelimited"), MaybePosted("timeout"), ChannelClosed("is_archived")])
async def test_what_is_not_taken_costs_only_itself(
    long: Stage, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The others are posted, the log has each, and the ledger their number."""
    sent = long.messenger.post

    async def second_fails(channel: str, *args: Any, key: str | None = None, **given: Any) -> object:
        if (key or "").endswith(":2"):
            raise error
        return await sent(channel, *args, key=key, **given)

    monkeypatch.setattr(long.messenger, "post", second_fails)
    with capture_logs() as logs:
        await long.tick_at(DUE)

    assert len(below(long)) == 2
    assert len(long.messenger.files) == 1
    assert await only_reason(long) == "1 of 4 follow-ups may be missing from its thread"
    assert [line["part"] for line in logs if line["event"] == "digest.follow_up_lost"] == [2]
    assert (await long.ledger.digests("T0001", CHANNEL))[0].pause is None


async def test_an_unforeseen_error_costs_no_more(long: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a bug, and logged as one."""

    async def broken(*_args: object, **_given: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(long.messenger, "attach", broken)
    with capture_logs() as logs:
        await long.tick_at(DUE)

    assert len(below(long)) == 3
    assert await only_reason(long) == "1 of 4 follow-ups may be missing from its thread"
    assert [line["log_level"] for line in logs if line["event"] == "digest.follow_up_lost"] == ["error"]


async def test_a_late_digest_keeps_its_reason_beside_that(long: Stage) -> None:
    """Both are true."""
    (digest,) = await long.ledger.digests("T0001", CHANNEL)
    long.messenger.refuse(NotPosted("ratelimited"), times=1)
    await long.tick_at(DUE)
    long.clock.forward(minutes=30)
    await long.tick()
    row = await long.only_row(digest)

    assert row.state is LATE
    assert row.reason.startswith("planned 09:00, sent 09:")
    assert "thread" not in row.reason
    assert len(below(long)) == 3


async def test_a_message_that_was_found_after_its_answer_was_lost_has_its_thread(long: Stage) -> None:
    """The process that lost the answer still has the rest."""
    long.messenger.lose_answer()
    await long.tick_at(DUE)

    assert len(below(long)) == 3
    assert await only_reason(long) == "found in the channel after we had lost Slack's answer"


async def test_a_message_that_may_not_be_there_has_no_thread(long: Stage) -> None:
    """There is nothing to answer to."""
    long.messenger.lose_answer()
    long.messenger.may_look = False
    await long.tick_at(DUE)

    (digest,) = await long.ledger.digests("T0001", CHANNEL)
    assert await long.states(digest) == [UNKNOWN]
    assert below(long) == []


async def test_shutting_down_does_not_wait_for_what_follows(long: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest is delivered; the ledger says that its thread may be incomplete."""
    post = long.messenger.post
    waiting = asyncio.Event()

    async def stuck(channel: str, *args: Any, thread: str | None = None, **given: Any) -> object:
        if thread is not None:
            waiting.set()
            await asyncio.Event().wait()
        return await post(channel, *args, thread=thread, **given)

    monkeypatch.setattr(long.messenger, "post", stuck)
    working = asyncio.create_task(long.tick_at(DUE))
    await waiting.wait()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working

    (digest,) = await long.ledger.digests("T0001", CHANNEL)
    row = await long.only_row(digest)
    assert (row.state, row.reason) == (POSTED, OPEN)


async def test_a_ledger_that_cannot_be_remarked_in_keeps_its_doubt(
    long: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too much doubt is better than too little."""

    async def broken(*_args: object, **_given: object) -> bool:
        raise StoreError("locked")

    monkeypatch.setattr(long.ledger, "remark", broken)
    with capture_logs() as logs:
        await long.tick_at(DUE)

    assert await only_reason(long) == OPEN
    assert "digest.not_remarked" in [line["event"] for line in logs]


@pytest.mark.parametrize("last", range(1, 40))
async def test_a_crash_costs_what_follows_and_never_doubles_anything(last: int) -> None:
    """A process dies at each of its steps; another one takes over."""
    stage = Stage()
    digest = await stage.add()
    stage.writer.differences = changes(200)
    fate = Fate(last)
    stage.clock.moment = DUE
    mortal = stage.process(
        "mortal",
        ledger=cast("Ledger", Mortal(stage.ledger, fate)),
        messenger=cast("Messenger", Mortal(stage.messenger, fate)),
        writer=cast("Writes", Mortal(stage.writer, fate)),
    )

    with suppress(Killed), capture_logs():
        await stage.tick(mortal)
    await stage.run_until(DUE + 5 * stage.timing.lease)

    row = await stage.only_row(digest)
    assert row.state in FINISHED
    assert not stage.doubles
    assert len([post for post in stage.messenger.in_channel(CHANNEL) if post.thread is None]) == 1
    complete = len(below(stage)) == 3 and len(stage.messenger.files) == 1
    assert complete or "may be missing" in row.reason or row.reason.startswith("found in the channel")


# --- the owner's name --------------------------------------------------------------------------------------------


async def test_the_owner_is_named_in_the_channel_and_not_called(stage: Stage) -> None:
    """Every digest would ring their phone."""
    await stage.add()
    stage.messenger.people[OWNER] = Person(name="Anna")

    await stage.tick_at(DUE)

    (post,) = stage.messenger.posts
    assert "Digest 1 by Anna" in post.message.text
    assert "user_id" not in str(post.message.blocks)


async def test_a_digest_without_owner_or_name_is_delivered_all_the_same(stage: Stage) -> None:
    """Nobody is asked about nobody."""
    await stage.add(owner=None)
    await stage.tick_at(DUE)

    assert stage.posted[0].split("\n")[-1] == "Digest 1"
