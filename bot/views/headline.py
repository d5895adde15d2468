"""The sentences around a digest: the first one, which can stand alone, and the small print. Plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import DigestForm, Purpose
from bot.model import State
from bot.views.blocks import clip, one_line
from bot.views.differences import counted
from bot.views.digest_words import schedule_of, wall_clock, zone_of
from bot.views.evidence import ago, count
from bot.views.footer import hidden_line, left_out_lines, problem_words
from bot.views.silence import age
from bot.views.totals import STATE_WORDS, TITLE_WIDTH, clock_time, sighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answers import DigestReport
    from bot.model import Freshness

MOST_NAMED = 3
"""Sources named in a sentence; more are counted."""

MOST_KINDS = 4
"""Kinds of changes told in the first sentence; more are counted together."""

MOST_TROUBLED = 4
MOST_ABSENCES = 2
REASON_WIDTH = 100
TROUBLE_WIDTH = 80

_MARKED = {Purpose.SCHEDULED: "", Purpose.MANUAL: "Run by hand: ", Purpose.PREVIEW: "Preview: "}


def headline(report: DigestReport) -> tuple[str, ...]:
    """Return the first sentences: what changed, what there is, and what is missing in that."""
    if report.form is DigestForm.UNAVAILABLE:
        return (_MARKED[report.purpose] + _unavailable(report),)
    first, *more = [*_news(report), *_gaps(report)]
    return (_MARKED[report.purpose] + first, *more)


def _news(report: DigestReport) -> list[str]:
    if report.since is None:
        why = (
            "" if not report.fresh_start or report.fresh_start == "first digest" else f", because {report.fresh_start}"
        )
        return [_state(report), f"Changes are told from the next digest on{why}."]
    when = wall_clock(report.since, zone_of(report.digest), report.now)
    found = report.differences
    if found:
        return [f"{count(len(found), 'change')} since {when}: {counted(found, MOST_KINDS)}.", _state(report)]
    if any(each.before is not None for each in report.totals):
        return [f"No change since {when}{' where I could compare' if report.not_compared else ''}.", _state(report)]
    return [_state(report), f"Nothing can be compared with {when}."]


def _state(report: DigestReport) -> str:
    """Count what can be seen now: ``42 projects, 1 lapsed, 2 inactive.``."""
    seen = sighted(report)
    total = sum(each.total for each in seen)
    if not total and len(seen) < len(report.totals):
        return "No project seen."
    words = [count(total, "project") if total else "No project matches"]
    for state in (State.LAPSED, State.OFF, State.INACTIVE):
        number = sum(each.states.get(state, 0) for each in seen)
        words += [f"{number:,} {STATE_WORDS[state]}"] if number else []
    return ", ".join(words) + "."


def _gaps(report: DigestReport) -> list[str]:
    """Name what is missing in the numbers, and what is not compared though it is in them."""
    seen = {each.connection for each in sighted(report)}
    unseen = [each.title for each in report.totals if each.connection not in seen]
    others = [title for title in report.not_compared if title not in unseen]
    said = [f"{named(unseen)} cannot be read now: not counted, not compared."] if unseen else []
    if others:
        why = f" ({one_line(report.fresh_start)})" if report.fresh_start else ""
        said.append(f"Not compared: {named(others)}{why}.")
    return said


def _unavailable(report: DigestReport) -> str:
    who = named([each.title for each in report.totals])
    if report.purpose is not Purpose.SCHEDULED:
        return f"⚠️ No source can be read now{f': {who}' if who else ''}."
    blind = f"{who} cannot be read" if who else "no source is connected"
    run = report.next_run
    then = f" {wall_clock(run.slot.at, zone_of(report.digest), report.now)}" if run else ""
    return f"⚠️ Digest delayed: {blind}. The next one{then} covers this time too."


def named(titles: Sequence[str]) -> str:
    """Name a few sources, and count the rest: ``A, B and 3 more``."""
    shown = [clip(one_line(title), TITLE_WIDTH) for title in titles[:MOST_NAMED]]
    rest = len(titles) - len(shown)
    shown += [f"{rest} more"] if rest else []
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def lateness(report: DigestReport) -> list[str]:
    """Say why it comes late, and what else it covers."""
    said = []
    late = report.lateness
    if late is not None:
        down = [f"{clock_time(each.since, report)} to {clock_time(each.until, report)}" for each in late.absences]
        why = f"; I was down {' and '.join(down[:MOST_ABSENCES])}" if down else ""
        why += f" and {count(len(down) - MOST_ABSENCES, 'more time')}" if len(down) > MOST_ABSENCES else ""
        why += f"; {clip(one_line(late.reason), REASON_WIDTH)}" if late.reason else ""
        said.append(f"⏰ Planned {clock_time(late.planned_at, report)}, sent {clock_time(late.sent_at, report)}{why}.")
    if report.merged:
        covers = f"Covers {age(report.now - report.since)}: " if report.since else ""
        was = "was" if report.merged == 1 else "were"
        said.append(f"{covers}{count(report.merged, 'run')} before this one {was} missed.")
    return said


def small_print(report: DigestReport) -> list[str]:
    """Say how old the data is, what is left out, which time is covered, and when the next digest comes."""
    left_out = [*hidden_line(report.hidden_archived), *left_out_lines(report.left_out)]
    return [
        *_ages(report),
        *left_out[:MOST_TROUBLED],
        f"{_period(report)} · {schedule_of(report.digest)}, {_next(report)}",
    ]


def _ages(report: DigestReport) -> list[str]:
    """Say in one line how old what is well is, and of each other source what is wrong."""
    asked = [known for known in report.freshness if report.query.concerns(known.source, known.connection)]
    blind = {each.connection for each in report.totals if each.blind}
    wrong = [known for known in asked if known.problem or not known.last_success_at or known.connection in blind]
    well = [known for known in asked if known not in wrong]
    lines = [_trouble(known, report) for known in wrong[:MOST_TROUBLED]]
    lines += [f"⚠️ {count(len(wrong) - MOST_TROUBLED, 'more source')} in trouble"] if len(wrong) > MOST_TROUBLED else []
    if well:
        oldest = min(known.last_success_at for known in well if known.last_success_at is not None)
        lines.append(f"✅ {named([known.title for known in well])}: read {ago(oldest, report.now)}")
    return lines


def _trouble(known: Freshness, report: DigestReport) -> str:
    """Say what is wrong with a source and how old its numbers are; it stays to be read tomorrow, so with dates."""
    seen = (
        "nothing known yet" if known.last_success_at is None else f"as of {clock_time(known.last_success_at, report)}"
    )
    if known.problem is None and known.last_success_at is None:
        return f"⏳ {_title(known)}: not read yet"
    if known.problem is None:
        return f"⚠️ {_title(known)}: does not answer in time, {seen}"
    words = clip(problem_words(known.problem), TROUBLE_WIDTH)
    return f"⚠️ {_title(known)}: {words} since {clock_time(known.problem.since, report)}, {seen}"


def _title(known: Freshness) -> str:
    return clip(one_line(known.title), TITLE_WIDTH)


def _period(report: DigestReport) -> str:
    zone = zone_of(report.digest)
    now = wall_clock(report.now, zone, report.now)
    return f"Covers {wall_clock(report.since, zone, report.now)} to {now}" if report.since else f"As of {now}"


def _next(report: DigestReport) -> str:
    run = report.next_run
    if run is None:
        return "no next one while it is paused"
    note = f" ({run.note})" if run.note else ""
    return f"next {wall_clock(run.slot.at, zone_of(report.digest), report.now)}{note}"
