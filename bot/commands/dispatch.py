"""Text to verb to reply; the one place where a `BotError` becomes a sentence."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.answers import Refusal, Reply
from bot.commands import COMMANDS, overview
from bot.commands.spec import Request, check_length
from bot.errors import BotError, NotFound, UsageError
from bot.grammar import nearest, plain
from bot.metrics import ANSWER_SECONDS
from bot.metrics import COMMANDS as ANSWERED

if TYPE_CHECKING:
    from bot.commands.spec import Context
    from bot.model import Ask

log = structlog.get_logger(__name__)

_FIRST = re.compile(r"/?(?P<verb>\S+)\s*")
_SLASH = re.compile(r"^/projects\b\s*", re.IGNORECASE)
"""What people type once more after the command, or in a direct message."""


class Dispatcher:
    """Answers questions."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._runs = {command.name: command.run for command in COMMANDS}

    async def answer(self, ask: Ask) -> Reply:
        """Answer one question; whatever a person can be told about becomes a `Refusal`."""
        text = _SLASH.sub("", plain(ask.text))
        verb, began, outcome = "unread", time.perf_counter(), "refused"
        try:
            verb, start = self._split(text)
            reply = await self._reply(verb, Request(ask=ask, text=text, start=start))
            outcome = "answered"
        except BotError as error:
            log.info("command.refused", verb=verb, reason=_loggable(error))
            reply = Reply(answer=await self._refusal(error, ask))
        took = time.perf_counter() - began
        ANSWERED.labels(verb or "overview", outcome).inc()
        ANSWER_SECONDS.labels(verb or "overview").observe(took)
        log.info("command.answered", verb=verb or "overview", outcome=outcome, took_ms=round(took * 1000))
        return reply

    async def _reply(self, verb: str, request: Request) -> Reply:
        run = self._runs.get(verb, overview.run)
        outcome = await run(self._context, request)
        check_length(getattr(outcome.answer, "command", ""))
        refresh = outcome.refresh
        if refresh is None or not refresh.unfinished:
            return Reply(answer=outcome.answer, attachment=outcome.attachment)

        async def later() -> Reply:
            await refresh.settled()
            return await self.answer(replace(request.ask, force=False, patience=timedelta(0)))

        return Reply(answer=outcome.answer, attachment=outcome.attachment, later=later)

    def _split(self, text: str) -> tuple[str, int]:
        """Return the verb ("" for the bare command) and where its part begins; filters alone mean `list`."""
        check_length(text)
        first = _FIRST.match(text)
        if first is None:
            return "", 0
        verb = first["verb"].lower()
        if verb in self._runs:
            return verb, first.end()
        if verb.startswith(("-", '"')) or verb == "not" or re.match(r"[a-z_-]+:(?!//)", verb):
            return "list", 0
        raise self._unknown_verb(text, first)

    def _unknown_verb(self, text: str, first: re.Match[str]) -> UsageError:
        verb = first["verb"]
        meant = nearest(verb, self._runs)
        if meant:
            sentence = f"I know no verb “{verb}”. Did you mean `{meant}`? `help` lists all."
            correction = f"{meant} {text[first.end() :]}".strip()
        else:
            sentence = (
                f"I know no verb “{verb}”. To look for it among the projects, use `search`. `help` lists all verbs."
            )
            correction = f"search {text}"
        return UsageError(sentence, text=text, position=first.start("verb"), length=len(verb), correction=correction)

    async def _refusal(self, error: BotError, ask: Ask) -> Refusal:
        if isinstance(error, UsageError):
            return Refusal(
                sentence=error.for_user(),
                text=error.text,
                position=error.position,
                length=error.length,
                correction=error.correction or None,
            )
        if isinstance(error, NotFound):  # only worth something with the age of what was searched
            freshness = await self._context.catalog.freshness(ask.scope)
            unread = [known.title for known in freshness if known.last_success_at is None]
            reason = f" But {' and '.join(unread)} could not be read yet, so it may well be there." if unread else ""
            return Refusal(
                sentence=f"I know no project “{error.wanted}”.{reason}" if unread else error.for_user(),
                freshness=freshness,
                now=self._context.clock.now(),
            )
        return Refusal(sentence=error.for_user())


def _loggable(error: BotError) -> str:
    """Describe an error without what a person typed: that may be private."""
    return type(error).__name__ if isinstance(error, UsageError | NotFound) else str(error)
