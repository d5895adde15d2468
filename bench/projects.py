"""Made-up catalogs of any size: the same at every run, with words that are known to be rare or common.

Half of the projects are Streampixel's (no dates, with viewers), half are MicroVisualizer's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.demo.upstreams.microvisualizer_projects import Row as MicroVisualizerRow
from bot.demo.upstreams.streampixel_projects import Row as StreampixelRow
from bot.model import Change, EventKind, Project, Viewers

if TYPE_CHECKING:
    from datetime import datetime

RARE: Final = "zanzibar"
"""In the names of about eighteen projects of each source, whatever the size."""

RARE_PAIR: Final = "qx"
"""Two letters, just as rare: too short for an index of three letters in a row."""

COMMON: Final = "studio"
"""In every second name."""

PLACES: Final = (
    "Harbour", "Riverside", "Old Mill", "Aurora", "Alpine", "Coastal", "Northern", "Central", "Garden", "Summit", "Bay",
)  # fmt: skip
THINGS: Final = (
    "Configurator", "Walkthrough", "Checkout", "Billing", "Training", "Planner", "Gateway", "Catalog", "Tower",
    "Museum", "Warehouse", "Identity", "Showroom",
)  # fmt: skip
PEOPLE: Final = ("ada", "jonas", "mei", "priya", "sofia", "tariq", "yael")


def name_of(number: int, count: int) -> str:
    """Return the name of one of `count` projects."""
    words = [PLACES[number % len(PLACES)], THINGS[number // 7 % len(THINGS)]]
    step = max(count // 18, 1)
    words += ["Studio"] if number % 2 else []
    words += ["Zanzibar"] if number % step == 3 % step else []
    words += ["QX"] if number % step == 5 % step else []
    return " ".join([*words, str(number)])


def streampixel_projects(count: int) -> list[Project]:
    """Return projects as Streampixel has them."""
    return [
        Project(
            source="streampixel",
            connection="streampixel",
            id=f"{number:024x}",
            name=name_of(number, count),
            enabled=number % 9 != 0,
            subscription="past_due" if number % 31 == 0 else "active",
            url=f"https://dashboard.streampixel.io/projectdetail/{number:024x}",
        )
        for number in range(count)
    ]


def microvisualizer_projects(count: int, now: datetime) -> list[Project]:
    """Return projects as MicroVisualizer has them, last changed in the last four hundred days."""
    return [_microvisualizer_project(number, count, now) for number in range(count)]


def _microvisualizer_project(number: int, count: int, now: datetime) -> Project:
    age = _age(number)
    return Project(
        source="microvisualizer",
        connection="microvisualizer",
        id=f"diagram-{number}",
        name=name_of(number, count),
        description="From the first sketch to the running system, and who owns which part of it.",
        archived=number % 13 == 0,
        service_count=number % 20,
        pinned=number % 50 == 0,
        is_owner=number % 11 == 0,
        created_at=now - age - timedelta(days=100),
        updated_at=now - age,
        created_by=PEOPLE[number % len(PEOPLE)],
        updated_by=PEOPLE[number // 3 % len(PEOPLE)],
    )


def _age(number: int) -> timedelta:
    """Return how long ago a project was changed; no two moments are the same."""
    return timedelta(days=number * 7919 % 400, seconds=number % 80_000 + 60)


def changes(project_ids: list[str], now: datetime) -> list[Change]:
    """Return one change for every tenth project, over the last twenty days: a third of them is younger than a week."""
    return [
        Change(
            project_id=project_id,
            kind=EventKind.RENAMED,
            at=now - timedelta(minutes=number * 7 % 28_800),
            before="Old name",
            after="New name",
        )
        for number, project_id in enumerate(project_ids[::10])
    ]


def viewers(project_ids: list[str], now: datetime) -> dict[str, Viewers]:
    """Return a measurement for each project; most of them have nobody."""
    return {
        project_id: Viewers(live=int(number % 50 == 0), queued=0, at=now)
        for number, project_id in enumerate(project_ids)
    }


def streampixel_rows(count: int) -> list[StreampixelRow]:
    """Return what the local Streampixel begins with."""
    return [StreampixelRow(name_of(number, count), interest=number % 5) for number in range(count)]


def microvisualizer_rows(count: int) -> list[MicroVisualizerRow]:
    """Return what the local MicroVisualizer begins with."""
    return [
        MicroVisualizerRow(
            id=f"diagram-{number}",
            name=name_of(number, count),
            description="From the first sketch to the running system, and who owns which part of it.",
            updated=_age(number) / timedelta(days=1),
            created=_age(number) / timedelta(days=1) + 100,
            updated_by=f"{PEOPLE[number % len(PEOPLE)]}@lumen.example",
            archived=number % 13 == 0,
        )
        for number in range(count)
    ]
