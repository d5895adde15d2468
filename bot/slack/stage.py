"""Where one request is answered: draws for those who see it, and gives way to a newer press in the same message."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.slack.heard import Manner, ViaUrl
from bot.slack.refusals import Refused
from bot.slack.unless import unless
from bot.views import Audience, Message, draw

if TYPE_CHECKING:
    from bot.answers import Answer, Refusal
    from bot.slack.heard import Heard
    from bot.slack.replies import Place
    from bot.slack.turns import Turn

log = structlog.get_logger(__name__)


class Stage:
    """One place, as long as it is the turn of one request.

    Args:
        heard: what is answered.
        place: where the answer appears.
        turn: tells when a newer press takes the message over.
    """

    def __init__(self, heard: Heard, place: Place, turn: Turn) -> None:
        self._heard = heard
        self._place = place
        self._turn = turn
        self._answered = False
        self.amendable = place.amendable
        self.overtaken = turn.overtaken

    async def show(self, answer: Answer) -> bool:
        """Show an answer; False if a newer press has taken its place.

        The first one in a message of its own always appears: there is nothing that it could cover.

        Raises:
            Refused: Slack does not take it.
        """
        if self._turn.replaces or self._answered:
            return await self._show_if_not_overtaken(answer)
        self._turn.unnamed = isinstance(self._heard.address, ViaUrl)  # from here on somebody can press in it
        await self._place.show(self._drawn(answer))
        self._turn.message = self._place.timestamp
        self._answered = True
        return True

    async def say(self, refusal: Refusal) -> None:
        """Show a sentence of ours if that can be done at all."""
        try:
            await self._show_if_not_overtaken(refusal)
        except Refused as error:
            log.warning("answer.not_taken", code=error.code, fate=error.fate.value)

    async def _show_if_not_overtaken(self, answer: Answer) -> bool:
        """Show, or stop insisting as soon as a newer press is heard."""
        await unless(self.overtaken, partial(self._place.show, self._drawn(answer)))
        overtaken = self.overtaken.is_set()
        if overtaken:
            log.info("answer.overtaken", answer=type(answer).__name__)
        return not overtaken

    def _drawn(self, answer: Answer) -> Message:
        audience = audience_of(self._heard)
        shared_by = self._heard.user if audience is Audience.SHARED else None
        return draw(answer, audience=audience, shared_by=shared_by)


def audience_of(heard: Heard) -> Audience:
    """Tell who will see the answer.

    Buttons under a message that a channel sees are answered privately, so one that replaces its message and is not
    private can only be in a direct message.
    """
    address = heard.address
    if isinstance(address, ViaUrl):
        if address.manner is Manner.FOR_ALL:
            return Audience.SHARED
        return Audience.PRIVATE if address.private else Audience.DIRECT
    return Audience.DIRECT if address.direct else Audience.PUBLIC
