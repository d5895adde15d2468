"""`alerts`: what a channel was told of, and what people do about it. One file per word or pair of words."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.alerts import ack, archive, assign, keep, release, snooze, why
from bot.commands.alerts import list as list_
from bot.commands.spec import Command, Context, Outcome, Request
from bot.commands.words import Vocabulary, Word

WORDS: tuple[Word, ...] = (
    list_.WORD,
    why.WORD,
    *snooze.WORDS,
    *ack.WORDS,
    *assign.WORDS,
    *keep.WORDS,
    *archive.WORDS,
    release.WORD,
)
"""Every word, in help's order. A new one is a file beside this one, and a line here."""

SEVERAL = (
    "Several at once: `alerts ack 12,13`, or all open ones of a watch: `alerts snooze watch:2 7d`. "
    "A reason goes after `because`."
)

_VOCABULARY = Vocabulary(
    verb="alerts",
    words=WORDS,
    meant={
        "show": "why",
        "explain": "why",
        "mute": "snooze",
        "silence": "snooze",
        "sleep": "snooze",
        "unmute": "unsnooze",
        "wake": "unsnooze",
        "acknowledge": "ack",
        "take": "assign",
        "own": "assign",
        "ignore": "keep",
        "exempt": "keep",
        "watch": "unkeep",
    },
    of_number="why",
)


async def run(context: Context, request: Request) -> Outcome:
    """Answer one question about the alerts of a channel; without a word, list them."""
    if list_.begins_filter(request.text, request.start):
        start = request.start
        text = f"{request.text[:start].rstrip()} list {request.text[start:]}"
        return await _VOCABULARY.run(context, replace(request, text=text, start=len(request.text[:start].rstrip()) + 1))
    return await _VOCABULARY.run(context, request)


COMMAND = Command(
    name="alerts",
    usage="alerts [word]",
    summary="what is open in this channel: list, why, snooze, ack, assign, keep, archive, release, and back",
    details=_VOCABULARY.details(SEVERAL),
    examples=("alerts", "alerts all"),
    run=run,
)
