"""Cards about a source: that it cannot be read, and that too much of it changed at once to be believed."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, TypeAlias

from bot.model import Message, ProblemKind
from bot.views import blocks, buttons
from bot.views.blocks import bold, clip, moment, one_line, text
from bot.views.buttons import privately
from bot.views.evidence import count
from bot.views.people import named
from bot.views.silence import age
from bot.views.totals import TITLE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    import slackblocks as sb

    from bot.answers import HoldReport, OutageReport

DETAIL_WIDTH = 120
MOST_NAMED = 3
LOOKS_TO_RELEASE = 3
"""Evaluations that have to agree before a hold releases itself."""

_WRONG: dict[ProblemKind, str] = {
    ProblemKind.BUSY: "asks us to slow down",
    ProblemKind.DOWN: "does not answer",
    ProblemKind.REFUSED: "refuses our key",
    ProblemKind.GARBLED: "sends answers that make no sense",
    ProblemKind.SUSPICIOUS: "suddenly lists far fewer projects",
}
"""What broke, behind the name of the source."""

_IS_WRONG_SINCE: dict[ProblemKind, str] = {
    ProblemKind.BUSY: "has asked us to slow down",
    ProblemKind.DOWN: "has not answered",
    ProblemKind.REFUSED: "has refused our key",
    ProblemKind.GARBLED: "has sent answers that make no sense",
    ProblemKind.SUSPICIOUS: "has listed far fewer projects",
}
_WAS_WRONG: dict[ProblemKind, str] = {
    ProblemKind.BUSY: "asked us to slow down",
    ProblemKind.DOWN: "did not answer",
    ProblemKind.REFUSED: "refused our key",
    ProblemKind.GARBLED: "sent answers that made no sense",
    ProblemKind.SUSPICIOUS: "listed far fewer projects",
}
_TO_DO: dict[ProblemKind, str] = {
    ProblemKind.BUSY: "Nothing to do: I ask less often, and go on by myself.",
    ProblemKind.DOWN: "Nothing to do here: I keep trying. If it lasts, look whether the source itself is down.",
    ProblemKind.REFUSED: (
        "What to do: make a new key at the source, put it into Rollcall’s settings, and restart Rollcall. "
        "Until then nothing of this source is known."
    ),
    ProblemKind.GARBLED: "What to do if it lasts: look for a newer version of Rollcall; the source may have changed.",
    ProblemKind.SUSPICIOUS: "I look again before I believe it. If it is true, it is taken over after the next looks.",
}
_NO_RIGHT = (
    "What to do: give the key the right to list projects at the source, or make one that has it, and restart Rollcall."
)


Said: TypeAlias = "tuple[list[sb.RichTextElement], str]"
"""A line as it is shown, and as it is said."""


# --- outage ------------------------------------------------------------------------------------------------------


def draw_outage(report: OutageReport) -> Message:
    """Draw the card of a source that cannot be read; operators and admins are told what to do.

    Its end is told in the thread; the card says in one line that what it said is over.
    """
    if report.outage.ended_at is not None:
        return _drawn(_plain(f"{_ended(report)} in which it {_WAS_WRONG[report.outage.kind]}"), [], [])
    if not report.for_operators:
        return _drawn(_since(report, ""), [f"{_who_acts(report)} {_frozen(report)}".strip()], [])
    lines = [_frozen(report), _to_do(report)]
    status = blocks.bar([buttons.run("Status", "status", "status")])
    return _drawn(_since(report, f" ({_why(report)})"), lines, [status])


def draw_outage_reply(report: OutageReport) -> Message:
    """Draw what is told in the thread: that it lasts, or that it is over."""
    if report.outage.ended_at is not None:
        return _drawn(_plain(_ended(report)), _missed(report), [])
    how_long = age(report.now - report.outage.since)
    lasts = f"⚠️ {_title(report)} still {_WRONG[report.outage.kind]}, after {how_long} ({_why(report)})"
    return _drawn(_plain(lasts), [_frozen(report), _to_do(report)], [])


def _since(report: OutageReport, why: str) -> Said:
    """Say since when, on the clock of whoever reads it."""
    at, begin = report.outage.since, f"⚠️ {_title(report)} {_IS_WRONG_SINCE[report.outage.kind]} since "
    fallback = f"{at.astimezone(UTC):%a %H:%M} UTC"
    return [bold(begin), moment(at, fallback), *([bold(why)] if why else [])], f"{begin}{fallback}{why}"


def _frozen(report: OutageReport) -> str:
    """Say what waits because of it, and that nobody is blamed meanwhile."""
    if not report.watches:
        return "No watch is on it." if report.for_operators else ""
    waits = f"{count(report.watches, 'watch', 'watches')} {'waits' if report.watches == 1 else 'wait'} for it"
    keep = f", {count(report.held, 'open alert')} {'stays' if report.held == 1 else 'stay'} as before"
    return f"No project goes quiet or gone meanwhile; {waits}{keep if report.held else ''}."


def _who_acts(report: OutageReport) -> str:
    """Say whether anybody has to do something, and who knows: a channel can do nothing itself."""
    if report.outage.kind is not ProblemKind.REFUSED:
        return "Nothing to do here: I keep trying."
    names = ", ".join(named(user, report.people) for user in report.told[:MOST_NAMED])
    if not names:
        return "Nothing to do here: whoever runs Rollcall has to give it a new key."
    return f"{names} {'was' if len(report.told) == 1 else 'were'} told what to do."


def _ended(report: OutageReport) -> str:
    outage = report.outage
    lasted = age((outage.ended_at or report.now) - outage.since)
    return f"✅ {_title(report)} can be read again, after {lasted}"


def _missed(report: OutageReport) -> list[str]:
    missed = report.outage.missed
    found = (
        ""
        if missed is None
        else f"{count(missed, 'change')} happened meanwhile. "
        if missed
        else "Nothing changed meanwhile. "
    )
    return [f"{found}The time in which I saw nothing counts for no alert."]


def _to_do(report: OutageReport) -> str:
    refused = report.outage.kind is ProblemKind.REFUSED
    return _NO_RIGHT if refused and "403" in report.outage.detail else _TO_DO[report.outage.kind]


def _why(report: OutageReport) -> str:
    return clip(one_line(report.outage.detail), DETAIL_WIDTH)


def _title(report: OutageReport | HoldReport) -> str:
    return clip(one_line(report.title), TITLE_WIDTH)


# --- hold --------------------------------------------------------------------------------------------------------


def draw_hold(report: HoldReport) -> Message:
    """Draw the card of a suspicious mass change."""
    hold, title = report.hold, _title(report)
    of = f"{hold.projects:,} of {hold.of:,} {title} projects"
    if hold.released_at is not None:
        return _drawn(_plain(f"▶️ Released: the alerts of {of} go out"), [_released(report)], [])
    left = max(LOOKS_TO_RELEASE - hold.looks, 1)
    lines = [
        "More likely a fault of the source than the truth, so I tell no channel of them, and look again.",
        f"They go out by themselves after {LOOKS_TO_RELEASE} looks that agree ({hold.looks} so far, {left} to go).",
        "If you know that it is true, release them now.",
    ]
    release = buttons.run("Release now…", f"alerts release {hold.connection}", "release")
    bar = blocks.bar([release, buttons.run("Status", "status", "status")])
    return _drawn(_plain(f"🧐 Held back: {of} turned quiet or gone at once"), lines, [bar])


def _released(report: HoldReport) -> str:
    if report.hold.released_by:
        return f"{named(report.hold.released_by, report.people)} released them."
    return f"{count(report.hold.looks, 'look')} in a row found the same, so I believe it."


def _plain(words: str) -> Said:
    return [bold(words)], words


def _drawn(head: Said, lines: Sequence[str], after: Sequence[sb.Block]) -> Message:
    said = [line for line in lines if line]
    elements, words = head
    drawn: list[list[sb.RichTextElement]] = [elements]
    drawn += [[text(line)] for line in said]
    message = blocks.message([words, *said], [blocks.paragraphs(drawn), *after])
    return Message(message.text, privately(message.blocks))
