"""`status`: what is wrong first, then the totals, then what moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import EventKind, Message, State
from bot.views import blocks, buttons
from bot.views.blocks import bold, code, text
from bot.views.buttons import Audience
from bot.views.evidence import EVENT_MARKS, MARKS, ago, count
from bot.views.footer import left_out_lines, source_lines, trouble, watched_lines
from bot.views.projects import COMMAND_WIDTH, titles_of
from bot.views.sharing import shared_line
from bot.views.silence import age

if TYPE_CHECKING:
    from datetime import datetime

    import slackblocks as sb

    from bot.answers import Summary
    from bot.model import Freshness, Quota

ROWS = (
    (State.ACTIVE, "Active"),
    (State.QUIET, "Quiet"),
    (State.INACTIVE, "Inactive"),
    (State.OFF, "Off"),
    (State.LAPSED, "Lapsed"),
    (State.UNKNOWN, "Unknown"),
    (State.ARCHIVED, "Archived"),
)
"""The table's rows; states that no project is in are left away."""

TITLE_WIDTH = 30

EVENT_WORDS = {
    EventKind.APPEARED: "new",
    EventKind.VANISHED: "gone",
    EventKind.RENAMED: "renamed",
    EventKind.ARCHIVED: "archived",
    EventKind.UNARCHIVED: "unarchived",
    EventKind.ENABLED: "switched on",
    EventKind.DISABLED: "switched off",
    EventKind.SUBSCRIPTION: "subscription changed",
    EventKind.UPDATED: "edited",
}
TIGHT_QUOTA = 0.9
"""Share of a plan from which on it is worth a warning."""


def summary(answer: Summary, audience: Audience, shared_by: str | None) -> Message:
    """Draw the summary."""
    wrong, facts = _wrong(answer), _facts(answer)
    small = [*watched_lines(answer.freshness, answer.since), *left_out_lines(answer.tally.left_out)]
    sources = source_lines(answer.freshness, answer.now, viewers=True)
    head = _head(answer)
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn.append(blocks.says(bold(head), text("   "), code(blocks.clip(answer.command, COMMAND_WIDTH))))
    drawn.append(blocks.paragraphs([[text(line)] for line in wrong or _well(answer)]))
    rows = _table(answer)
    if len(rows) > 1:
        drawn.append(blocks.table(rows, right=range(1, len(rows[0]))))
    drawn.append(blocks.paragraphs([[bold(label), text(f"  {words}")] for label, words in facts]))
    drawn.append(buttons.bar(answer.command, audience, first=_first(answer, audience)))
    drawn.append(blocks.notes([*small, *sources]))
    spoken = [head, *wrong, *_spoken(rows), *(f"{a}: {b}" for a, b in facts), *small, *sources]
    return blocks.message(spoken, drawn)


def _head(answer: Summary) -> str:
    """Count the projects, and the sources that they are in."""
    total = count(sum(answer.tally.states.values()), "project")
    asked = _asked(answer)
    read = [known for known in asked if known.last_success_at is not None]
    if len(read) < len(asked):
        return f"{total} in {len(read)} of {count(len(asked), 'source')}"
    return f"{total} in {count(len(asked), 'source')}"


def _asked(answer: Summary) -> list[Freshness]:
    """Return the connections that were asked about."""
    return [known for known in answer.freshness if answer.query.concerns(known.source, known.connection)]


def _wrong(answer: Summary) -> list[str]:
    """List what needs somebody, worst first."""
    blind = [f"⚠️ {blocks.one_line(k.title)}: {trouble(k.problem, answer.now)}." for k in answer.freshness if k.problem]
    lapsed, off, idle = (_of(answer, state) for state in (State.LAPSED, State.OFF, State.INACTIVE))
    found = [
        (lapsed, f"{MARKS[State.LAPSED]} {count(lapsed, 'project')} without an active subscription{_words(answer)}."),
        (off, f"{MARKS[State.OFF]} {count(off, 'project')} switched off."),
        (idle, f"{MARKS[State.INACTIVE]} {count(idle, 'project')} not edited for {age(answer.moment.quiet_after)}."),
    ]
    return [*blind, *(line for number, line in found if number), *_tight(answer.freshness)]


def _well(answer: Summary) -> list[str]:
    """Say that all is well, but only if everything was looked at."""
    unread = [blocks.one_line(known.title) for known in _asked(answer) if known.last_success_at is None]
    return [f"⏳ {' and '.join(unread)} not read yet."] if unread else ["✅ Nothing needs attention."]


