"""MicroVisualizer's JSON, and how it becomes our nouns. Pure: decoding never waits.

Source: https://docs.microvisualizer.com/microvisualizer-v1.yaml
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, Field, TypeAdapter

from bot.errors import SourceGarbled
from bot.model import ActorKind, Project, Quota, Service
from bot.sources.addresses import link_to
from bot.sources.answer import Answer, raise_for_status
from bot.sources.reading import Count, Text, UtcMoment, Wire, printable, read_json

if TYPE_CHECKING:
    from datetime import datetime

NAME: Final = "microvisualizer"
TITLE: Final = "MicroVisualizer"

ID_PATTERN: Final = r"^[a-z0-9][a-z0-9-]{6,58}[a-z0-9]$"

PAGE_SIZE: Final = 100
"""The largest that is allowed."""

REFUSALS: Final = {401: "the key was not accepted", 403: "the key may not do this"}

ADDRESS_OF_A_PERSON: Final = re.compile(r"([^\s@<>]+)(?:@[^\s@<>]+)+")


def without_domain(text: str) -> str:
    """Reduce every e-mail address in a name to the part before the ``@``; no full one enters our model."""
    return ADDRESS_OF_A_PERSON.sub(r"\1", text)


Actor = Annotated[str, AfterValidator(lambda text: without_domain(printable(text)))]
"""A person's e-mail address, of which only the first part is kept, or the name of an API key."""


class ProjectJSON(Wire):
    """One item of ``data``; all fields are required."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    name: Text
    description: Text
    archived: bool
    pinned: bool
    service_count: Annotated[Count, Field(alias="serviceCount")]
    is_owner: Annotated[bool, Field(alias="isOwner")]
    created_by: Annotated[Actor, Field(alias="createdBy")]
    created_by_type: Annotated[str, Field(alias="createdByType")]
    updated_by: Annotated[Actor, Field(alias="updatedBy")]
    updated_by_type: Annotated[str, Field(alias="updatedByType")]
    created_at: Annotated[UtcMoment, Field(alias="createdAt")]
    updated_at: Annotated[UtcMoment, Field(alias="updatedAt")]


class PageJSON(Wire):
    """``GET /v1/projects``: one page, most recently updated first."""

    data: list[ProjectJSON]
    page: Count
    size: Count
    total: Count
    total_pages: Annotated[Count, Field(alias="totalPages")]
    first: bool
    last: bool


class LimitsJSON(Wire):
    """``GET /v1/limits``."""

    current_projects: Annotated[Count, Field(alias="currentProjects")]
    max_projects: Annotated[Count, Field(alias="maxProjects")]


class ServiceJSON(Wire):
    """One item of ``GET /v1/projects/{projectId}/services``."""

    name: Text
    description: Text | None = None
    category: Text | None = None
    owner: Actor | None = None
    updated_by: Annotated[Actor | None, Field(alias="updatedBy")] = None
    updated_at: Annotated[UtcMoment | None, Field(alias="updatedAt")] = None


PAGE: Final = TypeAdapter(PageJSON)
LIMITS: Final = TypeAdapter(LimitsJSON)
PROJECT: Final = TypeAdapter(ProjectJSON)
SERVICES: Final = TypeAdapter(list[ServiceJSON])


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page that does not contradict itself."""

    projects: tuple[Project, ...]
    total: int
    """Projects on all pages."""

    last: bool

    def ends_before(self, since: datetime) -> bool:
        """Tell whether all projects after this page were last changed before `since`.

        That rests on the promise "newest first": a page that breaks it tells nothing about the next.
        """
        moments = [project.updated_at for project in self.projects if project.updated_at is not None]
        in_order = all(newer >= older for newer, older in pairwise(moments))
        return in_order and bool(moments) and moments[-1] < since


