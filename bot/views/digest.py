"""The digest: what changed, what needs a decision, how many there are. Something to be read on a phone in ten seconds.

The first sentences can stand alone: they are all that a notification shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import slackblocks as sb

from bot.answers import DigestForm
from bot.model import Message
from bot.views import blocks, buttons, differences, totals
from bot.views.blocks import bold, clip, code, text
from bot.views.buttons import Audience, privately
from bot.views.evidence import DETAIL_WIDTH, NARROW_DETAIL_WIDTH, NARROW_FROM, mark_of, matter_of, name_of
from bot.views.headline import headline, lateness, small_print
from bot.views.projects import COMMAND_WIDTH
from bot.views.sharing import shared_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answers import DigestReport
    from bot.model import Entry

LONGEST_LINK = 300
"""Longer addresses cost more of a message than they are worth."""


@dataclass(frozen=True, slots=True)
class _Room:
    """How much a message may say of each project."""

    width: int
    changes: int = 10
    decisions: int = 5


_ROOMS = (_Room(80), _Room(60), _Room(40), _Room(25), _Room(25, 5, 3), _Room(25, 0, 0))
"""The next smaller one is tried when a message would become too long; in the end projects are only counted."""


@dataclass(slots=True)
class _Sheet:
    """A message while it is being written: what is shown, and the same as words."""

    lines: list[str] = field(default_factory=list)
    blocks: list[sb.Block] = field(default_factory=list)

    def add(self, lines: Sequence[str], *drawn: sb.Block) -> None:
        """Add what is said, and how it is shown."""
        self.lines += lines
        self.blocks += drawn


def draw_digest(report: DigestReport) -> Message:
    """Draw a digest for its channel: it stays there, and its buttons answer whoever presses them."""
    drawn = digest_report(report, Audience.PUBLIC)
    return Message(drawn.text, privately(drawn.blocks))


def digest_report(report: DigestReport, audience: Audience, shared_by: str | None = None) -> Message:
    """Draw a digest for whoever asked for it."""
    for room in _ROOMS:
        sheet = _sheet(report, audience, shared_by, room)
        drawn = blocks.message(sheet.lines, sheet.blocks)
        if blocks.fits(drawn.blocks) and len(blocks.escape("\n".join(sheet.lines))) <= blocks.LONGEST_TEXT:
            break
    return drawn


def _sheet(report: DigestReport, audience: Audience, shared_by: str | None, room: _Room) -> _Sheet:
    sheet = _Sheet()
    sheet.add([], *shared_line(report.command, shared_by))
    first, *more = headline(report)
    sheet.add([" ".join([first, *more])], blocks.says(bold(first), *(text(f" {sentence}") for sentence in more)))
    if late := lateness(report):
        sheet.add(late, blocks.paragraphs([[text(line)] for line in late]))
    if report.form is DigestForm.FULL:
        _add_changes(sheet, report, room)
        _add_decisions(sheet, report, room)
        _add_totals(sheet, report)
    if report.form is not DigestForm.UNAVAILABLE:
        _add_footer(sheet, report)
    if report.form is DigestForm.FULL or audience is not Audience.PUBLIC:
        sheet.blocks += _bars(report, audience)
    return sheet


# --- projects ----------------------------------------------------------------------------------------------------


def _add_changes(sheet: _Sheet, report: DigestReport, room: _Room) -> None:
    shown, rest = report.differences[: room.changes], report.differences[room.changes :]
    drawn, said = [], []
    for each in shown:
        mark, name = differences.mark_of(each), differences.name_of(each, room.width)
        words = differences.told(each, report.moment, room.width)
        drawn.append([text(f"{mark} "), _name(name, each.entry), text(f" {words}")])
        said.append(f"{mark} {name} {words}")
    if rest:
        more = f"{'and ' if shown else ''}{len(rest):,} more{' changes' * (not shown)}: {differences.counted(rest)}"
        drawn.append([text(more)])
        said.append(more)
    if drawn:
        sheet.add(said, blocks.paragraphs(drawn))


def _add_decisions(sheet: _Sheet, report: DigestReport, room: _Room) -> None:
    """Show the worst that need a decision, without those that are among the changes just above."""
    total = report.decisions_total
    if not total:
        return
    above = {each.ref for each in report.differences[: room.changes]}
    shown = [entry for entry in report.decisions if entry.ref not in above][: room.decisions]
    heading = f"{total:,} {'needs' if total == 1 else 'need'} a decision"
    drawn: list[list[sb.RichTextElement]] = [[bold(heading)]]
    said = [heading]
    for entry in shown:
        mark, name = mark_of(entry, report.moment), name_of(entry.project, room.width)
        words = _matter(entry, report, room)
        drawn.append([text(f"{mark} "), _name(name, entry), text(f" · {words}")])
        said.append(f"{mark} {name} · {words}")
    if rest := _rest(total, len(shown), sum(entry.ref in above for entry in report.decisions)):
        drawn.append([text(rest)])
        said.append(rest)
    sheet.add(said, blocks.line(), blocks.paragraphs(drawn))


def _rest(total: int, shown: int, above: int) -> str:
    """Count what is not shown here; of what stands above only a part is known to need a decision."""
    number = total - shown
    if not above:
        return f"and {number:,} more" if number and shown else ""
    if number == above:
        return f"and {number:,} more, above" if shown else "see above"
    return f"and {number:,} more, some of them above" if shown else "some of them above"


def _matter(entry: Entry, report: DigestReport, room: _Room) -> str:
    """Say why a project needs a decision; who touched it last is a press away."""
    return clip(
        matter_of(entry, report.moment).partition(" · ")[0],
        NARROW_DETAIL_WIDTH if room.width <= NARROW_FROM else DETAIL_WIDTH,
    )


def _name(name: str, entry: Entry | None) -> sb.RichTextElement:
    """Show a project's name, as a link to where a person can open it if there is one."""
    url = entry.project.url if entry is not None and entry.gone_at is None else None
    return sb.RichTextLink(url, name, bold=True) if url and len(url) <= LONGEST_LINK else bold(name)


