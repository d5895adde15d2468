"""`digest show`: what is stored, what comes, what became of the last deliveries, and who changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.views import blocks, buttons
from bot.views.blocks import bold, clip, code, fitting, moment, one_line, text
from bot.views.digest_runs import run_lines, runs_spoken
from bot.views.digest_words import (
    DELIVERY_MARKS,
    DELIVERY_WORDS,
    EMPTY_WORDS,
    PAUSED,
    add_command,
    dated,
    last_words,
    pause_words,
    planned_for,
    schedule_of,
    zone_of,
)
from bot.views.digests import mark_of
from bot.views.evidence import count
from bot.views.people import CALLED, named, shown
from bot.views.sharing import shared_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import slackblocks as sb

    from bot.answers import DigestDetails
    from bot.model import Delivery, Digest, DigestChange, Message
    from bot.views.buttons import Audience

_LEVELS = ((90, 8), (60, 5), (40, 3), (20, 2))
"""Characters of each reason, and changes, that are shown; the next is tried when the message would become too long."""

WHOLE = 1000
NOBODY = "Rollcall"
Line = list["sb.RichTextElement"]


def digest_details(answer: DigestDetails, audience: Audience, shared_by: str | None) -> Message:
    """Draw one digest."""
    return fitting(lambda level: _details(answer, audience, shared_by, *_LEVELS[level]), range(len(_LEVELS)))


def _details(answer: DigestDetails, audience: Audience, shared_by: str | None, width: int, most: int) -> Message:
    digest = answer.digest
    head = f"Digest {digest.number}: {schedule_of(digest)}"
    said, changes = told(answer, width, most), answer.changes[:most]
    drawn: list[sb.Block] = [
        *shared_line(answer.command, shared_by),
        blocks.says(text(f"{mark_of(digest)} "), bold(head)),
    ]
    drawn += [blocks.says(*blocks.with_code(answer.hint))] if answer.hint else []
    runs = run_lines(digest, answer.runs) if answer.runs else []
    drawn.append(blocks.paragraphs([*_facts(answer, audience), *runs]))
    if said.deliveries:
        drawn.append(blocks.paragraphs(_history(digest, said.deliveries)))
    if changes:
        record = [_change(answer, change, width, audience) for change in changes]
        rest = [[text(line)] for line in _rest(answer, most)]
        drawn.append(blocks.paragraphs([[bold("Record")], *record, *rest]))
    drawn.append(buttons.bar(answer.command, audience, first=_first(answer, audience)))
    return blocks.message(
        [*said.facts, *(", ".join(filter(None, row)) for row in said.deliveries), *said.changes], drawn
    )


def _facts(answer: DigestDetails, audience: Audience) -> list[Line]:
    digest = answer.digest
    facts: list[Line] = [
        [bold("Filters"), text("  "), code(digest.query) if digest.query else text("none: all projects")],
        [bold("If nothing changed"), text(f"  {EMPTY_WORDS[digest.empty]}")],
        [bold("Owner"), text("  "), _who(digest.owner, "the terminal", answer, audience)],
        [bold("Last"), text(f"  {last_words(digest, answer.now)}")],
    ]
    facts += [] if answer.hint else [[bold("Stored as"), text("  "), code(add_command(digest))]]
    if digest.pause is not None:
        by = [text(", by "), shown(digest.pause.by, answer.people, audience)] if digest.pause.by else []
        since = moment(digest.pause.at, dated(digest.pause.at.astimezone(zone_of(digest))))
        why = text(f"  {pause_words(digest.pause)}, since ")
        facts.insert(0, [bold(f"{PAUSED} Resting"), why, since, *by])
    return facts


def _history(digest: Digest, deliveries: Sequence[tuple[str, str, str]]) -> list[Line]:
    """Return one line for each delivery; a phone would cut off the last column of a table, which says why."""
    head: Line = [bold("Deliveries"), text(f", planned times in {digest.schedule.zone}")]
    lines: list[Line] = []
    for planned, state, why in deliveries:
        mark, _, became = state.partition(" ")
        lines.append([text(f"{mark} "), bold(planned), text(f"  {became}{f' · {why}' if why else ''}")])
    return [head, *lines]


def _who(user: str | None, otherwise: str, answer: DigestDetails, audience: Audience) -> sb.RichTextElement:
    return shown(user, answer.people, audience) if user else text(otherwise)


def _cells(answer: DigestDetails, delivery: Delivery, width: int) -> tuple[str, str, str]:
    """Return one row: for when it was planned, how far it came, and why."""
    zone = zone_of(answer.digest)
    state = f"{DELIVERY_MARKS[delivery.state]} {DELIVERY_WORDS[delivery.state]}"
    sent = f" {delivery.finished_at.astimezone(zone):%H:%M:%S}" if delivery.posted and delivery.finished_at else ""
    return planned_for(delivery, zone, answer.now), f"{state}{sent}", clip(one_line(_why(delivery)), width)


def _why(delivery: Delivery) -> str:
    parts = [delivery.reason] if delivery.reason else []
    parts += [f"{delivery.attempts} attempts"] if delivery.attempts > 1 else []
    return ", ".join(parts)


def _change(answer: DigestDetails, change: DigestChange, width: int, audience: Audience) -> Line:
    when, who = moment(change.at, _when(answer, change)), _who(change.by, NOBODY, answer, audience)
    return [when, text("  "), who, text(" "), *blocks.with_code(_sentence(change, width))]


def _spoken_change(answer: DigestDetails, change: DigestChange, width: int) -> str:
    who = named(change.by, answer.people) if change.by else NOBODY
    return f"{_when(answer, change)} {who} {_sentence(change, width).replace('`', '')}"


def _when(answer: DigestDetails, change: DigestChange) -> str:
    return dated(change.at.astimezone(zone_of(answer.digest)))


def _sentence(change: DigestChange, width: int) -> str:
    return clip(one_line(change.what), 2 * width)


def _first(answer: DigestDetails, audience: Audience) -> tuple[sb.Element, ...]:
    """Offer what can be done; to remove it only where somebody may see this who may."""
    digest, number = answer.digest, answer.digest.number
    other = (
        ("Resume", f"digest resume {number}", "resume")
        if digest.pause
        else ("Pause", f"digest pause {number}", "pause")
    )
    offers = (
        ("Preview", f"digest preview {number}", "preview"),
        ("Run now", f"digest run {number}", "now"),
        other,
        ("Edit", f"digest edit {number}", "edit"),
    )
    remove = (("Remove", f"digest remove {number}", "remove"),) if answer.removable or audience in CALLED else ()
    return tuple(buttons.run(*offer) for offer in (*offers, *remove))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything about a digest as plain text."""

    facts: tuple[str, ...]
    deliveries: tuple[tuple[str, str, str], ...]
    """For when each was planned, how far it came, and why."""

    changes: tuple[str, ...]


