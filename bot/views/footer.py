"""The small print under every answer: how old the data is, what is missing, what was left out and why."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from bot.model import ProblemKind
from bot.views.blocks import one_line
from bot.views.evidence import ago, count
from bot.views.silence import age

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.model import Freshness, LeftOut, Problem

_WORDS: dict[ProblemKind, str] = {
    ProblemKind.BUSY: "asks us to wait",
    ProblemKind.DOWN: "not answering",
    ProblemKind.REFUSED: "refuses our key; an admin must renew it",
    ProblemKind.GARBLED: "sent an answer I cannot trust",
    ProblemKind.SUSPICIOUS: "suddenly lists far fewer projects",
}


def source_line(known: Freshness, now: datetime, *, viewers: bool = False) -> str:
    """Say how one source is: its age, or its problem in plain words."""
    title = one_line(known.title)
    if known.problem is not None:
        counted = _viewers(known, now) if viewers else ""
        return f"⚠️ {title}: {_rows(known)}{_since(known, now)}{counted} · {trouble(known.problem, now)}"
    if known.last_success_at is None:
        return f"⏳ {title}: being read for the first time" if known.refreshing else f"⏳ {title}: not read yet"
    mark = "⏳" if known.refreshing else "✅"
    busy = ", being read again now" if known.refreshing else ""
    counted = _viewers(known, now) if viewers else ""
    return f"{mark} {title}: {_rows(known)}read {ago(known.last_success_at, now)}{busy}{counted}"


def source_lines(freshness: Iterable[Freshness], now: datetime, *, viewers: bool = False) -> list[str]:
    """Say how each source is; a workspace without sources is told so."""
    lines = [source_line(known, now, viewers=viewers) for known in freshness]
    return lines or ["⚠️ No source is connected: set the key of one and restart Rollcall."]


def trouble(problem: Problem, now: datetime) -> str:
    """Say what is wrong, since when, and when we try again."""
    again = ""
    if problem.kind is not ProblemKind.REFUSED and problem.retry_at is not None:
        left = problem.retry_at - now
        again = f", trying again in {age(left)}" if left.total_seconds() > 0 else ", trying again at the next question"
    return f"{problem_words(problem)} since {_clock(problem.since, now)}{again}"


def problem_words(problem: Problem) -> str:
    """Say what is wrong, without when."""
    return f"{_WORDS[problem.kind]} ({one_line(problem.detail)})"


def left_out_lines(left_out: Iterable[LeftOut]) -> list[str]:
    """Say which projects a query could not judge."""
    return [
        f"{count(each.count, 'project')} of {one_line(each.title)} left out: "
        f"nothing is known there of {' and '.join(f'`{name}`' for name in each.fields)}."
        for each in left_out
    ]


def watched_lines(freshness: Iterable[Freshness], since: datetime) -> list[str]:
    """Say which sources were not watched all the time since a moment: no news from before is no evidence."""
    return [
        f"{one_line(known.title)} has been watched since {known.watched_since.astimezone(UTC):%Y-%m-%d %H:%M} UTC; "
        "what happened there before is not known."
        for known in freshness
        if known.watched_since is not None and known.watched_since > since
    ]


def hidden_line(hidden: int) -> list[str]:
    """Say that archived projects are hidden."""
    return [f"Hiding {count(hidden, 'archived project')}; add `archived:any` to see them."] if hidden else []


def _rows(known: Freshness) -> str:
    return f"{count(known.rows, 'project')}, " if known.last_success_at is not None else ""


def _since(known: Freshness, now: datetime) -> str:
    return f"as of {ago(known.last_success_at, now)}" if known.last_success_at else "nothing known yet"


def _viewers(known: Freshness, now: datetime) -> str:
    if not known.measures_viewers:
        return ""
    counted = f"viewers counted {ago(known.viewers_at, now)}" if known.viewers_at else "viewers not counted yet"
    if known.viewers_problem is not None:
        return f", {counted} ({trouble(known.viewers_problem, now)})"
    return f", {counted}"


def _clock(at: datetime, now: datetime) -> str:
    """Write a moment as people would: the time today, the date otherwise; always with its zone."""
    same_day = at.astimezone(UTC).date() == now.astimezone(UTC).date()
    return f"{at.astimezone(UTC):%H:%M} UTC" if same_day else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
