"""`watch`: what a channel cares about. One file per word; `chosen` and `wanted` read what they share."""

from __future__ import annotations

import re

from bot.commands.spec import Command, Context, Outcome, Request
from bot.commands.watch import add, edit, pause, remove, resume, show, test
from bot.commands.watch import list as list_
from bot.commands.watch.chosen import LISTING
from bot.commands.words import Vocabulary, Word
from bot.conditions.kinds import WORDS as BEGINNINGS
from bot.errors import UsageError

WORDS: tuple[Word, ...] = (
    list_.WORD,
    add.WORD,
    show.WORD,
    test.WORD,
    pause.WORD,
    resume.WORD,
    edit.WORD,
    remove.WORD,
)
"""Every word, in help's order. A new one is a file beside this one, and a line here."""

CONDITIONS = (
    "Conditions: `inactive for 30d` (`by edits`, `by viewers`, `for 20 working days`), `off`, `lapsed`, `gone`, "
    "`queue for 10m`, `empty for 14d`, `ci-silent for 7d`, `build rejected`, `build approved`."
)

_VOCABULARY = Vocabulary(
    verb="watch",
    words=WORDS,
    meant={
        "new": "add",
        "create": "add",
        "for": "add",
        "delete": "remove",
        "rm": "remove",
        "stop": "pause",
        "disable": "pause",
        "mute": "pause",
        "start": "resume",
        "unpause": "resume",
        "enable": "resume",
        "change": "edit",
        "update": "edit",
        "history": "show",
        "preview": "test",
        "try": "test",
    },
)

_FIRST = re.compile(r"\S+")


async def run(context: Context, request: Request) -> Outcome:
    """Answer one question about the watches of a channel; without a word, list them."""
    first = _FIRST.search(request.text, request.start)
    if first is not None and first[0].lower() in BEGINNINGS:
        raise UsageError(
            "To add a watch, write `add` before its condition.",
            text=request.text,
            position=first.start(),
            length=len(first[0]),
            correction=f"watch add {request.rest}",
        )
    return await _VOCABULARY.run(context, request)


COMMAND = Command(
    name="watch",
    usage="watch [word]",
    summary=f"what this channel is told of: {', '.join(word.name for word in WORDS)}",
    details=_VOCABULARY.details(CONDITIONS),
    examples=(LISTING, add.EXAMPLE, "watch test inactive for 30d"),
    run=run,
)
