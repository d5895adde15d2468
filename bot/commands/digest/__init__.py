"""`digest`: scheduled reports for a channel. One file per word; `asked` and `wanted` read what they share."""

from __future__ import annotations

import re

from bot.commands.digest import add, edit, pause, preview, remove, resume, show
from bot.commands.digest import list as list_
from bot.commands.digest import run as run_
from bot.commands.digest.asked import LISTING
from bot.commands.spec import Command, Context, Outcome, Request
from bot.commands.words import Asked, Word
from bot.errors import UsageError
from bot.grammar import nearest
from bot.query.tokens import skip_blanks
from bot.schedules import begins_schedule

WORDS: tuple[Word, ...] = (
    list_.WORD,
    add.WORD,
    show.WORD,
    preview.WORD,
    run_.WORD,
    pause.WORD,
    resume.WORD,
    edit.WORD,
    remove.WORD,
)
"""Every word, in help's order. A new one is a file beside this one, and a line here."""

SCHEDULES = (
    "Schedules are plain words: `weekdays at 9:00`, `every Monday 8:30`, `Mon,Thu 17:00`, `daily 07:00 Europe/Paris`, "
    "`hourly`, `1st of month 9:00`, `last Friday 16:00`, or five-field cron."
)

_BY_NAME = {word.name: word for word in WORDS}
_MEANT = {
    "new": "add",
    "create": "add",
    "schedule": "add",
    "delete": "remove",
    "rm": "remove",
    "stop": "pause",
    "disable": "pause",
    "start": "resume",
    "unpause": "resume",
    "enable": "resume",
    "change": "edit",
    "update": "edit",
    "history": "show",
    "test": "preview",
    "send": "run",
    "post": "run",
    "now": "run",
}
"""What people call things elsewhere; each is offered as a correction."""

_FIRST = re.compile(r"\S+")


async def run(context: Context, request: Request) -> Outcome:
    """Answer one question about the digests of a channel; without a word, list them."""
    channel = request.ask.scope.channel
    if not channel:
        raise UsageError(
            'Digests belong to a channel. Name it by its id: `rollcall ask --channel C012345 "digest list"`.',
            text=request.text,
            length=len(request.text),
        )
    word, start = _word(request)
    return await word.run(context, Asked(request=request, verb="digest", word=word.name, channel=channel, start=start))


def _word(request: Request) -> tuple[Word, int]:
    """Return what to do, and where the part after it begins."""
    first = _FIRST.search(request.text, request.start)
    if first is None:
        return list_.WORD, len(request.text)
    word = _BY_NAME.get(first[0].lower())
    if word is None:
        raise _unknown(request, first)
    return word, skip_blanks(request.text, first.end())


def _unknown(request: Request, first: re.Match[str]) -> UsageError:
    """Guess what was meant: another word, a number to be shown, or a schedule to be added."""
    typed, rest = first[0], request.text[first.end() :].strip()
    meant = _MEANT.get(typed.lower()) or nearest(typed, _BY_NAME)
    if re.fullmatch(r"#?[0-9]{1,6}", typed) and not rest:
        sentence, correction = f"What about digest {typed}? To see it, write `show`.", f"digest show {typed}"
    elif meant:
        sentence, correction = f"`digest` knows no “{typed}”. Did you mean `{meant}`?", f"digest {meant} {rest}".strip()
    elif begins_schedule(request.text, first.start()):
        sentence, correction = "To add a digest, write `add` before its schedule.", f"digest add {request.rest}"
    else:
        listed = ", ".join(f"`{name}`" for name in _BY_NAME)
        sentence, correction = f"`digest` knows no “{typed}”. Choose from {listed}.", LISTING
    return UsageError(sentence, text=request.text, position=first.start(), length=len(typed), correction=correction)


COMMAND = Command(
    name="digest",
    usage="digest [word]",
    summary=f"scheduled reports for this channel: {', '.join(word.name for word in WORDS)}",
    details="\n".join((*(f"`digest {word.usage}`  {word.summary}" for word in WORDS), SCHEDULES)),
    examples=(LISTING, add.EXAMPLE),
    run=run,
)