def decode_page(answer: Answer, *, connection: str, page: int, link: str | None) -> Page:
    """Turn an answer to the question for page number `page` (from 0) into projects.

    Args:
        answer: what came back.
        connection: name of the account.
        page: the number that was asked for.
        link: template of a project's link; None for no links.

    Raises:
        SourceBusy, SourceDown, SourceRefused: what the status means.
        SourceGarbled: an unknown shape, or a page that contradicts itself or the question.
    """
    raise_for_status(TITLE, answer, refusal=REFUSALS.get(answer.status))
    told = read_json(TITLE, PAGE, answer.body)
    problem = contradiction(told, page)
    if problem is not None:
        raise SourceGarbled(TITLE, problem)
    projects = tuple(_project(item, connection, link) for item in told.data)
    return Page(projects=projects, total=told.total, last=told.last)


def contradiction(told: PageJSON, page: int) -> str | None:
    """Return what is wrong with a page, in words of ours; None if it can be believed."""
    pages = -(-told.total // PAGE_SIZE)
    checks = {
        "another page than asked for": (told.page, told.size) != (page, PAGE_SIZE),
        "more projects than fit on a page": len(told.data) > PAGE_SIZE,
        "the same project twice on a page": len({item.id for item in told.data}) != len(told.data),
        "a number of pages that does not fit": told.total_pages not in {pages, max(pages, 1)},
        "a wrong first page": told.first != (page == 0),
        "a wrong last page": told.last != (page + 1 >= told.total_pages),
        "an empty page before the last": not told.data and not told.last,
    }
    return next((words for words, wrong in checks.items() if wrong), None)


def decode_quota(answer: Answer) -> Quota:
    """Turn an answer of ``GET /v1/limits`` into the quota of the organization.

    Raises:
        SourceBusy, SourceDown, SourceRefused: what the status means.
        SourceGarbled: an unknown shape.
    """
    raise_for_status(TITLE, answer, refusal=REFUSALS.get(answer.status))
    told = read_json(TITLE, LIMITS, answer.body)
    return Quota(used=told.current_projects, limit=told.max_projects)


def decode_project(answer: Answer, *, connection: str, project_id: str, link: str | None) -> Project:
    """Turn an answer of ``PUT /v1/projects/{projectId}``, the project as it is now, into our noun.

    Raises:
        NotFound: no such project.
        SourceBusy, SourceDown, SourceRefused: what the status means.
        SourceGarbled: an unknown shape, or another project.
    """
    raise_for_status(TITLE, answer, refusal=REFUSALS.get(answer.status), wanted=project_id)
    told = read_json(TITLE, PROJECT, answer.body)
    if told.id != project_id:
        raise SourceGarbled(TITLE, "another project than asked for")
    return _project(told, connection, link)


def decode_services(answer: Answer, *, project_id: str) -> tuple[Service, ...]:
    """Turn an answer about one project's services into our nouns, in the source's order.

    Raises:
        NotFound: no such project.
        SourceBusy, SourceDown, SourceRefused: what the status means.
        SourceGarbled: an unknown shape.
    """
    raise_for_status(TITLE, answer, refusal=REFUSALS.get(answer.status), wanted=project_id)
    return tuple(
        Service(
            name=item.name,
            description=item.description,
            owner=item.owner,
            category=item.category,
            updated_at=item.updated_at,
            updated_by=item.updated_by,
        )
        for item in read_json(TITLE, SERVICES, answer.body)
    )


def read_actor_kind(word: str) -> ActorKind | None:
    """Read ``MEMBER`` or ``API_KEY``; None for a kind that is not documented yet."""
    return {"MEMBER": ActorKind.MEMBER, "API_KEY": ActorKind.API_KEY}.get(word)


def _project(item: ProjectJSON, connection: str, link: str | None) -> Project:
    return Project(
        source=NAME,
        connection=connection,
        id=item.id,
        name=item.name,
        description=item.description or None,
        archived=item.archived,
        service_count=item.service_count,
        pinned=item.pinned,
        is_owner=item.is_owner,
        created_at=item.created_at,
        updated_at=item.updated_at,
        created_by=item.created_by or None,
        updated_by=item.updated_by or None,
        created_by_kind=read_actor_kind(item.created_by_type),
        updated_by_kind=read_actor_kind(item.updated_by_type),
        url=None if link is None else link_to(link, item.id),
    )
