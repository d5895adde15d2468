"""Asks MicroVisualizer."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import httpx
import structlog

from bot.errors import ConfigurationError, NotFound, SourceError
from bot.model import SourceSheet
from bot.sources.addresses import checked_template
from bot.sources.http import PoliteClient
from bot.sources.manners import Manners
from bot.sources.microvisualizer.paging import read_listing
from bot.sources.microvisualizer.wire import (
    ID_PATTERN,
    NAME,
    PAGE_SIZE,
    TITLE,
    decode_page,
    decode_project,
    decode_quota,
    decode_services,
)

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import SecretStr

    from bot.model import Listing, Project, Quota, Service, Viewers
    from bot.ports import Clock
    from bot.sources.microvisualizer.wire import Page
    from bot.sources.transport import Sleep

log = structlog.get_logger(__name__)

MANNERS: Final = Manners(at_once=4, per_second=2, burst=30)
"""Every endpoint is limited; the numbers are not published."""

SHEET: Final = SourceSheet(
    name=NAME,
    title=TITLE,
    lists_services=True,
    archives=True,
    fields={
        "archived": "put into the archive; can be taken back",
        "pinned": "pinned by the account whose key we use",
        "mine": "created by the account whose key we use",
        "services": "number of services in the diagram",
        "by": "who created it: a person or an API key",
        "updated-by": "who last changed it or one of its services",
        "updated": "last change of it or of one of its services",
        "created": "when it was created",
        "name": "its name",
        "id": "its project id",
        "state": "what we make of all this",
        "source": "microvisualizer",
        "connection": "the account it was read through",
    },
)


class MicroVisualizerSource:
    """One MicroVisualizer organization, read with one API key.

    Args:
        base_url: address of the API, without ``/v1``.
        api_key: the key.
        connection: name of the account with us.
        clock: tells when pauses end.
        project_url: link template with ``{project_id}``; None for no links: the vendor documents none.
        transport: sends instead of the network, for tests.
        manners: limits and timeouts.
        sleep: waits for the budget.

    Raises:
        ConfigurationError: an address is not http(s), or no HTTP header can carry the key.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: SecretStr,
        connection: str,
        clock: Clock,
        project_url: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        manners: Manners = MANNERS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if re.fullmatch(r"[\x21-\x7e]+", api_key.get_secret_value()) is None:
            raise ConfigurationError(
                (f"The API key of the connection {connection} has blanks or foreign letters in it.",)
            )
        self._api_key = api_key
        self._connection = connection
        self._link = checked_template(project_url, connection) if project_url else None
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
        return f"MicroVisualizerSource({self._connection!r})"

    @property
    def sheet(self) -> SourceSheet:
        """What MicroVisualizer is and what it can tell."""
        return SHEET

    @property
    def connection(self) -> str:
        """Name of the account."""
        return self._connection

    async def list_projects(self, *, since: datetime | None) -> Listing:
        """Return all projects and the quota, or the projects changed since a moment."""
        listing = await read_listing(self._page, since=since)
        if since is not None:
            return listing
        return replace(listing, quota=await self._quota(), requests=listing.requests + 1)

    async def viewers(self, project_id: str) -> Viewers:
        """Refuse: nobody counts who looks at a diagram."""
        raise NotFound(project_id)

    async def services(self, project_id: str) -> tuple[Service, ...]:
        """Return the services of one project, in the source's order."""
        if re.fullmatch(ID_PATTERN, project_id) is None:
            raise NotFound(project_id)
        return await self._client.ask(
            f"v1/projects/{project_id}/services", partial(decode_services, project_id=project_id)
        )

    async def archive(self, project_id: str, *, archived: bool) -> Project:
        """Put a project into the archive, or take it out; nothing else of it is sent, so nothing else changes."""
        decode = partial(decode_project, connection=self._connection, project_id=project_id, link=self._link)
        if re.fullmatch(ID_PATTERN, project_id) is None:
            raise NotFound(project_id)
        return await self._client.change(f"v1/projects/{project_id}", decode, body={"archived": archived})

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _page(self, number: int) -> Page:
        decode = partial(decode_page, connection=self._connection, page=number, link=self._link)
        return await self._client.ask("v1/projects", decode, params={"page": str(number), "size": str(PAGE_SIZE)})

    async def _quota(self) -> Quota | None:
        """Return how much of the plan is used; a listing is worth having without it."""
        try:
            return await self._client.ask("v1/limits", decode_quota, once=True)
        except SourceError as error:
            log.debug("quota.was_missing", source=TITLE, connection=self._connection, detail=error.detail)
            return None

    def _sign(self, request: httpx.Request) -> httpx.Request:
        """Add the key as a bearer token."""
        headers = httpx.Headers(request.headers)
        headers["authorization"] = f"Bearer {self._api_key.get_secret_value()}"
        return httpx.Request(
            request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
        )
