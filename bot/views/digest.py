"""The digest: what changed, what needs a decision, how many there are. Something to be read on a phone in ten seconds.

The first sentences can stand alone: they are all that a notification shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answers import DigestForm, Purpose
from bot.model import Message
from bot.views import blocks, buttons, totals
from bot.views.blocks import bold, clip, code, text
from bot.views.buttons import Audience, privately
from bot.views.decisions import DECISIONS, as_last_time, new_first
from bot.views.difference_lines import difference_line, linked
from bot.views.differences import counted
from bot.views.digest_alerts import add_alerts
from bot.views.digest_thread import IN_FILE_TOO, Thread, thread_of
from bot.views.evidence import DETAIL_WIDTH, NARROW_DETAIL_WIDTH, NARROW_FROM, mark_of, matter_of, name_of, person
from bot.views.gaps import gaps
from bot.views.headline import headline, lateness, small_print
from bot.views.page import Page
from bot.views.people import CALLED
from bot.views.projects import COMMAND_WIDTH
from bot.views.sharing import shared_line

if TYPE_CHECKING:
    import slackblocks as sb

    from bot.answers import DigestReport
    from bot.model import Entry


@dataclass(frozen=True, slots=True)
class _Room:
    """How much a message may say of each project."""

    width: int
    changes: int = 10
    decisions: int = 3


_ROOMS = (_Room(80), _Room(60), _Room(40), _Room(25), _Room(25, 5, 3), _Room(25, 0, 0))
"""The next smaller one is tried when a message would become too long; in the end projects are only counted."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A digest as it is posted."""

    message: Message
    thread: Thread
    """What did not fit into it."""


def draw_digest(report: DigestReport) -> Drawn:
    """Draw a digest for its channel: it stays there, and its buttons answer whoever presses them."""
    room, message = _fitting(report, Audience.PUBLIC, None, IN_FILE_TOO)
    rest = report.differences[room.changes :] if report.form is DigestForm.FULL else ()
    thread = thread_of(report, rest)
    if rest:
        message, _ = _page(report, Audience.PUBLIC, None, room, thread.place).finished()
    return Drawn(Message(message.text, privately(message.blocks)), thread)


def digest_report(report: DigestReport, audience: Audience, shared_by: str | None = None) -> Message:
    """Draw a digest for whoever asked for it; nothing follows it."""
    return _fitting(report, audience, shared_by, "")[1]


def _fitting(report: DigestReport, audience: Audience, shared_by: str | None, place: str) -> tuple[_Room, Message]:
    """Draw in the largest room that Slack has for it; `place` says where the rest is."""
    for room in _ROOMS:
        message, fits = _page(report, audience, shared_by, room, place).finished()
        if fits:
            break
    return room, message


def _page(report: DigestReport, audience: Audience, shared_by: str | None, room: _Room, place: str) -> Page:
    page = Page()
    page.add([], *shared_line(report.command, shared_by))
    first, *more = headline(report)
    page.add([" ".join([first, *more])], blocks.says(bold(first), *(text(f" {sentence}") for sentence in more)))
    if late := lateness(report):
        page.add(late, blocks.paragraphs([[text(line)] for line in late]))
    if report.form is not DigestForm.UNAVAILABLE and (odd := gaps(report)):
        page.add(odd, blocks.paragraphs([[text(line)] for line in odd]))
    if report.form is DigestForm.FULL:
        _add_changes(page, report, room, place)
        _add_decisions(page, report, room)
        add_alerts(page, report, audience, width=room.width, most=room.decisions)
        _add_totals(page, report)
    if report.form is not DigestForm.UNAVAILABLE:
        _add_footer(page, report, audience)
    if report.form is DigestForm.FULL or audience is not Audience.PUBLIC:
        page.blocks += _bars(report, audience)
    return page


# --- projects ----------------------------------------------------------------------------------------------------


def _add_changes(page: Page, report: DigestReport, room: _Room, place: str) -> None:
    shown, rest = report.differences[: room.changes], report.differences[room.changes :]
    lines = [difference_line(each, report.moment, room.width) for each in shown]
    if rest:
        number = f"and {len(rest):,} more" if shown else f"{len(rest):,} more changes"
        more = f"{number}{place}: {counted(rest)}"
        lines.append(([text(more)], more))
    if lines:
        page.add([words for _, words in lines], blocks.paragraphs(elements for elements, _ in lines))


