"""What Slack tells about channels and people, as far as we may ask. Nothing here is worth an error."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import structlog

from bot.ports import Place
from bot.slack.refusals import Refused
from bot.slack.web_api import WebApi

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.patience import Patience

log = structlog.get_logger(__name__)

ASK_WITHIN: Final = 3.0
"""Seconds; somebody may be waiting for an answer of ours that is good without it."""

REMEMBER_FOR: Final = timedelta(hours=1)
MOST_REMEMBERED: Final = 1_000


class Directory:
    """Asks, and remembers zones for a while.

    Args:
        client: neither retries nor logs (`bot.slack.clients`).
        patience: its clock and its sleep.
    """

    def __init__(self, client: AsyncWebClient, patience: Patience) -> None:
        self._clock = patience.clock
        self._web = WebApi(client, replace(patience, tries=2))
        self._zones: dict[str, tuple[datetime, str | None]] = {}

    async def place(self, channel: str) -> Place:
        """Ask about a channel; a private one that we are not in looks like one that does not exist."""
        try:
            async with asyncio.timeout(ASK_WITHIN):
                return read_place(await self._web.conversation(channel))
        except (Refused, TimeoutError) as failure:
            code = _code(failure)
            log.info("channel.not_known", channel=channel, code=code)
            return Place(member=False if code == "channel_not_found" else None)

    async def zone_of(self, user: str) -> str | None:
        """Ask where a person lives; a person is asked about once in an hour."""
        now = self._clock.now()
        asked_at, zone = self._zones.get(user, (None, None))
        if asked_at is not None and now - asked_at < REMEMBER_FOR:
            return zone
        try:
            async with asyncio.timeout(ASK_WITHIN):
                zone = read_zone(await self._web.person(user))
        except (Refused, TimeoutError) as failure:
            log.info("zone.not_known", user=user, code=_code(failure))
            return None
        if len(self._zones) >= MOST_REMEMBERED:
            self._zones.clear()
        self._zones[user] = now, zone
        return zone


def _code(failure: Refused | TimeoutError) -> str:
    return failure.code if isinstance(failure, Refused) else "timeout"


def read_place(channel: dict[str, Any]) -> Place:
    """Read https://docs.slack.dev/reference/objects/conversation-object; whatever is no answer is not known.

    A conversation of two has neither a name nor `is_member`: that Slack shows it to us says that we are in it.
    """
    direct = channel.get("is_im") is True
    name = channel.get("name")
    return Place(
        member=True if direct else _bool(channel.get("is_member")),
        archived=_bool(channel.get("is_archived")),
        name=name if isinstance(name, str) and name and not direct else None,
    )


def _bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def read_zone(user: dict[str, Any]) -> str | None:
    """Read https://docs.slack.dev/reference/objects/user-object; None for a zone that we cannot reckon with."""
    name = user.get("tz")
    if not isinstance(name, str):
        return None
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):  # no such zone, no name of one, the name of a folder of zones
        return None
