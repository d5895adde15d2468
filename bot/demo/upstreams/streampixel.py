"""A local Streampixel: https://docs.streampixel.io/resources/api-reference/overview (List Projects, Live Stats)."""

from __future__ import annotations

import hashlib
import math
import zlib
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.demo.upstreams.faults import Mode
from bot.demo.upstreams.stand_in import StandIn
from bot.demo.upstreams.streampixel_projects import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.demo.upstreams.faults import Faults
    from bot.demo.upstreams.streampixel_projects import Row
    from bot.ports import Clock

log = structlog.get_logger(__name__)

WEBHOOK_TIMEOUT = ClientTimeout(total=10)
"""https://docs.streampixel.io/resources/api-reference/overview (Webhooks): ten seconds, and no second try."""

MESSAGES = {
    HTTPStatus.UNAUTHORIZED: "Unauthorized: Invalid API Key",
    HTTPStatus.FORBIDDEN: "Forbidden",
    HTTPStatus.SERVICE_UNAVAILABLE: "Internal server error",
}


@dataclass(slots=True)
class StreampixelProject:
    """One project, as the dashboard would change it."""

    id: str
    name: str
    on: bool
    """Whether viewers can reach it."""

    subscription: str
    interest: int
    """People who want to see it, on average."""

    places: int
    """People who can see it at the same time; the others queue."""

    viewers: tuple[int, int] | None = None
    """Live and queued people, fixed by hand; None: they come and go."""

    def audience(self, now: datetime) -> tuple[int, int]:
        """Return how many are live and how many queue: it varies by the minute, and is the same at the same moment."""
        if not self.on:
            return 0, 0
        if self.viewers is not None:
            return self.viewers
        phase = zlib.crc32(self.id.encode()) % 60
        wave = math.sin((now.timestamp() / 60 + phase) * math.tau / 60)
        people = max(round(self.interest * (1 + wave / 2)), 0)
        return min(people, self.places), max(people - self.places, 0)


def made_id(seed: str) -> str:
    """Return 24 hexadecimal digits that look like one of Streampixel's ids, always the same for a seed."""
    return hashlib.sha256(seed.encode()).hexdigest()[:24]


