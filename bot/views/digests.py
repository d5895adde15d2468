"""`digest list`, and the sentence after something was done to a digest."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from bot.views import blocks, buttons
from bot.views.blocks import bold, clip, code, escape, fitting, moment_mark, tame, text
from bot.views.digest_runs import run_lines, runs_spoken
from bot.views.digest_words import (
    DELIVERY_MARKS,
    PAUSED,
    WAITING,
    asked_for,
    dated,
    last_reason,
    last_state,
    last_told,
    next_words,
    pause_words,
    schedule_of,
    zone_of,
)
from bot.views.evidence import count
from bot.views.people import CALLED, named
from bot.views.projects import COMMAND_WIDTH
from bot.views.sharing import shared_line

if TYPE_CHECKING:
    import slackblocks as sb

    from bot.answers import DigestDone, DigestList
    from bot.model import Digest, Message, Slot
    from bot.views.buttons import Audience


class _Offer(Enum):
    """What can be pressed beside each digest."""

    MENU = "menu"
    BUTTON = "button"
    NOTHING = "nothing"


_LEVELS = (
    (200, _Offer.MENU),
    (60, _Offer.MENU),
    (100, _Offer.BUTTON),
    (40, _Offer.BUTTON),
    (80, _Offer.NOTHING),
    (25, _Offer.NOTHING),
)
"""How much of the filters is shown, and what is offered; the next one is tried if the message would be too long."""

REASON_WIDTH = 60
"""Of a row's last line; the whole reason is in `digest show`."""

_BEGINNINGS = (
    ("Weekdays at 9:00", 'digest add "weekdays at 9:00"', "weekdays"),
    ("Mondays at 9:00", 'digest add "every Monday at 9:00"', "mondays"),
)
"""Offered where there is none yet."""


# --- list --------------------------------------------------------------------------------------------------------


def digest_list(answer: DigestList, audience: Audience, shared_by: str | None) -> Message:
    """Draw the digests of a channel."""
    if not answer.digests:
        return _none(answer, audience, shared_by)
    return fitting(lambda level: _list(answer, audience, shared_by, *_LEVELS[level]), range(len(_LEVELS)))


def _none(answer: DigestList, audience: Audience, shared_by: str | None) -> Message:
    said, example = "This channel has no digest yet.", 'digest add "weekdays at 9:00" source:streampixel'
    how = "A digest tells the channel on a schedule what changed. Add one, with any filters:"
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn.append(blocks.says(bold(said), text(f"\n{how} "), code(example)))
    offers = tuple(buttons.run(label, command, name) for label, command, name in _BEGINNINGS)
    drawn.append(buttons.bar(answer.command, audience, first=offers))
    return blocks.message([said, f"{how} {example}"], drawn)


def _list(answer: DigestList, audience: Audience, shared_by: str | None, width: int, offer: _Offer) -> Message:
    small = [] if offer is _Offer.MENU else ["What can be done with each says `help digest`."]
    said = f"{count(len(answer.digests), 'digest')} in this channel"
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn.append(blocks.says(bold(said), text("   "), code(blocks.clip(answer.command, COMMAND_WIDTH))))
    drawn += [_row(digest, answer, width, offer, audience) for digest in answer.digests]
    drawn.append(buttons.bar(answer.command, audience))
    drawn += [blocks.notes(small)] if small else []
    return blocks.message([said, *(spoken(digest, answer, width) for digest in answer.digests), *small], drawn)


def _row(digest: Digest, answer: DigestList, width: int, offer: _Offer, audience: Audience) -> sb.Block:
    """Show one digest in three short lines and why; its owner as Slack shows people only where that calls nobody."""
    query, reason = clip(asked_for(digest), width), last_reason(digest, min(width, REASON_WIDTH))
    owner = named(digest.owner, answer.people) if digest.owner else ""
    if "`" in query or not tame(reason) or not tame(owner):
        return blocks.literal(_plainly(digest, answer, width), _offered(digest, offer))
    if owner:
        owner = f" · {escape(owner) if audience in CALLED else f'<@{digest.owner}>'}"
    asked = f"`{escape(query)}`" if digest.query else query
    lines = [
        f"{mark_of(digest)} *{digest.number} · {schedule_of(digest)}*",
        f"{asked}{owner}",
        f"{_next(digest)} · {last_state(digest, answer.now)}",
        escape(reason),
    ]
    return blocks.ours("\n".join(filter(None, lines)), _offered(digest, offer))


def _plainly(digest: Digest, answer: DigestList, width: int) -> str:
    """Say the same lines in plain text."""
    owner = f" · owner {named(digest.owner, answer.people)}" if digest.owner else ""
    lines = [
        f"{mark_of(digest)} {digest.number} · {schedule_of(digest)}",
        f"{clip(asked_for(digest), width)}{owner}",
        f"{next_words(digest, answer.now)} · {last_state(digest, answer.now)}",
        last_reason(digest, min(width, REASON_WIDTH)),
    ]
    return "\n".join(filter(None, lines))


def _next(digest: Digest) -> str:
    """Say when it is due, on the reader's own clock, or why it is not."""
    if digest.pause is not None:
        return escape(pause_words(digest.pause))
    return f"Next: {moment_mark(digest.next.at, _due(digest, digest.next))}" if digest.next else "nothing is due"


def _due(digest: Digest, slot: Slot) -> str:
    return f"{dated(slot.at.astimezone(zone_of(digest)))} {digest.schedule.zone}"


def spoken(digest: Digest, answer: DigestList, width: int) -> str:
    """Say in one line of plain text what a row shows."""
    now = answer.now
    owner = f" · owner {named(digest.owner, answer.people)}" if digest.owner else ""
    head = f"{mark_of(digest)} {digest.number} · {schedule_of(digest)} · {clip(asked_for(digest), width)}"
    return f"{head}{owner} · {next_words(digest, now)} · {last_told(digest, now)}"


def mark_of(digest: Digest) -> str:
    """Return the sign of how a digest is."""
    if digest.pause is not None:
        return PAUSED
    return DELIVERY_MARKS[digest.last.state] if digest.last else WAITING


def _offered(digest: Digest, offer: _Offer) -> sb.Element | None:
    match offer:
        case _Offer.MENU:
            return _menu(digest)
        case _Offer.BUTTON:
            return buttons.run("Show", f"digest show {digest.number}", f"show.{digest.number}")
        case _Offer.NOTHING:
            return None


def _menu(digest: Digest) -> sb.Element:
    number = digest.number
    rest = ("Resume", f"digest resume {number}") if digest.pause else ("Pause", f"digest pause {number}")
    options = (
        ("Show", f"digest show {number}"),
        ("Preview", f"digest preview {number}"),
        ("Run now", f"digest run {number}"),
        rest,
        ("Edit", f"digest edit {number}"),
    )
    return blocks.menu(buttons.MENU, [(label, command, None) for label, command in options])


# --- done --------------------------------------------------------------------------------------------------------


def digest_done(answer: DigestDone, shared_by: str | None) -> Message:
    """Draw what was done, and what one might want next."""
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by), blocks.says(*blocks.with_code(answer.sentence))]
    if answer.runs:
        drawn.append(blocks.paragraphs(run_lines(answer.digest, answer.runs)))
    offers = [buttons.run(label, command, f"offer.{n}") for n, (label, command) in enumerate(answer.offers)]
    drawn += [blocks.bar(offers)] if offers else []
    return blocks.message([answer.sentence.replace("`", ""), *runs_spoken(answer.digest, answer.runs)], drawn)