def _words(answer: Summary) -> str:
    """Name the subscriptions that are not active: ``: 2 past_due, 1 canceled``."""
    found: dict[str, int] = {}
    for (_, word), number in answer.tally.subscriptions.items():
        if word.casefold() != "active":
            found[word] = found.get(word, 0) + number
    most = 4
    named = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]
    return (
        ": " + ", ".join(f"{number} {blocks.clip(blocks.one_line(word), 30)}" for word, number in named)
        if named
        else ""
    )


def _tight(freshness: tuple[Freshness, ...]) -> list[str]:
    return [
        f"📈 {blocks.one_line(known.title)}: {quota.used:,} of {quota.limit:,} projects of the plan are used."
        for known in freshness
        if (quota := known.quota) and quota.used >= quota.limit * TIGHT_QUOTA
    ]


def _of(answer: Summary, state: State) -> int:
    return sum(number for (_, each), number in answer.tally.states.items() if each is state)


def _table(answer: Summary) -> list[list[str]]:
    """One row per state that occurs, one column per connection: sources are few, and a phone is narrow."""
    titles = titles_of(answer.freshness)
    shown = [blocks.clip(blocks.one_line(titles[known.connection]), TITLE_WIDTH) for known in _asked(answer)]
    rows = [["State", *shown, "All"]]
    for state, title in ROWS:
        if _of(answer, state):
            numbers = [_cell(answer, known, state) for known in _asked(answer)]
            rows.append([f"{MARKS[state]} {title}", *numbers, f"{_of(answer, state):,}"])
    return rows


def _cell(answer: Summary, known: Freshness, state: State) -> str:
    """Write a number; what was never read is not zero."""
    number = answer.tally.states.get((known.connection, state), 0)
    return "?" if known.last_success_at is None else f"{number:,}" if number else "–"


def _spoken(rows: list[list[str]]) -> list[str]:
    header, *others = rows
    return [
        f"{row[0]}: {row[-1]} ("
        + ", ".join(f"{title} {cell}" for title, cell in zip(header[1:-1], row[1:-1], strict=True) if cell != "–")
        + ")"
        for row in others
    ]


def _facts(answer: Summary) -> list[tuple[str, str]]:
    facts = [(f"Last {age(answer.now - answer.since)}", _events(answer))]
    facts += [("Viewers", _viewers(answer))] if answer.tally.measurable else []
    plans = [_plan(known, known.quota, answer.now) for known in answer.freshness if known.quota]
    return facts + ([("Plan", ", ".join(plans))] if plans else [])


def _viewers(answer: Summary) -> str:
    """Say how many people there are, and from when the oldest of these numbers may be."""
    tally = answer.tally
    if not tally.measured:
        return "not counted yet"
    people = f"{tally.live or 0:,} watching, {tally.queued or 0:,} waiting"
    part = f"{tally.measured:,} of {count(tally.measurable, 'project')}"
    rounds = [known.viewers_at for known in answer.freshness if known.measures_viewers]
    ended = [at for at in rounds if at is not None]
    if len(ended) < len(rounds):
        return f"{people} ({part} counted so far)"
    those = "" if tally.measured == tally.measurable else f"{part} "
    return f"{people} ({those}counted {ago(min(ended), answer.now)})"


def _plan(known: Freshness, quota: Quota, now: datetime) -> str:
    """Say how much of a plan is used; only complete listings tell, so the number may be older than the rest."""
    when = f" ({ago(known.last_full_at, now)})" if known.last_full_at else ""
    return f"{blocks.one_line(known.title)} {quota.used:,} of {quota.limit:,} projects{when}"


def _events(answer: Summary) -> str:
    events = answer.tally.events
    told = [f"{EVENT_MARKS[k]} {events[k]:,} {word}" for k, word in EVENT_WORDS.items() if events.get(k)]
    return ", ".join(told) or "no changes seen"


def _first(answer: Summary, audience: Audience) -> tuple[sb.Element, ...]:
    if audience is Audience.SHARED:
        return ()
    filters = answer.command.removeprefix("status").strip()
    shown = []
    if any(_of(answer, state) for state in (State.INACTIVE, State.OFF, State.LAPSED)):
        shown.append(buttons.run("Show inactive", f"inactive {filters}".strip(), "inactive", primary=True))
    if answer.tally.events:
        shown.append(buttons.run("Changes", f"changes {filters}".strip(), "changes"))
    return tuple(shown)