def _add_decisions(page: Page, report: DigestReport, room: _Room) -> None:
    """Show what needs a decision, new ones first, without those that are among the changes just above.

    What was in the last digest and is still the same is one line: it is no news.
    """
    total = report.decisions_total
    if not total:
        return
    heading = f"{total:,} {'needs' if total == 1 else 'need'} a decision"
    if as_last_time(report):
        page.add([f"{heading}, as last time"], blocks.line(), blocks.says(bold(heading), text(", as last time")))
        return
    above = {each.ref for each in report.differences[: room.changes]}
    shown = [entry for entry in new_first(report) if entry.ref not in above][: room.decisions]
    drawn: list[list[sb.RichTextElement]] = [[bold(heading)]]
    said = [heading]
    for entry in shown:
        mark, name = mark_of(entry, report.moment), name_of(entry.project, room.width)
        words = _matter(entry, report, room)
        drawn.append([text(f"{mark} "), linked(name, entry), text(f" · {words}")])
        said.append(f"{mark} {name} · {words}")
    if rest := _rest(total, len(shown), sum(entry.ref in above for entry in new_first(report))):
        drawn.append([text(rest)])
        said.append(rest)
    page.add(said, blocks.line(), blocks.paragraphs(drawn))


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
        matter_of(entry, report.moment, forecast=False).partition(" · ")[0],
        NARROW_DETAIL_WIDTH if room.width <= NARROW_FROM else DETAIL_WIDTH,
    )


# --- numbers and small print -------------------------------------------------------------------------------------


def _add_totals(page: Page, report: DigestReport) -> None:
    peaks = totals.peak_lines(report)
    drawn = totals.line if len(report.totals) == 1 else totals.source_line
    lines = [*(drawn(each, report) for each in report.totals), *peaks]
    if len(report.totals) > totals.MOST_LINES:
        rows = totals.table_rows(report)
        page.add(totals.spoken(report), blocks.table(rows, right=range(1, len(rows[0]))))
        lines = peaks
    elif report.decisions_total or report.alerts_total or report.ending:
        page.add([], blocks.line())
    if lines:
        page.add(lines, blocks.paragraphs([[text(line)] for line in lines]))


def _add_footer(page: Page, report: DigestReport, audience: Audience) -> None:
    small, words = small_print(report), f"Digest {report.digest.number}"
    filters = clip(report.digest.query, COMMAND_WIDTH)
    if report.form is DigestForm.LINE:
        coded = f"{words} `{filters.replace('`', ' ')}`" if filters else words
        page.add([*small, f"{words}: {filters}" if filters else words], blocks.notes([*small, coded]))
        return
    words += _by(report)
    parts: list[sb.RichTextElement] = [text(words), *_called(report, audience)]
    parts += [text("  "), code(filters)] if filters else []
    page.add([*small, f"{words}: {filters}" if filters else words], blocks.notes(small), blocks.says(*parts))


def _by(report: DigestReport) -> str:
    """Name the owner in words: drawn as a person, they would be called by every digest."""
    return f" by {person(report.owner_name)}" if report.owner_name else ""


def _called(report: DigestReport, audience: Audience) -> list[sb.RichTextElement]:
    """Show the owner as a person, if nothing else names them and nobody else sees it."""
    if report.owner_name or report.digest.owner is None or audience in CALLED:
        return []
    return [text(" by "), blocks.person(report.digest.owner)]


# --- buttons -----------------------------------------------------------------------------------------------------


def _bars(report: DigestReport, audience: Audience) -> list[sb.Block]:
    if audience is Audience.SHARED:
        return [buttons.bar(report.command, audience)]
    number, query = report.digest.number, report.digest.query
    shown = [
        buttons.run("Show all", f"list {query}".strip(), "all"),
        *_preview(report),
        buttons.run("Run now", f"digest run {number}", "now"),
        buttons.run("Edit", f"digest edit {number}", "edit"),
        buttons.run("Pause", f"digest pause {number}", "pause"),
    ]
    since = f"since:{report.since.astimezone(report.moment.zone):%Y-%m-%d}" if report.since else "since:7d"
    more = [
        ("Events", f"changes {query} {since}" if query else f"changes {since}"),
        *([("Decisions", f"list {DECISIONS} {query}".strip())] if report.decisions_total else []),
        ("CSV", f"export {query}".strip()),
        ("History", f"digest show {number}"),
    ]
    short = [(label, command, None) for label, command in more if len(command) <= blocks.OPTION_VALUE]
    long = [(label, command) for label, command in more if len(command) > blocks.OPTION_VALUE]
    shown += [buttons.run(label, command, label.lower()) for label, command in long]
    return [blocks.bar([*shown, blocks.menu(buttons.MENU, short)])]


def _preview(report: DigestReport) -> list[sb.Element]:
    """Offer to look ahead, unless this is it."""
    if report.purpose is Purpose.PREVIEW:
        return []
    return [buttons.run("Preview next", f"digest preview {report.digest.number}", "preview")]
