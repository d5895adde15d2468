"""How fast an app may post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError

from bot.demo.slack.calls import TooFast
from bot.demo.slack.pace import PaceCheck

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.demo.slack.stand_in import LocalSlack


class Seconds:
    """Real time that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def takes(pace: PaceCheck, channel: str) -> bool:
    """Post, and tell whether it was taken."""
    try:
        pace.take(channel)
    except TooFast:
        return False
    return True


def test_channel_takes_a_burst_and_then_one_in_a_second() -> None:
    """Each channel for itself."""
    seconds = Seconds()
    pace = PaceCheck(channel_burst=3, monotonic=seconds)

    assert [takes(pace, "C1") for _ in range(5)] == [True, True, True, False, False]
    assert takes(pace, "C2")
    seconds.now += 1
    assert [takes(pace, "C1") for _ in range(2)] == [True, False]
    seconds.now += 60
    assert [takes(pace, "C1") for _ in range(4)] == [True, True, True, False]
    assert pace.refused == 4


def test_workspace_takes_so_many_in_any_minute() -> None:
    """Whatever the channel."""
    seconds = Seconds()
    pace = PaceCheck(per_minute=2, monotonic=seconds)

    assert takes(pace, "C1")
    seconds.now += 30
    assert [takes(pace, channel) for channel in ("C2", "C3")] == [True, False]
    seconds.now += 30
    assert [takes(pace, channel) for channel in ("C3", "C4")] == [True, False]


def test_pace_is_no_matter_until_it_is_given_numbers() -> None:
    """Most tests and the page post as they like."""
    pace = PaceCheck()

    assert all(takes(pace, "C1") for _ in range(100))


async def test_refusal_says_how_long_to_wait(local: LocalSlack, web: AsyncWebClient) -> None:
    """In whole seconds, as Slack does; what was refused is not there."""
    local.pace.per_minute = 1
    await web.chat_postMessage(channel="C0STUDIO", text="one")

    with pytest.raises(SlackApiError) as failure:
        await web.chat_postMessage(channel="C0PLATFORM", text="two")

    assert failure.value.response.status_code == 429
    assert failure.value.response["error"] == "ratelimited"
    assert 1 <= int(failure.value.response.headers["Retry-After"]) <= 60
    assert [message.text for message in local.workspace.messages()] == ["one"]
