"""What Slack tells about channels and people, as far as we may ask. Nothing here is worth an error."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.ports import Person, Place
from bot.schedules import zone_named
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
    """Asks, and remembers people for a while.

    Somebody waits for what is asked here, so a longer pause that Slack wants is not waited for: until it is over nobody
    is asked about who is not remembered.

    Args:
        client: neither retries nor logs (`bot.slack.clients`).
        patience: its clock and its sleep.
    """

    def __init__(self, client: AsyncWebClient, patience: Patience) -> None:
        self._clock = patience.clock
        self._web = WebApi(client, replace(patience, tries=2, longest=timedelta(seconds=ASK_WITHIN)))
        self._people: dict[str, tuple[datetime, Person]] = {}
        self._pause_until: datetime | None = None

    async def place(self, channel: str) -> Place:
        """Ask about a channel; a private one that we are not in looks like one that does not exist."""
        try:
            async with asyncio.timeout(ASK_WITHIN):
                return read_place(await self._web.conversation(channel))
        except (Refused, TimeoutError) as failure:
            code = _code(failure)
            log.info("channel.not_known", channel=channel, code=code)
            return Place(member=False if code == "channel_not_found" else None)

    async def person(self, user: str) -> Person:
        """Ask about a person, once in an hour; what was known longer ago is better than nothing."""
        now = self._clock.now()
        asked_at, known = self._people.get(user, (None, Person()))
        if asked_at is not None and now - asked_at < REMEMBER_FOR:
            return known
        if self._pause_until is not None and now < self._pause_until:
            return known
        try:
            async with asyncio.timeout(ASK_WITHIN):
                known = read_person(await self._web.person(user))
        except (Refused, TimeoutError) as failure:
            self._note(failure, user)
            return known
        if len(self._people) >= MOST_REMEMBERED:
            self._people.clear()
        self._people[user] = now, known
        return known

    def _note(self, failure: Refused | TimeoutError, user: str) -> None:
        log.info("person.not_known", user=user, code=_code(failure))
        if isinstance(failure, Refused) and failure.wait is not None:
            self._pause_until = self._clock.now() + failure.wait


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


def read_person(user: dict[str, Any]) -> Person:
    """Read https://docs.slack.dev/reference/objects/user-object; whatever is no answer is not known.

    People choose how they are called in their profile; what they leave empty there is as the workspace knows them.
    """
    profile = user.get("profile")
    chosen = profile if isinstance(profile, dict) else {}
    names = (chosen.get("display_name"), chosen.get("real_name"), user.get("real_name"), user.get("name"))
    zone = user.get("tz")
    return Person(
        name=next((name for name in names if isinstance(name, str) and name.strip()), ""),
        zone=zone_named(zone) if isinstance(zone, str) else None,
    )
