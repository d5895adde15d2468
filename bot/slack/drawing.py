"""A message as the body of a request, and what to do if Slack does not like how it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from bot.slack.refusals import Fate, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.model import Message

log = structlog.get_logger(__name__)

Body = dict[str, Any]
T = TypeVar("T")


def words_of(message: Message) -> Body:
    """Begin the body of a message: a list of projects is no place for previews, and names are never linked."""
    return {"text": message.text, "unfurl_links": False, "unfurl_media": False}


async def drawn_or_as_words(
    message: Message, words: Body, send: Callable[[Body], Awaitable[T]], *, event: str
) -> tuple[T, str]:
    """Send a message; if Slack does not draw it, which is our mistake, send its words alone, once.

    Args:
        message: what to send.
        words: its body without what is drawn.
        send: sends a body.
        event: what a refused drawing is called in the log.

    Returns:
        What `send` returned, and ``sent`` or ``sent_as_text``.

    Raises:
        Refused: Slack takes it neither drawn nor as words, or refuses it for another reason.
    """
    try:
        return await send({**words, "blocks": message.blocks}), "sent"
    except Refused as refusal:
        if refusal.fate is not Fate.BUG:
            raise
        code = refusal.code
    log.error(event, code=code, blocks=len(message.blocks))
    return await send(words), "sent_as_text"
