"""What is told in the thread of a card, and to one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import slackblocks as sb

from bot.model import Message, StepKind
from bot.views import blocks
from bot.views.alert_ends import end_mark, what_of
from bot.views.alert_lines import name_of_line, number_of
from bot.views.alert_words import STEP_MARKS, evidence
from bot.views.blocks import bold, clip, code, one_line, text
from bot.views.difference_lines import linked
from bot.views.page import Page, fitted
from bot.views.people import may_be, named
from bot.views.watch_words import happened, mark_of, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.answers import CardLine, CardReport, StepLine

MOST_TOLD = 10
"""Steps of one message that are told one by one; more are counted."""

WHAT_WIDTH = 160
_ROOMS = ((60, MOST_TOLD), (40, MOST_TOLD), (25, 5))
MOST_NAMED = 3
"""Projects that a line names which tells of many."""

DROPPED_WIDTH = 30
_ENDING = (StepKind.SNOOZE_ENDED, StepKind.ACK_ENDED, StepKind.KEEP_ENDED)
"""What a person began and time may end: that person has not ended it."""

_CALLING = (StepKind.WORSE, StepKind.ASSIGNED)
"""Steps that call the one whose project it is; once, as a message in a thread is never edited."""

Line: TypeAlias = "tuple[list[sb.RichTextElement], str]"
"""A line as it is shown, and as it is said."""


def draw_reply(steps: Sequence[StepLine], report: CardReport) -> Message:
    """Draw what became of alerts, for the thread of their card; new ones first."""
    return fitted(lambda room: _reply(steps, report, *room), _ROOMS)


def _reply(steps: Sequence[StepLine], report: CardReport, width: int, most: int) -> Page:
    page = Page()
    new = [each for each in steps if each.step.kind is StepKind.OPENED]
    others = [each for each in steps if each.step.kind is not StepKind.OPENED]
    lines = [*_opened(new, report, width, most), *_others(others, report, width, most - min(len(new), most))]
    page.add([words for _, words in lines], blocks.paragraphs(elements for elements, _ in lines))
    return page


# --- new ones ----------------------------------------------------------------------------------------------------


def _opened(new: Sequence[StepLine], report: CardReport, width: int, most: int) -> Iterator[Line]:
    """Tell of those that opened: one in a line, several below a heading."""
    if not new:
        return
    condition = new[0].line.raised.watch.condition
    more = " more" if len(new) < len(report.open) else ""
    if len(new) == 1:
        about = new[0].line
        words = f" {happened(condition, 1)}{' too' if more else ''}: {_evidence(about, report)}"
        yield _line(f"{mark_of(condition)} ", about, words, width)
        return
    heading = f"{mark_of(condition)} {len(new):,}{more} {happened(condition, len(new))}"
    yield [bold(heading)], heading
    for each in new[:most]:
        yield _line("", each.line, f" · {_evidence(each.line, report)}", width)
    if len(new) > most:
        words = f"and {len(new) - most:,} more"
        yield [text(words)], words


def _evidence(line: CardLine, report: CardReport) -> str:
    watch = line.raised.watch
    said = evidence(watch.condition, line.finding, line.entry, zone_of(watch), report.moment.now)
    return " · ".join(filter(None, (clip(said, WHAT_WIDTH), number_of(line.raised.alert))))


def _line(mark: str, about: CardLine, words: str, width: int) -> Line:
    name = name_of_line(about, width)
    return [text(mark or "• "), linked(name, about.entry), text(words)], f"{mark or '• '}{name}{words}"


# --- what else happened ------------------------------------------------------------------------------------------


def _others(steps: Sequence[StepLine], report: CardReport, width: int, most: int) -> Iterator[Line]:
    most = max(most, 1)
    dropped = [each for each in steps if _is_dropped(each)]
    if len(dropped) > 1:
        yield _dropped(dropped, width)
        steps = [each for each in steps if each not in dropped]
    for each in steps[:most]:
        yield _told(each, report, width)
    if len(steps) > most:
        words = f"and {len(steps) - most:,} more changes; the card shows how it is now"
        yield [text(words)], words


def _is_dropped(each: StepLine) -> bool:
    """Tell whether an alert ended only because its watch rests or is no more: one line says so for all of them."""
    return each.step.kind is StepKind.CLOSED and each.step.what.startswith("is closed: the watch was ")


def _dropped(steps: Sequence[StepLine], width: int) -> Line:
    words = steps[0].step.what.removeprefix("is closed: the ")
    names = ", ".join(name_of_line(each.line, min(width, DROPPED_WIDTH)) for each in steps[:MOST_NAMED])
    rest = f" and {len(steps) - MOST_NAMED:,} more" if len(steps) > MOST_NAMED else ""
    mark = "⏸️" if words.endswith("paused") else "⏹️"
    said = f"{mark} The {words}: {len(steps):,} projects are not watched any more ({names}{rest})"
    return [text(said)], said


def _told(each: StepLine, report: CardReport, width: int) -> Line:
    """Tell one step: who did it, if that was a person, and who is called because of it."""
    step, name = each.step, name_of_line(each.line, width)
    what = clip(what_of(step.kind, step.what), WHAT_WIDTH)
    mark = end_mark(step.kind, what) if step.kind is StepKind.CLOSED else STEP_MARKS[step.kind]
    ended_itself = step.kind in _ENDING and " is over" in step.what
    by = f" (by {named(step.by, report.people)})" if step.by and not ended_itself else ""
    called = _called(each)
    elements = [text(f"{mark} "), linked(name, each.line.entry), text(f" {what}")]
    said = f"{mark} {name} {what}"
    if called:
        joint = " to " if step.kind is StepKind.ASSIGNED else " · "
        elements += [text(joint), blocks.person(called) if may_be(called) else code(called)]
        said += f"{joint}{named(called, report.people)}"
    return [*elements, *([text(by)] if by else [])], said + by


def _called(each: StepLine) -> str | None:
    """Return who is called: who it was assigned to, or whose it is."""
    if each.step.kind not in _CALLING:
        return None
    return each.step.person if each.step.kind is StepKind.ASSIGNED else each.line.raised.alert.owner


# --- one person --------------------------------------------------------------------------------------------------


def draw_person(step: StepLine, report: CardReport) -> Message:
    """Draw what one person is told directly.

    It has no buttons: a command runs in the conversation where it is pressed, and numbers are those of the channel.
    """
    return blocks.fitting(lambda width: _person(step, report, width), (60, 25))


def _person(each: StepLine, report: CardReport, width: int) -> Message:
    channel, number = report.card.channel, each.line.raised.alert.number
    name, what = name_of_line(each.line, width), clip(one_line(each.step.what), WHAT_WIDTH)
    place = sb.RichTextChannel(channel) if may_be(channel, "CDG") else code(channel)
    mark = STEP_MARKS[each.step.kind]
    head = [text(f"{mark} "), linked(name, each.line.entry), text(f" {what}, in "), place, text(".")]
    detail = _evidence(each.line, report)
    question, choices = _question(each.step.kind, number or 0)
    lines: list[list[sb.RichTextElement]] = [head, [text(detail)], [text(question)]]
    lines += [[text(f"{label}: "), code(f"/projects {command}")] for label, command in choices]
    spoken = [f"{mark} {name} {what}.", detail, question]
    spoken += [f"{label}: /projects {command}" for label, command in choices]
    return blocks.message(spoken, [blocks.paragraphs(lines)])


def _question(kind: StepKind, number: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Ask what shall be, and say how to answer in that channel."""
    if kind is StepKind.KEEP_ENDS_SOON:
        return "What shall be then? Type it in that channel; without a word it is watched again.", (
            ("Keep it as it is", f"alerts keep {number} 90d"),
            ("Watch it now", f"alerts unkeep {number}"),
            ("See why it was kept", f"alerts why {number}"),
        )
    if kind is StepKind.SNOOZE_ENDS_SOON:
        return "If it is still so then, the channel hears of it again. To change that, type it there:", (
            ("Longer", f"alerts snooze {number} 30d"),
            ("It shall rest for good reason", f"alerts keep {number} 90d because …"),
            ("See why", f"alerts why {number}"),
        )
    return "Type this in that channel to see everything:", (("Why", f"alerts why {number}"),)
