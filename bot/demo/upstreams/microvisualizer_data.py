"""What the local MicroVisualizer keeps, and how it looks on the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.demo.upstreams.microvisualizer_projects import Row


def on_the_wire(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def actor_kind(name: str) -> str:
    """Return the documented word for a person (with an e-mail address) or an API key."""
    return "MEMBER" if "@" in name else "API_KEY"


def member_id(name: str) -> str:
    """Return the id by which ``createdBy`` filters; the API itself never tells it."""
    return "member-" + name.partition("@")[0].replace(".", "-")


@dataclass(slots=True)
class MicroVisualizerService:
    """One service of a project."""

    name: str
    owner: str | None
    updated_by: str
    updated_at: datetime
    created_at: datetime

    def to_json(self) -> dict[str, object]:
        """Return the documented object."""
        optional = {} if self.owner is None else {"owner": self.owner}
        return {
            "slug": self.name,
            "name": self.name,
            **optional,
            "createdBy": self.updated_by,
            "createdByType": actor_kind(self.updated_by),
            "createdAt": on_the_wire(self.created_at),
            "updatedBy": self.updated_by,
            "updatedByType": actor_kind(self.updated_by),
            "updatedAt": on_the_wire(self.updated_at),
            "validFrom": on_the_wire(self.updated_at),
        }


@dataclass(slots=True)
class MicroVisualizerProject:
    """One project, as the web app would change it."""

    id: str
    name: str
    description: str
    created_at: datetime
    updated_at: datetime
    created_by: str
    updated_by: str
    archived: bool = False
    pinned: bool = False
    is_owner: bool = False
    services: list[MicroVisualizerService] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """Return the documented object."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "archived": self.archived,
            "pinned": self.pinned,
            "serviceCount": len(self.services),
            "isOwner": self.is_owner,
            "createdBy": self.created_by,
            "createdByType": actor_kind(self.created_by),
            "updatedBy": self.updated_by,
            "updatedByType": actor_kind(self.updated_by),
            "createdAt": on_the_wire(self.created_at),
            "updatedAt": on_the_wire(self.updated_at),
        }


def project_of(row: Row, now: datetime) -> MicroVisualizerProject:
    """Make a project whose dates lie before `now`."""
    created_at = now - timedelta(days=row.created)
    updated_at = now - timedelta(days=row.updated)
    services = [
        MicroVisualizerService(
            name, row.owner or None, row.updated_by if number == 0 else row.created_by, updated_at, created_at
        )
        for number, name in enumerate(row.services.split())
    ]
    return MicroVisualizerProject(
        id=row.id,
        name=row.name,
        description=row.description,
        created_at=created_at,
        updated_at=updated_at,
        created_by=row.created_by,
        updated_by=row.updated_by,
        archived=row.archived,
        pinned=row.pinned,
        is_owner=row.is_owner,
        services=services,
    )
