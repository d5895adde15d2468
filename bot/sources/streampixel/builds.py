"""What Streampixel tells of builds by itself. Pure.

Nothing of it is signed, and what is not delivered at once is lost: it is a hint, never an authority.

Source: https://docs.streampixel.io/resources/api-reference/overview (Webhooks).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from bot.model import Build, EventKind
from bot.sources.reading import Text, Wire, read_json
from bot.sources.streampixel.wire import ID_PATTERN, TITLE

BEGUN: Final = "build.uploaded"
APPROVED: Final = "build.approved"
REJECTED: Final = "build.rejected"
TEST: Final = "webhook.test"

KINDS: Final = {
    BEGUN: EventKind.BUILD_STARTED,
    APPROVED: EventKind.BUILD_APPROVED,
    REJECTED: EventKind.BUILD_REJECTED,
}
"""What is worth remembering; the steps in between are over within minutes."""

LONGEST_OBJECTION: Final = 500
"""Characters."""

BELIEVED_WITHIN: Final = timedelta(days=1)
"""A date further from now than this is a mistake, or a lie."""


class BuildJSON(Wire):
    """The envelope; the address of the file is not even read, for it may be signed."""

    event: Annotated[str, Field(max_length=100)]
    project_id: Annotated[str | None, Field(alias="projectId", pattern=ID_PATTERN)] = None
    upload_id: Annotated[str | None, Field(alias="uploadId", max_length=200)] = None
    objection: Text | None = None
    timestamp: Annotated[str | None, Field(max_length=100)] = None


BUILD: Final = TypeAdapter(BuildJSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a source told us about a build."""

    event: str
    """Its own word; one of a few known ones, or ``other``."""

    kind: EventKind | None
    """None: nothing to remember."""

    project_id: str | None
    build: Build
    key: str
    """The same for the same message delivered again; nothing can be read from it."""


def read_hint(body: bytes, now: datetime) -> Hint:
    """Read the body of one delivery.

    Raises:
        SourceGarbled: it is not what is documented.
    """
    told = read_json(TITLE, BUILD, body)
    known = told.event in KINDS or told.event == TEST
    return Hint(
        event=told.event if known else "other",
        kind=KINDS.get(told.event),
        project_id=told.project_id,
        build=Build(approved=told.event == APPROVED, at=_when(told.timestamp, now), objection=_objection(told)),
        key=f"build:{hashlib.sha256(json.dumps(_parts(told, now)).encode()).hexdigest()}",
    )


def _parts(told: BuildJSON, now: datetime) -> tuple[str | None, ...]:
    """Return what one message has, and no other one.

    One that says neither which build it is about nor when is the same only within the minute in which it came: else
    the next build of that project would be taken for this one.
    """
    parts = (told.project_id, told.upload_id, told.event, told.timestamp)
    if told.upload_id or told.timestamp:
        return parts
    return (*parts, now.astimezone(UTC).isoformat(timespec="minutes"))


def _objection(told: BuildJSON) -> str | None:
    if told.event != REJECTED or told.objection is None:
        return None
    return told.objection.strip()[:LONGEST_OBJECTION] or None


def _when(text: str | None, now: datetime) -> datetime:
    """Read the time of an event; without a zone it is UTC, and what cannot be true is now."""
    try:
        told = datetime.fromisoformat((text or "").strip().upper())
        moment = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        return now
    return min(moment, now) if abs(now - moment) <= BELIEVED_WITHIN else now
