"""The contract over the adapter in front of the local Slack, and over the fake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.slack.messenger_contract import MessengerContract
from tests.slack.messenger_stage import FakeStage, SlackStage, slack_stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class TestFakeMessenger(MessengerContract):
    """The fake keeps what it stands for."""

    @pytest.fixture
    async def stage(self) -> FakeStage:
        """A fake with a person and a channel."""
        return FakeStage()


class TestSlackMessenger(MessengerContract):
    """The adapter."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[SlackStage]:
        """The adapter in front of the local Slack."""
        async with slack_stage() as stage:
            yield stage
