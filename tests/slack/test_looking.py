"""Looking whether a message of ours is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from bot.errors import CannotLook, MaybePosted, WorkspaceClosed
from bot.slack.clients import web_client
from bot.slack.identity import Badge, Identity
from bot.slack.looking import MOST_PAGES, Looking
from tests.fakes.clock import NOON
from tests.fakes.slack_server import Answer
from tests.slack.conftest import BOT_TOKEN

if TYPE_CHECKING:
    from tests.slack.conftest import Room

HISTORY = "conversations.history"
KEY = "digest:1:2026-03-02T12:00"


def message(key: str = KEY, **more: Any) -> dict[str, Any]:
    """Build a message of ours as Slack lists it."""
    metadata = {"event_type": "rollcall_delivery", "event_payload": {"key": key}}
    return {"type": "message", "ts": "1.1", "user": "UBOT", "bot_id": "BBOT", "metadata": metadata} | more


def page(*messages: Any, cursor: str | None = None) -> Answer:
    """Answer with a page."""
    more = {"response_metadata": {"next_cursor": cursor}} if cursor is not None else {}
    return Answer(body={"ok": True, "messages": list(messages), **more})


def looking(room: Room, scopes: frozenset[str] | None = None, bot: str = "BBOT") -> Looking:
    """Look into the Slack of the room."""
    badge = Badge()
    badge.identity = Identity(user="UBOT", bot=bot, team="T1", team_name="Acme", scopes=scopes)
    return Looking(
        web_client(room.session, base_url=room.slack.api_url, token=SecretStr(BOT_TOKEN)), room.patience, badge
    )


async def test_looks_page_by_page_a_little_further_back(room: Room) -> None:
    """Our clock may be in front of Slack's."""
    room.slack.script(HISTORY, page(message("other"), cursor="next"), page(message(), cursor=""))

    found = await looking(room).find("C1", KEY, since=NOON)

    assert found is not None
    assert (found.channel, found.ts) == ("C1", "1.1")
    first, second = (call.given for call in room.slack.calls)
    assert float(first["oldest"]) == NOON.timestamp() - 60
    assert first["include_all_metadata"] in {"1", "true"}
    assert "cursor" not in first
    assert second["cursor"] == "next"


@pytest.mark.parametrize(
    "listed",
    [
        message(user="U1", bot_id="BOTHER"),
        message(metadata={"event_type": "other", "event_payload": {"key": KEY}}),
        message(metadata={"event_type": "rollcall_delivery", "event_payload": [KEY]}),
        message(metadata=None),
        message(ts=None),
        "text",
        None,
    ],
    ids=str,
)
async def test_believes_nobody_elses_word(room: Room, listed: Any) -> None:
    """Any app can put our word into its metadata, and nothing that is listed may crash us."""
    room.slack.script(HISTORY, page(listed))

    assert await looking(room).find("C1", KEY, since=NOON) is None


async def test_knows_itself_by_either_id(room: Room) -> None:
    """Slack does not always tell both; an empty one is nobody's."""
    room.slack.script(HISTORY, page(message(user=None)), page(message(user=None, bot_id="")), page(message(bot_id="")))

    found = [
        await looking(room).find("C1", KEY, since=NOON),
        await looking(room, bot="").find("C1", KEY, since=NOON),
        await looking(room, bot="").find("C1", KEY, since=NOON),
    ]

    assert [at is not None for at in found] == [True, False, True]


async def test_history_without_end_says_nothing(room: Room) -> None:
    """To have read many pages is not to have read all."""
    room.slack.script(HISTORY, *[page(message("other"), cursor="on")] * MOST_PAGES)

    with pytest.raises(CannotLook, match="too_many_messages"):
        await looking(room).find("C1", KEY, since=NOON)


@pytest.mark.parametrize(
    ("channel", "scopes", "asked"),
    [
        ("C1", {"im:history"}, False),
        ("C1", {"groups:history"}, True),
        ("C1", {"channels:history"}, True),
        ("D1", {"channels:history"}, False),
        ("D1", {"im:history"}, True),
    ],
)
async def test_asks_only_if_it_may(room: Room, channel: str, scopes: set[str], *, asked: bool) -> None:
    """A private channel's id looks like any other, so either scope is worth a try."""
    room.slack.script(HISTORY, page())

    try:
        assert await looking(room, frozenset(scopes)).find(channel, KEY, since=NOON) is None
    except CannotLook:
        assert not asked

    assert len(room.slack.calls) == asked


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("missing_scope", CannotLook),
        ("not_in_channel", CannotLook),
        ("channel_not_found", CannotLook),
        ("a_word_of_next_year", CannotLook),
        ("token_revoked", WorkspaceClosed),
        ("ratelimited", MaybePosted),
        ("internal_error", MaybePosted),
    ],
)
async def test_failing_to_look_is_no_answer(room: Room, code: str, error: type[Exception]) -> None:
    """What passes is asked again a few times; still nobody knows."""
    room.slack.script(HISTORY, *[Answer(body={"ok": False, "error": code})] * 3)

    with pytest.raises(error, match=code):
        await looking(room).find("C1", KEY, since=NOON)

    assert len(room.slack.calls) == (3 if error is MaybePosted else 1)


@pytest.mark.parametrize("body", [{"ok": True}, {"ok": True, "messages": {}}])
async def test_list_that_is_no_list_is_no_answer(room: Room, body: dict[str, Any]) -> None:
    """An empty answer must not be taken for an empty channel."""
    room.slack.script(HISTORY, Answer(body=body))

    with pytest.raises(MaybePosted, match="garbled_answer"):
        await looking(room).find("C1", KEY, since=NOON)


async def test_proxy_in_between_is_no_answer(room: Room) -> None:
    """A page that forbids is not Slack's word."""
    room.slack.script(HISTORY, Answer(status=403, body="Forbidden"))

    with pytest.raises(MaybePosted, match="http_403"):
        await looking(room).find("C1", KEY, since=NOON)


async def test_who_does_not_know_itself_does_not_look(room: Room) -> None:
    """Before we have learnt our name, every message is somebody else's."""
    client = web_client(room.session, base_url=room.slack.api_url, token=SecretStr(BOT_TOKEN))

    with pytest.raises(MaybePosted):
        await Looking(client, room.patience, Badge()).find("C1", KEY, since=NOON)

    assert room.slack.calls == []
