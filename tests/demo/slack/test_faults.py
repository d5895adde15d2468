"""Troubles of the local Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.demo.slack.faults import (
    POST,
    Fault,
    Faults,
    delayed,
    lost_answer,
    lost_request,
    rate_limited,
    refused,
    server_fault,
)

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.demo.slack.stand_in import LocalSlack

KINDS = [rate_limited("1"), server_fault(), refused("internal_error", after=True), lost_answer()]


@pytest.mark.parametrize(
    ("fault", "there"),
    [
        (rate_limited("2"), False),
        (server_fault(500), False),
        (server_fault(503, after=True), True),
        (refused("internal_error"), False),
        (refused("internal_error", after=True), True),
        (lost_request(), False),
        (lost_answer(), True),
    ],
    ids=lambda fault: fault.name if isinstance(fault, Fault) else "",
)
async def test_wrong_answer_tells_nothing_about_what_is_there(
    local: LocalSlack, web: AsyncWebClient, fault: Fault, *, there: bool
) -> None:
    """That is what makes bots post twice."""
    local.faults.next(POST, fault)

    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await web.chat_postMessage(channel="C0STUDIO", text="x")

    assert len(local.workspace.messages()) == there
    assert local.faults.happened == {fault.name: 1}


async def test_late_answer_is_right(local: LocalSlack, web: AsyncWebClient) -> None:
    """A caller who waits long enough sees nothing of it."""
    local.faults.next(POST, delayed(0.001))

    answer = await web.chat_postMessage(channel="C0STUDIO", text="x")

    assert answer["ts"] == local.workspace.messages()[0].ts


def test_lasting_trouble_waits_for_those_that_were_scripted_and_for_mending() -> None:
    """A person breaks Slack with a button, and mends it with another."""
    faults = Faults()
    faults.always(POST, server_fault())
    faults.next(POST, rate_limited())

    names = [fault.name for _ in range(3) if (fault := faults.take(POST))]
    faults.mend()

    assert names == ["rate_limited", "http_500", "http_500"]
    assert faults.take(POST) is None
    assert faults.take("auth.test") is None


def test_chance_makes_the_same_choices_for_the_same_seed() -> None:
    """A run that failed can be repeated."""

    def choices(seed: int) -> list[str | None]:
        faults = Faults()
        faults.random(KINDS, rate=0.25, seed=seed)
        return [fault.name if (fault := faults.take(POST)) else None for _ in range(400)]

    assert choices(7) == choices(7)
    assert choices(7) != choices(8)
    assert set(choices(7)) == {None, *(fault.name for fault in KINDS)}
    assert 60 < sum(name is not None for name in choices(7)) < 140