def told(answer: DigestDetails, width: int = WHOLE, most: int = WHOLE) -> Told:
    """Say everything about a digest in plain text; reasons have at most `width` characters, changes are `most`."""
    return Told(
        facts=tuple(_spoken(answer)),
        deliveries=tuple(_cells(answer, delivery, width) for delivery in answer.deliveries),
        changes=(
            *(_spoken_change(answer, change, width) for change in answer.changes[:most]),
            *_rest(answer, most),
        ),
    )


def _rest(answer: DigestDetails, most: int) -> list[str]:
    """Say how many changes are not shown."""
    more = len(answer.changes) - most
    return [f"And {count(more, 'earlier change')}."] if more > 0 else []


def _spoken(answer: DigestDetails) -> list[str]:
    digest = answer.digest
    lines = [f"{mark_of(digest)} Digest {digest.number}: {schedule_of(digest)}"]
    lines += [answer.hint.replace("`", "")] if answer.hint else []
    lines += [f"{PAUSED} {pause_words(digest.pause)}"] if digest.pause else []
    lines += [
        f"Filters: {digest.query or 'none: all projects'}",
        f"If nothing changed: {EMPTY_WORDS[digest.empty]}",
        f"Owner: {named(digest.owner, answer.people) if digest.owner else 'the terminal'}",
        f"Last: {last_words(digest, answer.now)}",
        f"Stored as: {add_command(digest)}",
    ]
    return [*lines, *runs_spoken(digest, answer.runs)]
