"""Asks Streampixel."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import TYPE_CHECKING, Final

import httpx

from bot.errors import NotFound
from bot.model import SourceSheet
from bot.sources.http import PoliteClient
from bot.sources.manners import Manners
from bot.sources.streampixel.wire import ID_PATTERN, NAME, TITLE, decode_listing, decode_viewers

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import SecretStr

    from bot.model import Listing, Project, Service, Viewers
    from bot.ports import Clock
    from bot.sources.transport import Sleep

MANNERS: Final = Manners(at_once=2, per_second=1, burst=60)
"""Only "fair use" is published, and that parallel fan-out may be blocked."""

SHEET: Final = SourceSheet(
    name=NAME,
    title=TITLE,
    measures_viewers=True,
    tells_builds=True,
    fields={
        "archived": "always false: Streampixel has no archive",
        "status": "on if viewers can reach it, off if it was disabled",
        "subscription": "state of its plan; only active is in order",
        "viewers": "people in a session, as last measured",
        "queue": "people waiting for a session, as last measured",
        "live": "somebody is in a session or waits, as last measured",
        "name": "its name",
        "id": "its project id",
        "state": "what we make of all this",
        "source": "streampixel",
        "connection": "the account it was read through",
    },
)


class StreampixelSource:
    """One Streampixel account.

    Args:
        base_url: address of the API, with its path prefix.
        user_id: id of the account; goes into every URL, so it is kept like the key.
        api_key: the account's key.
        connection: name of the account with us.
        clock: tells when viewers were measured and when pauses end.
        transport: sends instead of the network, for tests.
        manners: limits and timeouts.
        sleep: waits for the budget.

    Raises:
        ConfigurationError: `base_url` is not an http(s) address.
    """

    def __init__(
        self,
        *,
        base_url: str,
        user_id: SecretStr,
        api_key: SecretStr,
        connection: str,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        manners: Manners = MANNERS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._user_id = user_id
        self._api_key = api_key
        self._connection = connection
        self._clock = clock
        self._client = PoliteClient(
            base_url,
            self._sign,
            title=TITLE,
            connection=connection,
            manners=manners,
            clock=clock,
            transport=transport,
            sleep=sleep,
        )

    def __repr__(self) -> str:
        return f"StreampixelSource({self._connection!r})"

    @property
    def sheet(self) -> SourceSheet:
        """What Streampixel is and what it can tell."""
        return SHEET

    @property
    def connection(self) -> str:
        """Name of the account."""
        return self._connection

    async def list_projects(self, *, since: datetime | None) -> Listing:  # noqa: ARG002 - nothing here has a date
        """Return all projects; Streampixel cannot tell what changed.

        Source: https://docs.streampixel.io/resources/api-reference/overview (List Projects).
        """
        return await self._client.ask("projects/projects-status", partial(decode_listing, connection=self._connection))

    async def viewers(self, project_id: str) -> Viewers:
        """Count the people at one project now.

        Source: https://docs.streampixel.io/resources/api-reference/overview (Live stats).
        """
        if re.fullmatch(ID_PATTERN, project_id) is None:
            raise NotFound(project_id)
        return await self._client.ask(
            f"projects/userStats/{project_id}",
            lambda answer: decode_viewers(answer, project_id=project_id, now=self._clock.now()),
        )

    async def services(self, project_id: str) -> tuple[Service, ...]:
        """Refuse: a Streampixel project has no parts."""
        raise NotFound(project_id)

    async def archive(self, project_id: str, *, archived: bool) -> Project:  # noqa: ARG002 - as the port has it
        """Refuse: Streampixel has no archive."""
        raise NotFound(project_id)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _sign(self, request: httpx.Request) -> httpx.Request:
        """Add user and key to the query, where Streampixel wants them (``apikey``, all lower case)."""
        url = request.url.copy_merge_params(
            {"userId": self._user_id.get_secret_value(), "apikey": self._api_key.get_secret_value()}
        )
        return httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
