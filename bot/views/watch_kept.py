"""After `watch add`, `edit` and `test`: what was stored, what fires now, and what it would have sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.answers import WatchDeed
from bot.conditions import print_condition
from bot.model import MOMENTARY
from bot.views import blocks, buttons
from bot.views.alert_words import evidence
from bot.views.blocks import bold, clip, code, one_line, text
from bot.views.difference_lines import linked
from bot.views.digest_kept import ARCHIVED, INVITE
from bot.views.digest_words import on_day
from bot.views.evidence import count, name_of
from bot.views.footer import source_lines
from bot.views.sharing import shared_line
from bot.views.silence import day
from bot.views.watch_words import add_command, hours_words, mark_of, zone_of

if TYPE_CHECKING:
    import slackblocks as sb

    from bot.answers import Backtest, Judged, Preview, WatchKept, WatchTested
    from bot.model import Entry, Message, WatchDraft
    from bot.views.buttons import Audience

_LEVELS = ((60, 10), (40, 10), (25, 5), (25, 2))
"""Characters of a name, and projects that fire now."""

EVIDENCE_WIDTH = 130
WORDS_WIDTH = 80
UNKNOWN = (
    "A length of time is written like `for 30d`, and two conditions are two watches. "
    "To wait for a name that is still to come, add the watch with that name in quotes."
)
MOST_NAMED = 3
"""Projects that a sentence names; more are counted."""

_ONCE = ", once when it fires and once when it is over"
_SOON = timedelta(minutes=5)
_SHORT = timedelta(days=1)
"""A record that is no longer than this says nothing of a week."""

DEED_WORDS: dict[WatchDeed, str] = {
    WatchDeed.ADDED: "Added",
    WatchDeed.CHANGED: "Changed",
    WatchDeed.PAUSED: "Paused",
    WatchDeed.RESUMED: "Resumed",
    WatchDeed.REMOVED: "Removed",
}


def watch_kept(answer: WatchKept, audience: Audience, shared_by: str | None) -> Message:
    """Draw what was stored, and what that will do."""
    return blocks.fitting(lambda level: _kept(answer, audience, shared_by, *_LEVELS[level]), range(len(_LEVELS)))


def _kept(answer: WatchKept, audience: Audience, shared_by: str | None, width: int, most: int) -> Message:
    watch = answer.watch
    head, command = f"{DEED_WORDS[answer.deed]} watch {watch.number}: ", add_command(watch.draft)
    warnings = [INVITE] if answer.place.member is False and not answer.place.archived else []
    warnings += [ARCHIVED] if answer.place.archived else []
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn.append(blocks.says(bold(head), code(clip(command, 600))))
    drawn += [blocks.says(text("⚠️ "), *blocks.with_code(warning)) for warning in warnings]
    facts = _facts(answer)
    drawn.append(blocks.paragraphs(blocks.with_code(words) for words in facts))
    spoken = [f"{head}{command}", *(f"⚠️ {each}" for each in warnings), *facts]
    if answer.preview is not None:
        drawn.append(blocks.line())
        lines, blocks_of = preview_lines(answer.preview, width, most, _goes_out(answer.preview))
        spoken += lines
        drawn += blocks_of
    drawn.append(buttons.bar(answer.command, audience, first=_offers(answer)))
    if answer.preview is not None:
        small = source_lines(answer.preview.freshness, answer.preview.moment.now)
        drawn.append(blocks.notes(small))
        spoken += small
    return blocks.message([words.replace("`", "") for words in spoken], drawn)


def _facts(answer: WatchKept) -> list[str]:
    """Say what happens from now on, and what was not typed."""
    draft, open_ones = answer.watch.draft, count(answer.open, "open alert")
    match answer.deed:
        case WatchDeed.REMOVED:
            return [f"It is gone{f', and its {open_ones} with it' if answer.open else ''}. Nothing is told any more."]
        case WatchDeed.PAUSED:
            stay = "stays as it is" if answer.open == 1 else "stay as they are"
            frozen = f" Its {open_ones} {stay}." if answer.open else ""
            return [f"Nothing is judged or told until somebody resumes it.{frozen}"]
        case _:
            before = [f"{open_ones} of before ended."] if answer.open else []
            news = draft.condition.kind in MOMENTARY
            told = f"{_listener(draft)} told {hours_words(draft)}{'' if news else _ONCE}."
            several = answer.preview is not None and answer.preview.sources > 1
            return [
                *before,
                f"{told} Each source has a card of its own." if several else told,
                *(one_line(each) for each in answer.defaults),
            ]


def _listener(draft: WatchDraft) -> str:
    """Say who hears of it: a channel, or in a direct message the one who reads this."""
    return "You are" if draft.channel.startswith("D") else "The channel is"


def _offers(answer: WatchKept) -> tuple[sb.Element, ...]:
    number = answer.watch.number
    if answer.deed is WatchDeed.REMOVED:
        return (buttons.run("Watches", "watch list", "watches"),)
    if answer.deed is WatchDeed.PAUSED:
        return (
            buttons.run("Resume", f"watch resume {number}", "resume"),
            buttons.run("Show", f"watch show {number}", "show"),
        )
    return (
        buttons.run("Show", f"watch show {number}", "show"),
        buttons.run("Edit", f"watch edit {number}", "edit"),
        buttons.run("Pause", f"watch pause {number}", "pause"),
        buttons.run("Remove", f"watch remove {number}", "remove"),
    )


# --- test --------------------------------------------------------------------------------------------------------


def watch_tested(answer: WatchTested, audience: Audience, shared_by: str | None) -> Message:
    """Draw what a watch says now and would have said, without any change."""
    return blocks.fitting(lambda level: _tested(answer, audience, shared_by, *_LEVELS[level]), range(len(_LEVELS)))


def _tested(answer: WatchTested, audience: Audience, shared_by: str | None, width: int, most: int) -> Message:
    draft, command = answer.preview.draft, add_command(answer.preview.draft)
    head = f"Watch {answer.number}, tested: " if answer.number else "Only tested, nothing is stored: "
    goes_out = "" if answer.number else _goes_out(answer.preview)
    lines, drawn_lines = preview_lines(answer.preview, width, most, goes_out)
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn += [blocks.says(bold(head), code(clip(command.removeprefix("watch add "), 600))), *drawn_lines]
    first = () if answer.number else (_next(answer.preview, command),)
    drawn.append(buttons.bar(answer.command, audience, first=first))
    small = [
        f"{'It is' if answer.number else 'It would be'} told {hours_words(draft)}.",
        *source_lines(answer.preview.freshness, answer.preview.moment.now),
    ]
    drawn.append(blocks.notes(small))
    spoken = [f"{head}{command.removeprefix('watch add ')}", *lines, *small]
    return blocks.message([words.replace("`", "") for words in spoken], drawn)


def _next(preview: Preview, command: str) -> sb.Element:
    """Offer to add it, or, where its words lead nowhere, to try it without them."""
    draft = preview.draft
    if preview.unknown_words:
        return buttons.run("Test without filters", f"watch test {print_condition(draft.condition)}", "test")
    return buttons.run("Add this watch", command, "add", primary=bool(preview.matching))


# --- preview -----------------------------------------------------------------------------------------------------


def preview_lines(preview: Preview, width: int, most: int, goes_out: str) -> tuple[list[str], list[sb.Block]]:
    """Say what a watch does now and would have done; as words and as blocks.

    Args:
        preview: what it does.
        width: of names.
        most: projects that are named.
        goes_out: how the channel hears of them, as a part of a sentence; may be empty.
    """
    head, shown = _head(preview, goes_out), preview.firing[:most]
    rows = [_judged(each, preview, width) for each in shown]
    rest = preview.firing_total - len(shown)
    rows += [([text(f"and {rest:,} more")], f"and {rest:,} more")] if rest and shown else []
    others = [UNKNOWN] if preview.unknown_words else [*_others(preview, width), *backtest_lines(preview)]
    lines: list[list[sb.RichTextElement]] = [[bold(head)], *(elements for elements, _ in rows)]
    lines += [blocks.with_code(words) for words in others]
    return [head, *(words for _, words in rows), *others], [blocks.paragraphs(lines)]


def _goes_out(preview: Preview) -> str:
    """Say how and when those are told that fire now: ``, as one card, on Mon 09:00``."""
    left = preview.firing_total - preview.on_card
    how = f", as {preview.cards} cards, one for each source" if preview.cards > 1 else ", as one card"
    at, now = preview.told_at, preview.moment.now
    if at is None:
        when = ""
    elif at - now < _SOON:
        when = ", in a minute or two"
    else:
        when = f", on {on_day(at, zone_of(preview.draft), now)}, when working hours begin"
    return f"{'' if left == 1 else how}{when}"


def _head(preview: Preview, goes_out: str) -> str:
    concerned = preview.matching if preview.concerned is None else preview.concerned
    of = count(concerned, "project")
    if preview.unknown_words:
        words = clip(one_line(preview.unknown_words), WORDS_WIDTH)
        return f"“{words}” is read as words in a project's name, and no project has them."
    if not preview.matching and not preview.firing_total:
        return "No project matches these filters now."
    if preview.firing_total:
        return _firing(preview, of, goes_out)
    if preview.possible_at is not None:
        when = day(preview.possible_at, zone_of(preview.draft), preview.moment.now)
        return f"Nothing can fire yet, of {of}: none was observed for long enough; the first may on {when}."
    return f"Nothing fires now, of {of}."


def _firing(preview: Preview, of: str, goes_out: str) -> str:
    """Count those that fire, apart from those that the channel was told of before."""
    if not goes_out:
        return f"Fires now: {preview.firing_total:,} of {of}:"
    left, told = preview.firing_total - preview.on_card, preview.on_card
    if not left:
        return f"Nothing new would be told: {told:,} of {of} {'fires' if told == 1 else 'fire'}, told before:"
    before = f"; {told:,} more {'was' if told == 1 else 'were'} told before" if told else ""
    return f"Would be told now: {left:,} of {of}{goes_out}{before}:"


def _judged(each: Judged, preview: Preview, width: int) -> tuple[list[sb.RichTextElement], str]:
    draft, name = preview.draft, name_of(each.entry.project, width)
    said = clip(evidence(draft.condition, each.finding, each.entry, zone_of(draft), preview.moment.now), EVIDENCE_WIDTH)
    mark = mark_of(draft.condition)
    return [text(f"{mark} "), linked(name, each.entry), text(f" · {said}")], f"{mark} {name} · {said}"


def _others(preview: Preview, width: int) -> list[str]:
    """Count what does not fire, and why: nothing is hidden."""
    said = []
    if preview.quiet_total:
        said.append(_next_in_line(preview, width))
    said += _set_aside(preview, width)
    if preview.unsure_total and preview.possible_at is None:
        said.append(f"Not enough data: {count(preview.unsure_total, 'project')}, not observed well enough yet.")
    if preview.exempt_pinned:
        said.append(f"{count(preview.exempt_pinned, 'pinned project')} left out; to watch those too, add `pinned:any`.")
    if preview.blind:
        names = ", ".join(clip(one_line(preview.titles.get(each, each)), 40) for each in preview.blind[:3])
        said.append(f"⚠️ Cannot be read now, so nothing is said of it: {names}.")
    return said


def _next_in_line(preview: Preview, width: int) -> str:
    """Name those that come next: ``Next in line, past 80 % of the limit: Data Lake, Fraud Lab``."""
    if not preview.next:
        return f"{count(preview.quiet_total, 'project')} past 80 % of the limit: next in line."
    names = _names([each.entry for each in preview.next], preview.quiet_total, width)
    return f"Next in line, past 80 % of the limit: {names}."


def _set_aside(preview: Preview, width: int) -> list[str]:
    """Say of which nobody is told because somebody said so: ``1 is kept until 2 Jan: Data Lake``."""
    said, zone, now = [], zone_of(preview.draft), preview.moment.now
    more = " more" if preview.firing_total else ""
    for kept, what, open_end in ((True, "kept", "for good"), (False, "snoozed", "until it changes")):
        these = [each for each in preview.set_aside if each.kept is kept]
        if not these:
            continue
        ends = sorted({each.until for each in these if each.until is not None})
        until = f"until {day(ends[0], zone, now)}{' or later' if len(these) > 1 else ''}" if ends else open_end
        names = _names([each.entry for each in these[:MOST_NAMED]], len(these), width)
        said.append(f"{len(these):,}{more} {'is' if len(these) == 1 else 'are'} {what} {until}: {names}.")
    return said


def _names(entries: list[Entry], total: int, width: int) -> str:
    named = ", ".join(name_of(each.project, width).replace("`", "'") for each in entries)
    rest = total - len(entries)
    return f"{named} and {rest:,} more" if rest else named


def backtest_lines(preview: Preview) -> list[str]:
    """Say what it would have sent, how far back that is known, and what was left out to stay quick."""
    past = preview.backtest
    begins = day(past.since, zone_of(preview.draft), preview.moment.now)
    if past.until - past.since < _SHORT:
        return [f"No history yet: my record begins {begins}. `watch test` says more in some days."]
    when = f"In the last {past.wanted.days} d"
    if past.until - past.since < past.wanted:
        where = "my record begins" if past.events is None else f"the newest {past.events:,} changes begin"
        when = f"Since {begins}, where {where},"
    if not past.messages:
        return [f"{when} it would have sent nothing.", *_cut(past)]
    began = f"{past.opened:,} began, {past.ended:,} ended"
    return [f"{when} it would have sent {count(past.messages, 'message')} ({began}): {_rate(past)}.", *_cut(past)]


def _cut(past: Backtest) -> list[str]:
    """Say of which projects the past was not looked at."""
    said = []
    if past.projects is not None:
        said.append(f"That is of {past.projects:,} of the projects only: I look no further back into more.")
    if past.measured is not None:
        said.append(f"Of {past.measured:,} projects the counts of viewers were read, of the others the last one only.")
    return said


def _rate(past: Backtest) -> str:
    """Say how much that is: ``about 2 a week``, ``less than one a week``."""
    rate = past.per_week
    return "less than one a week" if rate < 1 else f"about {round(rate):,} a week"