# --- numbers and small print -------------------------------------------------------------------------------------


def _add_totals(sheet: _Sheet, report: DigestReport) -> None:
    peaks = totals.peak_lines(report)
    lines = [*(totals.line(only, report) for only in report.totals), *peaks]
    if len(report.totals) > 1:
        rows = totals.table_rows(report)
        sheet.add(totals.spoken(report), blocks.table(rows, right=range(1, len(rows[0]))))
        lines = peaks
    elif report.decisions_total:
        sheet.add([], blocks.line())
    if lines:
        sheet.add(lines, blocks.paragraphs([[text(line)] for line in lines]))


def _add_footer(sheet: _Sheet, report: DigestReport) -> None:
    digest, small = report.digest, small_print(report)
    words, filters = f"Digest {digest.number}", clip(digest.query, COMMAND_WIDTH)
    spoken = f"{words}: {filters}" if filters else words
    if report.form is DigestForm.LINE:
        coded = f"{words} `{filters.replace('`', ' ')}`" if filters else words
        sheet.add([*small, spoken], blocks.notes([*small, coded]))
        return
    parts: list[sb.RichTextElement] = [text(words)]
    parts += [text(" of "), blocks.person(digest.owner)] if digest.owner else []
    parts += [text("  "), code(filters)] if filters else []
    sheet.add([*small, spoken], blocks.notes(small), blocks.says(*parts))


# --- buttons -----------------------------------------------------------------------------------------------------


def _bars(report: DigestReport, audience: Audience) -> list[sb.Block]:
    if audience is Audience.SHARED:
        return [buttons.bar(report.command, audience)]
    number, query = report.digest.number, report.digest.query
    shown = [
        buttons.run("Show all", f"list {query}".strip(), "all"),
        buttons.run("Preview next", f"digest preview {number}", "preview"),
        buttons.run("Run now", f"digest run {number}", "now"),
        buttons.run("Edit", f"digest edit {number}", "edit"),
        buttons.run("Pause", f"digest pause {number}", "pause"),
    ]
    since = f"since:{report.since.astimezone(report.moment.zone):%Y-%m-%d}" if report.since else "since:7d"
    more = [
        ("Changes", f"changes {query} {since}" if query else f"changes {since}"),
        ("CSV", f"export {query}".strip()),
        ("History", f"digest show {number}"),
    ]
    short = [(label, command, None) for label, command in more if len(command) <= blocks.OPTION_VALUE]
    long = [(label, command) for label, command in more if len(command) > blocks.OPTION_VALUE]
    shown += [buttons.run(label, command, label.lower()) for label, command in long]
    return [blocks.bar([*shown, blocks.menu(buttons.MENU, short)])]