class StreampixelStandIn(StandIn):
    """Streampixel with one account.

    Args:
        clock: tells "now"; the viewers depend on it.
        user_id: the account's id that is accepted.
        api_key: the key that is accepted.
        rows: the projects it begins with.
        faults: the switch.
    """

    title: ClassVar[str] = "Streampixel"

    def __init__(
        self,
        clock: Clock,
        *,
        user_id: str,
        api_key: str,
        rows: Iterable[Row] = ROWS,
        faults: Faults | None = None,
    ) -> None:
        super().__init__(clock, faults)
        self._user_id = user_id
        self._api_key = api_key
        self.projects: dict[str, StreampixelProject] = {}
        """By id, in the order of the listing."""

        self.webhook_url: str | None = None
        """Where builds are told of; None: nobody has set it in the dashboard."""

        self._builds = 0
        self.foreign_ids: set[str] = {made_id("of another account")}
        """Projects that exist and belong to somebody else."""

        for number, row in enumerate(rows):
            self.add(row.name, on=row.on, subscription=row.subscription, interest=row.interest, seed=str(number))

    # What a person would do in the dashboard.

    def add(
        self,
        name: str,
        *,
        on: bool = True,
        subscription: str = "active",
        interest: int = 0,
        places: int = 8,
        seed: str = "",
    ) -> StreampixelProject:
        """Create a project; its id depends on its name and on `seed`, so that two may share a name."""
        project_id = made_id(f"{seed}/{name}")
        project = StreampixelProject(project_id, name, on, subscription, interest, places)
        self.projects[project_id] = project
        return project

    def named(self, name: str) -> StreampixelProject:
        """Return the first project with that name; `StopIteration` if there is none."""
        return next(project for project in self.projects.values() if project.name == name)

    def rename(self, project_id: str, name: str) -> None:
        """Change a project's name."""
        self.projects[project_id].name = name

    def switch_on(self, project_id: str, *, on: bool) -> None:
        """Let viewers in, or keep them out."""
        self.projects[project_id].on = on

    def set_subscription(self, project_id: str, word: str) -> None:
        """Change the state of a project's plan."""
        self.projects[project_id].subscription = word

    def set_viewers(self, project_id: str, live: int, queued: int = 0) -> None:
        """Fix the number of people at a project."""
        self.projects[project_id].viewers = (live, queued)

    def delete(self, project_id: str) -> None:
        """Remove a project."""
        del self.projects[project_id]

    async def build(self, project_id: str, objection: str | None = None) -> None:
        """Hand in a build, and let it go live, or be rejected for a reason; the webhook is told, once.

        Nobody learns whether that arrived, and it is never sent again.
        """
        self._builds += 1
        upload, end = made_id(f"build {self._builds}"), "approved" if objection is None else "rejected"
        for event, status in (("uploaded", "pending"), (end, "Approved" if objection is None else "Reject")):
            told = {
                "event": f"build.{event}",
                "projectId": project_id,
                "uploadId": upload,
                "fileUrl": f"https://builds.lumen.example/{upload}.zip?signature={made_id(upload)}",
                "status": status,
                "objection": objection if event == "rejected" else None,
                "timestamp": self.clock.now().isoformat(),
            }
            await self._tell(told)

    async def _tell(self, told: dict[str, str | None]) -> None:
        if self.webhook_url is None:
            return
        try:
            async with ClientSession(timeout=WEBHOOK_TIMEOUT) as session, session.post(self.webhook_url, json=told):
                pass
        except (ClientError, TimeoutError) as error:
            log.info("demo.webhook_lost", error=type(error).__name__)

    # What the API answers.

    def routes(self) -> list[web.RouteDef]:
        """Return both read endpoints."""
        return [
            web.get("/projects/projects-status", self._list),
            web.get("/projects/userStats/{project_id}", self._stats),
        ]

    def problem(self, status: HTTPStatus) -> web.Response:
        """Return ``{"message": ...}``, the one error shape there is."""
        return refuse(status, MESSAGES[status])

    def limited(self, *, header: bool, body: bool) -> web.Response:
        """Return a 429; the documented one has its wait only in words."""
        sentence = f" Try again in {self.faults.limit_s} seconds." if body else ""
        response = refuse(HTTPStatus.TOO_MANY_REQUESTS, f"Rate limit exceeded.{sentence}")
        if header:
            response.headers["Retry-After"] = str(self.faults.limit_s)
        return response

    async def _list(self, request: web.Request) -> web.Response:
        if not request.query.get("userId"):
            return refuse(HTTPStatus.BAD_REQUEST, "User ID is required")
        refused = self._refused(request)
        if refused is not None:
            return refused
        mode = self.faults.mode
        items = [
            {
                "_id": project.id,
                "name": project.name,
                "status": project.on,
                "subscriptionStatus": project.subscription,
            }
            for project in self.projects.values()
            if mode is not Mode.EMPTY
        ]
        total = len(items) + (1 if mode is Mode.CONTRADICTING else 0)
        return web.json_response({"totalProjects": total, "projects": items})

    async def _stats(self, request: web.Request) -> web.Response:
        if not request.query.get("userId") or not request.query.get("apikey"):
            return refuse(HTTPStatus.BAD_REQUEST, "projectId, userId and apikey are required")
        refused = self._refused(request)
        if refused is not None:
            return refused
        project_id = request.match_info["project_id"]
        if project_id in self.foreign_ids:
            return refuse(HTTPStatus.FORBIDDEN, "Access denied")
        project = self.projects.get(project_id)
        if project is None:
            return refuse(HTTPStatus.NOT_FOUND, "Project not found")
        live, queued = project.audience(self.clock.now())
        return web.json_response({"liveUser": live, "queueUser": queued})

    def _refused(self, request: web.Request) -> web.Response | None:
        """Check the user, then the key: the name of the parameter must be all lower case."""
        if not compare_digest(request.query["userId"].encode(), self._user_id.encode()):
            return refuse(HTTPStatus.UNAUTHORIZED, "Invalid User")
        if not compare_digest(request.query.get("apikey", "").encode(), self._api_key.encode()):
            return refuse(HTTPStatus.UNAUTHORIZED, "Unauthorized: Invalid API Key")
        return None


def refuse(status: HTTPStatus, message: str) -> web.Response:
    """Return an error as Streampixel words it."""
    return web.json_response({"message": message}, status=status)
