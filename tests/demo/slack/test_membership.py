"""What people do to channels, and what the bot hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.demo.slack.nouns import Delivery
    from bot.demo.slack.stand_in import LocalSlack
    from tests.demo.conftest import Stage


async def refusal(web: AsyncWebClient, channel: str) -> str | None:
    """Post, and return Slack's word if it does not take it."""
    try:
        await web.chat_postMessage(channel=channel, text="x")
    except SlackApiError as failure:
        return str(failure.response["error"])
    return None


def event(delivery: Delivery | None) -> dict[str, Any]:
    """Return what the bot was told."""
    assert delivery is not None
    told: dict[str, Any] = delivery.envelope.payload["event"]
    return told


async def test_archived_channel_takes_nothing_until_it_is_opened(local: LocalSlack, web: AsyncWebClient) -> None:
    """The bot stays its member."""
    local.membership.archive("studio")
    assert await refusal(web, "C0STUDIO") == "is_archived"

    told = event(await local.membership.unarchive("studio", "ada"))

    assert (told["type"], told["channel"], told["user"]) == ("channel_unarchive", "C0STUDIO", "U0ADA")
    assert await refusal(web, "C0STUDIO") is None


async def test_channel_that_the_bot_was_put_out_of_takes_nothing_until_it_is_invited(
    local: LocalSlack, web: AsyncWebClient
) -> None:
    """A private one then does not exist for it."""
    local.workspace.add_channel("secret", private=True)
    local.membership.remove("studio")
    local.membership.remove("secret")
    assert [await refusal(web, c) for c in ("C0STUDIO", "C0SECRET")] == ["not_in_channel", "channel_not_found"]

    told = [event(await local.membership.invite(channel, "ada")) for channel in ("studio", "secret")]

    assert [(t["type"], t["user"], t["channel"], t["channel_type"]) for t in told] == [
        ("member_joined_channel", "U0ROLLCALL", "C0STUDIO", "C"),
        ("member_joined_channel", "U0ROLLCALL", "C0SECRET", "G"),
    ]
    assert [await refusal(web, c) for c in ("C0STUDIO", "C0SECRET")] == [None, None]


async def test_bot_hears_of_private_channels_only_while_it_is_in_them(local: LocalSlack) -> None:
    """Slack tells nobody what they may not know."""
    local.workspace.add_channel("secret", private=True)

    assert event(await local.membership.unarchive("secret", "ada"))["type"] == "group_unarchive"
    local.membership.remove("secret")
    assert await local.membership.unarchive("secret", "ada") is None
    assert await local.membership.invite("leadership", "ada", "jonas") is None


async def test_bot_hears_of_others_who_join_too(local: LocalSlack) -> None:
    """It has to tell itself from them."""
    local.membership.remove("studio", "jonas")

    assert event(await local.membership.invite("studio", "ada", "jonas"))["user"] == "U0JONAS"


async def test_news_of_channels_arrives_signed_like_every_event(stage: Stage) -> None:
    """Over HTTP the bot would refuse it otherwise."""
    delivery = await stage.slack.membership.unarchive("studio", "ada")

    assert delivery is not None
    assert (delivery.status, delivery.error) == (200, None)


async def test_whoever_and_wherever_must_exist(local: LocalSlack) -> None:
    """A conversation of two can be neither archived nor left."""
    for channel in ("nowhere", "U0ADA"):
        with pytest.raises(LookupError):
            local.membership.archive(channel)
    with pytest.raises(LookupError):
        await local.membership.invite("studio", "nobody")
