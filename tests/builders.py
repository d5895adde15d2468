"""Keyword builders with sane defaults, so that a test says only what matters to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import Entry, Freshness, Moment, Problem, ProblemKind, Project, Viewers

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
MOMENT = Moment(now=NOW)

HOSTILE = (
    "<!channel> & <@U1> <https://evil.example|click>",
    "*bold* _it_ ~gone~ `code` :boom:",
    "> quote\nsecond line\t@here #general",
    "x" * 300,
    "مشروع العرض الكبير",
    "\u202egnp.exe",
    "👩‍👩‍👧‍👦" * 30,
    "a`b```c",
    "{{7*7}} ${x} %s \\n \"'",
    " ",
    "&amp;lt;",
    "*",
)
"""Names that would ping, format, break a line or hide something, if they could."""


def streampixel(**given: Any) -> Project:
    """Return a project as Streampixel has them: a switch and a subscription, no dates."""
    plain: dict[str, Any] = {
        "source": "streampixel",
        "connection": "streampixel",
        "id": "664f1a2b3c4d5e6f7a8b9c0d",
        "name": "Showroom Berlin",
        "enabled": True,
        "subscription": "active",
        "url": "https://dashboard.streampixel.io/projectdetail/664f1a2b3c4d5e6f7a8b9c0d",
    }
    return Project(**(plain | given))


def microvisualizer(*, idle: timedelta = timedelta(days=2), **given: Any) -> Project:
    """Return a project as MicroVisualizer has them: dates, people and services, no viewers."""
    plain: dict[str, Any] = {
        "source": "microvisualizer",
        "connection": "microvisualizer",
        "id": "checkout-a1b2c",
        "name": "Checkout",
        "description": "Cart, payment and everything between",
        "archived": False,
        "service_count": 12,
        "pinned": False,
        "is_owner": False,
        "created_at": NOW - timedelta(days=400),
        "updated_at": NOW - idle,
        "created_by": "anna",
        "updated_by": "ben",
    }
    return Project(**(plain | given))


def entry(
    project: Project | None = None, *, ref: int = 12, viewers: tuple[int, int] | None = None, **given: Any
) -> Entry:
    """Return a row of the catalog; `viewers` are people live and waiting a minute ago."""
    at = NOW - timedelta(minutes=1)
    seen = Viewers(live=viewers[0], queued=viewers[1], at=at) if viewers else None
    plain: dict[str, Any] = {
        "ref": ref,
        "project": project or microvisualizer(),
        "first_seen_at": NOW - timedelta(days=90),
        "viewers": seen,
        "last_viewed_at": at if seen and any(viewers or ()) else None,
    }
    return Entry(**(plain | given))


def fresh(source: str = "microvisualizer", **given: Any) -> Freshness:
    """Return a connection that was read a minute ago."""
    titles = {"microvisualizer": "MicroVisualizer", "streampixel": "Streampixel"}
    plain: dict[str, Any] = {
        "connection": source,
        "source": source,
        "title": titles[source],
        "rows": 430,
        "last_success_at": NOW - timedelta(minutes=1),
        "last_attempt_at": NOW - timedelta(minutes=1),
        "last_full_at": NOW - timedelta(hours=1),
        "newest_at": NOW - timedelta(hours=2),
        "measures_viewers": source == "streampixel",
    }
    return Freshness(**(plain | given))


def down(**given: Any) -> Problem:
    """Return a problem that began ten minutes ago."""
    plain: dict[str, Any] = {
        "kind": ProblemKind.DOWN,
        "detail": "HTTP 503",
        "since": NOW - timedelta(minutes=10),
        "retry_at": NOW + timedelta(seconds=15),
    }
    return Problem(**(plain | given))
