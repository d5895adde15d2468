"""Who we are at Slack: asked once, when we start."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import ConfigurationError, MessengerError
from bot.slack.manifest import SCOPES
from bot.slack.refusals import Fate, Refused
from bot.slack.web_api import attempt

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.slack.patience import Patience

WITHIN: Final = 10.0
"""Seconds for learning who we are, repeated tries included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What Slack says about our token."""

    user: str
    """Id of the bot's user, as in a mention."""

    bot: str
    """Id of the bot, as in its messages; empty if Slack does not tell. Tokens of people are refused by the settings."""

    team: str
    team_name: str
    enterprise: str | None = None
    scopes: frozenset[str] | None = None
    """What the installation was granted; None if Slack does not tell."""

    @property
    def missing_scopes(self) -> tuple[str, ...]:
        """Scopes that the manifest asks for and the installation lacks: some answers will be refused."""
        return () if self.scopes is None else tuple(scope for scope in SCOPES if scope not in self.scopes)

    def lacks(self, *scopes: str) -> bool:
        """Tell whether it is certain that none of these scopes was granted."""
        return self.scopes is not None and self.scopes.isdisjoint(scopes)


class Badge:
    """Shows who we are, once that is known: the demo's Slack can be asked only after our own server has started."""

    def __init__(self) -> None:
        self.identity: Identity | None = None

    @property
    def user(self) -> str:
        """Id of the bot's user; empty while it is not known, which matches nothing."""
        return self.identity.user if self.identity else ""


async def learn_identity(client: AsyncWebClient, patience: Patience) -> Identity:
    """Ask Slack who we are: https://docs.slack.dev/reference/methods/auth.test.

    Raises:
        ConfigurationError: Slack refuses the token; says what to do.
        MessengerError: Slack can not be asked now.
    """
    try:
        async with asyncio.timeout(WITHIN):
            answer = await patience.insist(lambda: attempt(client.auth_test, patience.clock))
    except TimeoutError:
        raise MessengerError("timeout") from None
    except Refused as refusal:
        if refusal.fate in (Fate.WORKSPACE, Fate.CONFIGURATION):
            raise _wrong_token(refusal.code) from None
        raise
    return _read(answer)


def _read(answer: AsyncSlackResponse) -> Identity:
    return Identity(
        user=str(answer.get("user_id", "")),
        bot=str(answer.get("bot_id", "")),
        team=str(answer.get("team_id", "")),
        team_name=str(answer.get("team", "")),
        enterprise=answer.get("enterprise_id") or None,
        scopes=granted_scopes(answer.headers.get("x-oauth-scopes")),
    )


def granted_scopes(header: str | None) -> frozenset[str] | None:
    """Read the header x-oauth-scopes; without it nothing is known."""
    return frozenset(scope.strip() for scope in header.split(",")) if header else None


def _wrong_token(code: str) -> ConfigurationError:
    mistake = (
        f"Slack refuses SLACK_BOT_TOKEN ({code}). Install the app in your workspace (api.slack.com/apps, OAuth & "
        "Permissions) and copy the token that starts with xoxb-."
    )
    return ConfigurationError((mistake,))
