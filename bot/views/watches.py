"""`watch list` and `watch show`: what is watched, what is open because of it, and who changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import CardLine
from bot.conditions import print_condition
from bot.views import alert_buttons, blocks, buttons
from bot.views.alert_lines import Setting, alert_row
from bot.views.blocks import bold, clip, code, moment, one_line, text
from bot.views.digest_words import PAUSED, dated, pause_words
from bot.views.evidence import count
from bot.views.page import Page, fitted
from bot.views.people import CALLED, may_be, named
from bot.views.projects import COMMAND_WIDTH
from bot.views.sharing import shared_line
from bot.views.silence import age
from bot.views.watch_words import add_command, hours_words, mark_of, zone_of

if TYPE_CHECKING:
    import slackblocks as sb

    from bot.answers import WatchDetails, WatchLine, WatchList
    from bot.model import DigestChange, Message, Watch
    from bot.views.buttons import Audience

_LEVELS = ((120, True), (60, True), (40, True), (60, False), (25, False))
"""How much of the filters is shown, and whether each has its menu."""

_DETAIL_LEVELS = ((60, 10, 6), (40, 10, 3), (25, 5, 2), (25, 0, 1))
"""Characters of a name, alerts, and changes."""

CHANGE_WIDTH = 160
_TYPED = ("Filters", "Stored as")
"""Facts that are commands or parts of them."""

NOBODY = "Rollcall"
_BEGINNINGS = (
    ("Quiet for 30 days", "watch add inactive for 30d", "quiet"),
    ("Lapsed subscriptions", "watch add lapsed", "lapsed"),
    ("Gone projects", "watch add gone", "gone"),
)
"""Offered where there is none yet."""


# --- list --------------------------------------------------------------------------------------------------------


def watch_list(answer: WatchList, audience: Audience, shared_by: str | None) -> Message:
    """Draw the watches of a channel."""
    if not answer.lines:
        return _none(answer, audience, shared_by)
    return blocks.fitting(lambda level: _list(answer, audience, shared_by, *_LEVELS[level]), range(len(_LEVELS)))


def _none(answer: WatchList, audience: Audience, shared_by: str | None) -> Message:
    said, example = "This channel has no watch yet.", "watch add inactive for 30d source:microvisualizer"
    how = "A watch tells the channel once when a project needs somebody, and once when that is over. Add one:"
    offers = tuple(buttons.run(label, command, name) for label, command, name in _BEGINNINGS)
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn.append(blocks.says(bold(said), text(f"\n{how} "), code(example)))
    drawn.append(buttons.bar(answer.command, audience, first=offers))
    return blocks.message([said, f"{how} {example}"], drawn)


def _list(answer: WatchList, audience: Audience, shared_by: str | None, width: int, menus: bool) -> Message:  # noqa: FBT001 - a level of room
    said = f"{count(len(answer.lines), 'watch', 'watches')} in this channel"
    small = [] if menus else ["What can be done with each says `help watch`."]
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn.append(blocks.says(bold(said), text("   "), code(clip(answer.command, COMMAND_WIDTH))))
    spoken = [said]
    for line in answer.lines:
        head, rest = f"{line.watch.number} · {print_condition(line.watch.condition)}", _about(line, answer, width)
        mark = PAUSED if line.watch.pause else mark_of(line.watch.condition)
        drawn.append(blocks.row(mark, head, rest, _menu(line.watch) if menus else None))
        spoken.append(f"{mark} {head}: {rest}")
    drawn.append(buttons.bar(answer.command, audience, first=(buttons.run("Open alerts", "alerts", "alerts"),)))
    drawn += [blocks.notes(small)] if small else []
    return blocks.message([*spoken, *small], drawn)


def _about(line: WatchLine, answer: WatchList, width: int) -> str:
    """Say which projects, what is open, and whose it is."""
    draft = line.watch.draft
    opened = "nothing open"
    if line.open:
        oldest = line.worst.alert.opened_at if line.worst else None
        since = f", the worst for {age(answer.now - oldest)}" if oldest else ""
        opened = f"{count(line.open, 'open alert')}{since}"
    owner = f" · {named(draft.owner, answer.people)}" if draft.owner else ""
    resting = f" · {pause_words(line.watch.pause)}" if line.watch.pause else ""
    return f"{clip(draft.query, width) or 'all projects'}\n{opened}{owner}{resting}"


def _menu(watch: Watch) -> sb.Element:
    number = watch.number
    other = ("Resume", f"watch resume {number}") if watch.pause else ("Pause", f"watch pause {number}")
    options = (
        ("Show", f"watch show {number}"),
        ("Open alerts", f"alerts watch:{number}"),
        ("Test it", f"watch test {number}"),
        other,
    )
    return blocks.menu(buttons.MENU, [(label, command, None) for label, command in options])


# --- one ---------------------------------------------------------------------------------------------------------


def watch_details(answer: WatchDetails, audience: Audience, shared_by: str | None) -> Message:
    """Draw one watch."""
    return fitted(lambda level: _details(answer, audience, shared_by, *level), _DETAIL_LEVELS)


def _details(  # noqa: PLR0917 - a level of room
    answer: WatchDetails, audience: Audience, shared_by: str | None, width: int, most: int, changes: int
) -> Page:
    watch, page = answer.watch, Page()
    head, facts = f"Watch {watch.number}: {print_condition(watch.condition)}", facts_of(answer)
    setting = Setting(now=answer.now, width=width, people=answer.people)
    page.add([], *shared_line(answer.command, shared_by))
    page.add([head], blocks.says(text(f"{mark_of(watch.condition)} "), bold(head)))
    shown = blocks.paragraphs(
        [[bold(label), text("  "), code(words) if label in _TYPED else text(words)] for label, words in facts]
    )
    page.add([f"{label}: {words}" for label, words in facts], shown)
    for line in _lines(answer)[:most]:
        block, words = alert_row(line, setting, alert_buttons.why(line.raised))
        page.add([words], block)
    if len(answer.raised) > most:
        words = f"and {len(answer.raised) - most:,} more" if most else f"see alerts watch:{watch.number}"
        page.add([words], blocks.says(text(words)))
    told = answer.changes[:changes]
    if told:
        record = [_change(each, answer, audience) for each in told]
        page.add([_change_spoken(each, answer) for each in told], blocks.paragraphs([[bold("Record")], *record]))
    if answer.hint:
        page.add([answer.hint.replace("`", "")], blocks.paragraphs([blocks.with_code(answer.hint)]))
    page.add([], buttons.bar(answer.command, audience, first=_offers(watch)))
    return page


def facts_of(answer: WatchDetails) -> list[tuple[str, str]]:
    """Return what is stored, as labels and plain text."""
    watch, draft = answer.watch, answer.watch.draft
    facts = [
        ("Filters", clip(draft.query, 300) or "all projects"),
        ("Told", f"{hours_words(draft)}{'; answers in threads show in the channel, too' if draft.broadcast else ''}"),
        ("Owner", named(draft.owner, answer.people) if draft.owner else "the terminal"),
        ("Open", _open(answer)),
        ("Stored as", clip(add_command(draft), 400)),
    ]
    if watch.pause is None:
        return facts
    by = f", by {named(watch.pause.by, answer.people)}" if watch.pause.by else ""
    since = dated(watch.pause.at.astimezone(zone_of(watch)))
    return [(f"{PAUSED} Resting", f"{pause_words(watch.pause)}, since {since}{by}"), *facts]


def _open(answer: WatchDetails) -> str:
    """Count the open alerts, and those that are only put off."""
    opened = sum(each.alert.is_open for each in answer.raised)
    put_off = len(answer.raised) - opened
    kept = f"; {put_off:,} kept or snoozed" if put_off else ""
    return f"{count(opened, 'alert') if opened else 'nothing'}{kept}"


def _lines(answer: WatchDetails) -> list[CardLine]:
    return [
        CardLine(raised=each, entry=answer.entries.get(each.alert.project), finding=answer.findings.get(each.alert.ref))
        for each in answer.raised
    ]


def _change(change: DigestChange, answer: WatchDetails, audience: Audience) -> list[sb.RichTextElement]:
    who = change.by
    called = who is not None and may_be(who) and audience not in CALLED
    shown = blocks.person(who) if who and called else text(named(who, answer.people) if who else NOBODY)
    what = clip(one_line(change.what), CHANGE_WIDTH)
    return [moment(change.at, _when(change, answer)), text("  "), shown, text(" "), *blocks.with_code(what)]


def _change_spoken(change: DigestChange, answer: WatchDetails) -> str:
    who = named(change.by, answer.people) if change.by else NOBODY
    return f"{_when(change, answer)} {who} {clip(one_line(change.what), CHANGE_WIDTH).replace('`', '')}"


def _when(change: DigestChange, answer: WatchDetails) -> str:
    return dated(change.at.astimezone(zone_of(answer.watch)))


def _offers(watch: Watch) -> tuple[sb.Element, ...]:
    number = watch.number
    other = (
        ("Resume", f"watch resume {number}", "resume") if watch.pause else ("Pause", f"watch pause {number}", "pause")
    )
    offers = (
        ("Open alerts", f"alerts watch:{number}", "alerts"),
        ("Test it", f"watch test {number}", "test"),
        ("Edit", f"watch edit {number}", "edit"),
        other,
        ("Remove", f"watch remove {number}", "remove"),
    )
    return tuple(buttons.run(*offer) for offer in offers)
