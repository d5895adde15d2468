"""What the bot may know of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.demo.slack.stand_in import LocalSlack
    from tests.fakes.clock import HandClock

METADATA = {"event_type": "rollcall_delivery", "event_payload": {"key": "digest:1:x"}}


async def refusal(web: AsyncWebClient, method: str, **args: Any) -> dict[str, Any]:
    """Call a method that must fail, and return what Slack said."""
    with pytest.raises(SlackApiError) as failure:
        await web.api_call(method, params=args)
    said: dict[str, Any] = failure.value.response.data
    return said


async def texts(web: AsyncWebClient, **args: Any) -> list[str]:
    """Read one page of the studio's history."""
    answer = await web.conversations_history(channel="C0STUDIO", **args)
    return [message["text"] for message in answer["messages"]]


async def test_people_live_in_different_zones(web: AsyncWebClient) -> None:
    """A digest without a zone means its creator's."""
    zones = [(await web.users_info(user=user))["user"]["tz"] for user in ("U0ADA", "U0JONAS")]

    assert zones == ["Europe/Stockholm", "America/New_York"]
    assert (await refusal(web, "users.info", user="U9"))["error"] == "user_not_found"


async def test_channels_tell_what_they_are(local: LocalSlack, web: AsyncWebClient) -> None:
    """A conversation of two has no name and no members to ask about."""
    local.api.scopes += ("im:read",)
    local.workspace.add_channel("secret", private=True)
    told = [(await web.conversations_info(channel=c))["channel"] for c in ("C0STUDIO", "C0SECRET", "D0ADA")]

    assert [(c.get("name"), c.get("is_member"), c.get("is_private"), c["is_im"]) for c in told] == [
        ("studio", True, False, False),
        ("secret", True, True, False),
        (None, None, None, True),
    ]


async def test_private_channel_without_the_bot_does_not_exist_for_it(web: AsyncWebClient) -> None:
    """Slack hides what it does not let one see."""
    for method in ("conversations.info", "conversations.history"):
        assert (await refusal(web, method, channel="C0LEADS"))["error"] == "channel_not_found"


async def test_each_kind_of_channel_needs_its_own_scope(local: LocalSlack, web: AsyncWebClient) -> None:
    """The refusal names it."""
    local.workspace.add_channel("secret", private=True)

    needed = [(await refusal(web, "conversations.history", channel=c))["needed"] for c in ("C0STUDIO", "C0SECRET")]

    assert needed == ["channels:history", "groups:history"]
    assert (await refusal(web, "conversations.info", channel="D0ADA"))["needed"] == "im:read"


async def test_history_is_for_members_only(local: LocalSlack, web: AsyncWebClient) -> None:
    """Also that of a public channel."""
    local.api.scopes += ("channels:history",)
    local.membership.remove("studio")

    assert (await refusal(web, "conversations.history", channel="C0STUDIO"))["error"] == "not_in_channel"


async def test_history_is_told_page_by_page_newest_first(
    local: LocalSlack, web: AsyncWebClient, clock: HandClock
) -> None:
    """Replies and whispers are not in it."""
    local.api.scopes += ("channels:history",)
    oldest = clock.now().timestamp()
    for text in ("old", "one", "two", "three"):
        clock.forward(seconds=10)
        message = local.workspace.post("C0STUDIO", "U0ADA", text)
    local.workspace.post("C0STUDIO", "U0ADA", "reply", thread_ts=message.ts)
    local.workspace.post("C0STUDIO", "U0ADA", "whisper", only_for="U0JONAS")

    first = await web.conversations_history(channel="C0STUDIO", limit=2, oldest=str(oldest + 15))
    cursor = first["response_metadata"]["next_cursor"]

    assert [message["text"] for message in first["messages"]] == ["three", "two"]
    assert await texts(web, limit=2, oldest=str(oldest + 15), cursor=cursor) == ["one"]
    replies = await web.conversations_replies(channel="C0STUDIO", ts=message.ts)
    assert [message["text"] for message in replies["messages"]] == ["three", "reply"]
    assert (await refusal(web, "conversations.replies", channel="C0STUDIO", ts="1.1"))["error"] == "thread_not_found"


async def test_metadata_is_told_to_those_who_ask_for_it(local: LocalSlack, web: AsyncWebClient) -> None:
    """And kept with the message, by which doubles can be counted."""
    local.api.scopes += ("channels:history",)
    for text in ("one", "two"):
        await web.chat_postMessage(channel="C0STUDIO", text=text, metadata=METADATA)

    bare = await web.conversations_history(channel="C0STUDIO")
    full = await web.conversations_history(channel="C0STUDIO", include_all_metadata=True)

    assert ["metadata" in message for message in bare["messages"]] == [False, False]
    assert [message["metadata"] for message in full["messages"]] == [METADATA, METADATA]
    assert {message["bot_id"] for message in full["messages"]} == {"B0ROLLCALL"}
    assert {key: len(posts) for key, posts in local.workspace.posts_by_key().items()} == {"digest:1:x": 2}


@pytest.mark.parametrize("metadata", [[], {"event_type": "x"}, {"event_type": "", "event_payload": {}}])
async def test_metadata_of_another_shape_is_refused(web: AsyncWebClient, metadata: Any) -> None:
    """As Slack does."""
    with pytest.raises(SlackApiError, match="invalid_metadata_format"):
        await web.api_call("chat.postMessage", json={"channel": "C0STUDIO", "text": "x", "metadata": metadata})


async def test_message_without_a_key_of_ours_has_none(local: LocalSlack, web: AsyncWebClient) -> None:
    """Other apps use metadata, too."""
    other = {"event_type": "x", "event_payload": {"key": 5}}
    await web.chat_postMessage(channel="C0STUDIO", text="x", metadata=other)

    assert [message.key for message in local.workspace.messages()] == [None]
    assert local.workspace.posts_by_key() == {}
