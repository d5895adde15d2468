"""Streampixel's JSON, and how it becomes our nouns. Pure: decoding never waits.

Source: https://docs.streampixel.io/resources/api-reference/overview (List Projects, Live Stats, errors).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BeforeValidator, Field, TypeAdapter

from bot.errors import SourceGarbled
from bot.model import Listing, Project, Viewers
from bot.sources.addresses import link_to
from bot.sources.answer import Answer, raise_for_status
from bot.sources.reading import Count, Text, Wire, read_json

if TYPE_CHECKING:
    from datetime import datetime

NAME: Final = "streampixel"
TITLE: Final = "Streampixel"

DASHBOARD: Final = "https://dashboard.streampixel.io/projectdetail/{project_id}"
"""Never the share link: opening that one takes a viewer's place from the customer."""

ID_PATTERN: Final = r"^[A-Za-z0-9_-]{1,64}$"
"""Every example is 24 hexadecimal digits, but nothing promises it; this much keeps an id inside its path."""

SWITCHED_ON: Final = frozenset({"true", "active", "1"})

REFUSALS: Final = {
    (400, "User ID is required"): "the user id is missing",
    (400, "projectId, userId and apikey are required"): "the user id or the key is missing",
    (401, "Invalid User"): "the user id is not known",
    (401, "Unauthorized: Invalid API Key"): "the key was not accepted",
}
"""Two 401s differ only in their message; what we say about them is ours."""


def read_switch(value: object) -> bool | None:
    """Read ``status``, a boolean today and a word in older answers; None if there is none.

    Raises:
        ValueError: a list or an object.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float | str):
        return str(value).strip().lower() in SWITCHED_ON
    raise ValueError("neither a switch nor a word")


class ProjectJSON(Wire):
    """One item of ``projects``."""

    id: Annotated[str, Field(alias="_id", pattern=ID_PATTERN)]
    name: Text | None = None
    status: Annotated[bool | None, BeforeValidator(read_switch)] = None
    subscription_status: Annotated[Text | None, Field(alias="subscriptionStatus")] = None


class ListingJSON(Wire):
    """``GET /projects/projects-status``: always all projects of the account."""

    total_projects: Annotated[Count, Field(alias="totalProjects")]
    projects: list[ProjectJSON]


class StatsJSON(Wire):
    """``GET /projects/userStats/{projectId}``."""

    live_user: Annotated[Count, Field(alias="liveUser")]
    queue_user: Annotated[Count, Field(alias="queueUser")]


LISTING: Final = TypeAdapter(ListingJSON)
STATS: Final = TypeAdapter(StatsJSON)


def decode_listing(answer: Answer, *, connection: str) -> Listing:
    """Turn an answer to the question for all projects into a complete listing.

    Raises:
        SourceBusy, SourceDown, SourceRefused: what the status means.
        SourceGarbled: an unknown shape, or a list that contradicts itself.
    """
    raise_for_status(TITLE, answer, refusal=refusal(answer))
    told = read_json(TITLE, LISTING, answer.body)
    if told.total_projects != len(told.projects):
        raise SourceGarbled(TITLE, f"{len(told.projects)} projects where {told.total_projects} were announced")
    if len({item.id for item in told.projects}) != len(told.projects):
        raise SourceGarbled(TITLE, "the same project twice")
    projects = tuple(_project(item, connection) for item in told.projects)
    return Listing(projects=projects, complete=True, total=len(projects))


def decode_viewers(answer: Answer, *, project_id: str, now: datetime) -> Viewers:
    """Turn an answer about one project's viewers into a measurement, made at `now`.

    Raises:
        NotFound: no such project.
        SourceBusy, SourceDown, SourceRefused: what the status means.
        SourceGarbled: an unknown shape.
    """
    raise_for_status(TITLE, answer, refusal=refusal(answer), wanted=project_id)
    told = read_json(TITLE, STATS, answer.body)
    return Viewers(live=told.live_user, queued=told.queue_user, at=now)


def refusal(answer: Answer) -> str | None:
    """Say in our words which refusal the answer is; None if it is none that Streampixel documents."""
    if answer.status not in {status for status, _ in REFUSALS}:
        return None
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    message = told.get("message") if isinstance(told, dict) else None
    return REFUSALS.get((answer.status, message)) if isinstance(message, str) else None


def _project(item: ProjectJSON, connection: str) -> Project:
    return Project(
        source=NAME,
        connection=connection,
        id=item.id,
        name=item.name or "",
        enabled=item.status,
        subscription=(item.subscription_status or "").strip().lower() or None,
        url=link_to(DASHBOARD, item.id),
    )
