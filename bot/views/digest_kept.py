"""After `digest add` and `digest edit`: exactly what was stored, what it means now, and what it would say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Message
from bot.views import blocks, buttons
from bot.views.blocks import bold, code, fits, text
from bot.views.digest import digest_report
from bot.views.digest_runs import run_lines, runs_spoken
from bot.views.digest_words import EMPTY_WORDS, add_command, pause_words
from bot.views.evidence import count
from bot.views.sharing import shared_line

if TYPE_CHECKING:
    import slackblocks as sb

    from bot.answers import DigestKept
    from bot.views.blocks import Block
    from bot.views.buttons import Audience

INVITE = "I am not in this channel, so I cannot post here. Type `/invite @rollcall`."
ARCHIVED = "This channel is archived, so I cannot post here."
EXAMPLE = "This is what it would say now:"
REST = "There is no room here for all of it; `digest preview {}` shows the rest."


def digest_kept(answer: DigestKept, audience: Audience, shared_by: str | None) -> Message:
    """Draw what was stored, and below it an example as far as there is room."""
    kept, bar = _kept(answer, shared_by), _bar(answer, audience)
    example = digest_report(answer.example, audience, None)
    room = [block for block in example.blocks if block["type"] != "actions"]
    if not fits([*kept.blocks, *room, *bar.blocks]):
        room = _shortened(room, answer, others=[*kept.blocks, *bar.blocks])
    return Message(_within(f"{kept.text}\n{example.text}"), [*kept.blocks, *room, *bar.blocks])


def _shortened(example: list[Block], answer: DigestKept, others: list[Block]) -> list[Block]:
    """Leave away blocks at the end, and say so."""
    rest = blocks.message(["-"], [blocks.notes([REST.format(answer.digest.number)])]).blocks
    while example and not fits([*others, *example, *rest]):
        example = example[:-1]
    return [*example, *rest]


def _within(words: str) -> str:
    """Leave away whole lines at the end: they are escaped already, and a cut could end inside an entity."""
    lines = words.split("\n")
    while len(lines) > 1 and len("\n".join(lines)) > blocks.LONGEST_TEXT:
        lines.pop()
    return "\n".join(lines)


def _kept(answer: DigestKept, shared_by: str | None) -> Message:
    digest, facts, warnings = answer.digest, _facts(answer), _warnings(answer)
    command = add_command(digest)
    drawn: list[sb.Block] = [*shared_line(answer.command, shared_by)]
    drawn.append(blocks.says(bold(f"{answer.what}: "), code(command)))
    drawn += [blocks.says(text("⚠️ "), *blocks.with_code(warning)) for warning in warnings]
    lines: list[list[sb.RichTextElement]] = [[bold(label), text(f"  {words}")] for label, words in facts]
    drawn.append(blocks.paragraphs([*lines, *(run_lines(digest, answer.runs) if answer.runs else [])]))
    drawn += [blocks.line(), blocks.says(bold(EXAMPLE))]
    spoken = [f"{answer.what}: {command}", *(f"⚠️ {warning.replace('`', '')}" for warning in warnings)]
    spoken += [f"{label}: {words}" for label, words in facts]
    return blocks.message([*spoken, *runs_spoken(digest, answer.runs), EXAMPLE], drawn)


def _warnings(answer: DigestKept) -> list[str]:
    warnings = [answer.warning] if answer.warning else []
    warnings += [INVITE] if answer.place.member is False and not answer.place.archived else []
    return [*warnings, ARCHIVED] if answer.place.archived else warnings


def _facts(answer: DigestKept) -> list[tuple[str, str]]:
    digest = answer.digest
    hidden = f" ({count(answer.hidden_archived, 'archived one')} hidden)" if answer.hidden_archived else ""
    facts = [
        ("Matches now", f"{count(answer.matching, 'project')}{hidden}"),
        ("If nothing changed", EMPTY_WORDS[digest.empty]),
    ]
    if answer.zone_from:
        facts.append(("Time zone", f"{digest.schedule.zone}, {answer.zone_from}"))
    if digest.pause is not None:
        facts.append(("Resting", pause_words(digest.pause)))
    return facts


def _bar(answer: DigestKept, audience: Audience) -> Message:
    number = answer.digest.number
    first = (
        buttons.run("Show", f"digest show {number}", "show"),
        buttons.run("Run now", f"digest run {number}", "now"),
        buttons.run("Edit", f"digest edit {number}", "edit"),
    )
    return blocks.message(["-"], [buttons.bar(answer.command, audience, first=first)])
