"""The two sources of a simulated world, answering as of true time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import NotFound, SourceBusy, SourceDown, SourceGarbled, SourceRefused
from bot.model import Listing, Project, SourceSheet, Viewers
from tests.alerts.simulator.world import MICRO, PIXEL

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.model import Service
    from bot.ports import Clock
    from tests.alerts.simulator.world import Life, World

SHEETS = {
    MICRO: SourceSheet(name="microvisualizer", title="MicroVisualizer", lists_services=True, fields={}),
    PIXEL: SourceSheet(name="streampixel", title="Streampixel", measures_viewers=True, fields={}),
}


class ScriptedSource:
    """One connection of a world.

    Args:
        world: what is true.
        connection: which.
        true_now: tells the true time.
        clock: the bot's, by which it dates what it measures.
    """

    def __init__(self, world: World, connection: str, true_now: Callable[[], datetime], clock: Clock) -> None:
        self._world = world
        self._connection = connection
        self._true_now = true_now
        self._clock = clock
        self._lives = {life.id: life for life in world.lives if life.connection == connection}
        self._known: dict[tuple[object, ...], Project] = {}
        self.listings: list[datetime] = []
        """True times of all good complete answers to a listing."""

        self.counts: dict[str, list[tuple[datetime, int, int]]] = {}
        """By project: true time, live, queued of every count that was answered."""

    @property
    def sheet(self) -> SourceSheet:
        """What it is."""
        return SHEETS[self._connection]

    @property
    def connection(self) -> str:
        """Its name."""
        return self._connection

    async def list_projects(self, *, since: datetime | None) -> Listing:
        """List what there is, or fail as the world has it."""
        now = self._true_now()
        listed = [life for life in self._lives.values() if life.listed(now)]
        trouble = self._world.trouble(self._connection, now)
        if trouble is not None and not trouble.only_viewers:
            if trouble.kind not in {"half", "empty"}:
                _fail(trouble.kind)
            listed = listed[: len(listed) * 2 // 5] if trouble.kind == "half" else []
        else:
            self.listings.append(now)
        projects = tuple(self._project(life, now) for life in listed)
        if since is None or self._connection == PIXEL:
            return Listing(projects=projects, complete=True, total=len(projects))
        newer = tuple(each for each in projects if each.updated_at is not None and each.updated_at >= since)
        return Listing(projects=newer, complete=False, total=len(projects))

    async def viewers(self, project_id: str) -> Viewers:
        """Count."""
        now = self._true_now()
        trouble = self._world.trouble(self._connection, now)
        if trouble is not None and trouble.kind not in {"half", "empty"}:
            _fail(trouble.kind)
        life = self._lives[project_id]
        if not life.listed(now):
            raise NotFound(project_id)
        live = int(life.during(life.sessions, now))
        queued = 2 * int(life.during(life.queues, now))
        self.counts.setdefault(project_id, []).append((now, live, queued))
        return Viewers(live=live, queued=queued, at=self._clock.now())

    async def services(self, project_id: str) -> tuple[Service, ...]:
        """Know none."""
        raise NotFound(project_id)

    async def archive(self, project_id: str, *, archived: bool) -> Project:
        """Refuse; nobody asks here."""
        raise NotFound(f"{project_id} {archived}")

    def _project(self, life: Life, now: datetime) -> Project:
        """Describe a project; the same each time as long as nothing about it is different."""
        if self._connection == PIXEL:
            lapsed, off = life.during(life.lapsed, now), life.during(life.off, now)
            return self._same((life.id, lapsed, off)) or self._keep(
                (life.id, lapsed, off),
                Project(
                    source="streampixel", connection=PIXEL, id=life.id, name=f"Project {life.id}",
                    enabled=not off, subscription="expired" if lapsed else "active",
                ),
            )  # fmt: skip
        archived, edited = life.during(life.archived, now), life.edits.last(now) or life.born
        return self._same((life.id, archived, edited)) or self._keep(
            (life.id, archived, edited),
            Project(
                source="microvisualizer", connection=MICRO, id=life.id, name=f"Project {life.id}", service_count=3,
                pinned=life.pinned, archived=archived, created_at=life.born, updated_at=edited, updated_by="anna",
            ),
        )  # fmt: skip

    def _same(self, key: tuple[object, ...]) -> Project | None:
        return self._known.get(key)

    def _keep(self, key: tuple[object, ...], project: Project) -> Project:
        self._known[key] = project
        return project


def _fail(kind: str) -> None:
    match kind:
        case "busy":
            raise SourceBusy("Source", "HTTP 429")
        case "refused":
            raise SourceRefused("Source", "HTTP 401: the credentials were not accepted")
        case "garbled":
            raise SourceGarbled("Source", "no JSON")
        case _:
            raise SourceDown("Source", "HTTP 503")
