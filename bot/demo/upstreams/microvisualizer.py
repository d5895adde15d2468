"""A local MicroVisualizer: https://docs.microvisualizer.com/microvisualizer-v1.yaml."""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

from aiohttp import web

from bot.demo.upstreams.faults import Mode
from bot.demo.upstreams.listing_question import BadQuestion, ListingQuestion
from bot.demo.upstreams.microvisualizer_data import (
    MicroVisualizerProject,
    MicroVisualizerService,
    member_id,
    project_of,
)
from bot.demo.upstreams.microvisualizer_projects import ROWS
from bot.demo.upstreams.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.demo.upstreams.faults import Faults
    from bot.demo.upstreams.microvisualizer_projects import Row
    from bot.ports import Clock

PROBLEMS = {
    HTTPStatus.UNAUTHORIZED: ("unauthorized", "Authentication required"),
    HTTPStatus.FORBIDDEN: ("forbidden", "Insufficient permissions"),
    HTTPStatus.NOT_FOUND: ("project_not_found", "Project not found"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("internal_error", "Internal server error"),
}


class MicroVisualizerStandIn(StandIn):
    """MicroVisualizer with one organization.

    Args:
        clock: tells "now", which all dates are relative to.
        api_key: the bearer token that is accepted.
        rows: the projects it begins with.
        max_projects: the plan's limit; only told, not enforced.
        faults: the switch.
    """

    title: ClassVar[str] = "MicroVisualizer"

    def __init__(
        self,
        clock: Clock,
        *,
        api_key: str,
        rows: Iterable[Row] = ROWS,
        max_projects: int = 50,
        faults: Faults | None = None,
    ) -> None:
        super().__init__(clock, faults)
        self._api_key = api_key
        self.key_name = "rollcall"
        """Who changes something through the API."""

        self.max_projects = max_projects
        now = clock.now()
        self.projects: dict[str, MicroVisualizerProject] = {row.id: project_of(row, now) for row in rows}
        """By id, in no order: the listing sorts."""

    # What a person would do in the web app; everything but a pin moves the date.

    def add(
        self, project_id: str, name: str, *, by: str = "ada.okafor@lumen.example", at: datetime | None = None
    ) -> MicroVisualizerProject:
        """Create an empty project, now or at another moment."""
        moment = at or self.clock.now()
        project = MicroVisualizerProject(project_id, name, "", moment, moment, by, by)
        self.projects[project_id] = project
        return project

    def touch(self, project_id: str, *, by: str = "ci-main") -> None:
        """Change something inside of a project, now."""
        project = self.projects[project_id]
        project.updated_at = self.clock.now()
        project.updated_by = by

    def rename(self, project_id: str, name: str) -> None:
        """Change a project's name."""
        self.projects[project_id].name = name
        self.touch(project_id)

    def archive(self, project_id: str, *, archived: bool = True) -> None:
        """Put a project into the archive, or take it back."""
        self.projects[project_id].archived = archived
        self.touch(project_id)

    def add_service(self, project_id: str, name: str, *, owner: str | None = None, by: str = "ci-main") -> None:
        """Add a service to a project."""
        now = self.clock.now()
        self.projects[project_id].services.append(MicroVisualizerService(name, owner, by, now, now))
        self.touch(project_id, by=by)

    def delete(self, project_id: str) -> None:
        """Remove a project for good."""
        del self.projects[project_id]

    # What the API answers.

    def routes(self) -> list[web.RouteDef]:
        """Return the read endpoints, and the one to change a project."""
        return [
            web.get("/v1/projects", self._list),
            web.get("/v1/projects/{project_id}", self._show),
            web.put("/v1/projects/{project_id}", self._change),
            web.get("/v1/projects/{project_id}/services", self._services),
            web.get("/v1/limits", self._limits),
        ]

    def problem(self, status: HTTPStatus) -> web.Response:
        """Return the standard error object."""
        code, message = PROBLEMS[status]
        return web.json_response({"status": int(status), "code": code, "message": message}, status=status)

    def limited(self, *, header: bool, body: bool) -> web.Response:
        """Return a 429; the documented one says its wait in both places."""
        told: dict[str, object] = {"status": 429, "code": "rate_limited", "message": "Too many requests"}
        if body:
            told["retryAfter"] = self.faults.limit_s
        response = web.json_response(told, status=HTTPStatus.TOO_MANY_REQUESTS)
        if header:
            response.headers["Retry-After"] = str(self.faults.limit_s)
        return response

    async def _list(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return self.problem(HTTPStatus.UNAUTHORIZED)
        try:
            question = ListingQuestion.read(request.query)
        except BadQuestion as refusal:
            told = {
                "status": 400,
                "code": "bad_request",
                "message": "Invalid query parameters",
                "details": str(refusal),
            }
            return web.json_response(told, status=HTTPStatus.BAD_REQUEST)
        return web.json_response(self._page(question))

    def _page(self, question: ListingQuestion) -> dict[str, object]:
        """Return one page, most recently updated first."""
        mode = self.faults.mode
        matching = [
            project
            for project in self.projects.values()
            if mode is not Mode.EMPTY and question.wants(project, member_id(project.created_by))
        ]
        matching.sort(key=lambda project: (project.updated_at, project.id), reverse=True)
        # a total that grows with every request never fits what is on the pages
        total = len(matching) + (self.request_count if mode is Mode.CONTRADICTING else 0)
        pages = -(-total // question.size)
        start = question.page * question.size
        return {
            "data": [project.to_json() for project in matching[start : start + question.size]],
            "page": question.page,
            "size": question.size,
            "total": total,
            "totalPages": pages,
            "first": question.page == 0,
            "last": question.page + 1 >= pages,
        }

    async def _show(self, request: web.Request) -> web.Response:
        return self._about(request, lambda project: project.to_json())

    async def _change(self, request: web.Request) -> web.Response:
        """Change what is given and leave the rest; here only the archive, since nobody asks for more."""
        if not self._knows(request):
            return self.problem(HTTPStatus.UNAUTHORIZED)
        project = self.projects.get(request.match_info["project_id"])
        if project is None:
            return self.problem(HTTPStatus.NOT_FOUND)
        try:
            given = await request.json()
        except ValueError:
            given = None
        if not isinstance(given, dict) or set(given) != {"archived"} or not isinstance(given["archived"], bool):
            told = {"status": 400, "code": "validation_failed", "message": "Validation failed", "violations": []}
            return web.json_response(told, status=HTTPStatus.BAD_REQUEST)
        if project.archived != given["archived"]:
            self.archive(project.id, archived=given["archived"])
            project.updated_by = self.key_name
        return web.json_response(project.to_json())

    async def _services(self, request: web.Request) -> web.Response:
        return self._about(request, lambda project: [service.to_json() for service in project.services])

    async def _limits(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return self.problem(HTTPStatus.UNAUTHORIZED)
        return web.json_response({"currentProjects": len(self.projects), "maxProjects": self.max_projects})

    def _about(self, request: web.Request, tell: Callable[[MicroVisualizerProject], object]) -> web.Response:
        """Answer a question about one project."""
        if not self._knows(request):
            return self.problem(HTTPStatus.UNAUTHORIZED)
        project = self.projects.get(request.match_info["project_id"])
        if project is None:
            return self.problem(HTTPStatus.NOT_FOUND)
        return web.json_response(tell(project))

    def _knows(self, request: web.Request) -> bool:
        """Check the bearer token."""
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {self._api_key}".encode())
