"""From something heard to an answer on the screen: what happens after the acknowledgement."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

import structlog

from bot.answers import Refusal, Reply
from bot.errors import StoreError
from bot.metrics import WAITING
from bot.slack.heard import Heard, InChannel, Manner, ViaUrl
from bot.slack.refusals import Refused
from bot.slack.sentences import BUSY, failed, file_not_taken
from bot.views import Audience, Message, draw

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.answers import Answer, Attachment
    from bot.model import Ask
    from bot.slack.replies import Place, Places
    from bot.slack.web_api import WebApi

log = structlog.get_logger(__name__)

SETTLE: Final = timedelta(seconds=120)
"""How long an answer that can be amended waits for the sources after it was shown."""

SETTLE_FIRST: Final = timedelta(seconds=5)
"""How long an answer that can not be amended waits for the sources before it is shown."""


class Dispatcher(Protocol):
    """Answers every question; a `BotError` becomes an answer too."""

    async def answer(self, ask: Ask) -> Reply:
        """Answer one question."""
        ...


class Answering:
    """Answers what was heard, once.

    Args:
        dispatcher: finds the answer.
        places: where answers appear.
        web: takes files.
        first_time: tells whether a key is new, over all processes; may raise `StoreError`.
        at_once: how many answers are worked out at the same time; showing them is not counted.
    """

    def __init__(
        self,
        *,
        dispatcher: Dispatcher,
        places: Places,
        web: WebApi,
        first_time: Callable[[str], Awaitable[bool]],
        at_once: int = 32,
    ) -> None:
        self._dispatcher = dispatcher
        self._places = places
        self._web = web
        self._first_time = first_time
        self._slots = asyncio.Semaphore(at_once)

    async def answer(self, heard: Heard, request_id: str) -> None:
        """Answer, and amend the answer once the sources have been read.

        Whatever goes wrong before there is an answer is said; afterwards the answer stays as it is.
        """
        place = self._places.at(heard.address)
        if not await self._is_new(heard.key):
            log.info("request.repeated")
            return
        try:
            with WAITING.track_inprogress():
                reply = await self._first_answer(heard, place)
        except Refused as refusal:
            log.warning("answer.not_taken", code=refusal.code, fate=refusal.fate.value)
        except Exception:
            log.exception("answer.failed")
            await self._say(failed(request_id), heard, place)
        else:
            await self._amend(reply, heard, place)

    async def turn_away(self, heard: Heard) -> None:
        """Say that there is too much to do; the question itself is not looked at."""
        await self._say(Refusal(sentence=BUSY), heard, self._places.at(heard.address))

    async def _is_new(self, key: str) -> bool:
        """Ask whether this was seen before. Without a database, answering twice is better than not at all."""
        try:
            return await self._first_time(key)
        except StoreError as error:
            log.warning("request.not_remembered", error=str(error))
            return True

    async def _first_answer(self, heard: Heard, place: Place) -> Reply:
        """Show what can be said at once."""
        if heard.problem is not None:
            reply = Reply(answer=Refusal(sentence=heard.problem.for_user()))
        else:
            async with self._slots:
                reply = await self._dispatcher.answer(heard.ask)
        if not place.amendable:
            reply = await _settled(reply, SETTLE_FIRST) or reply
        await place.show(self._drawn(await self._with_file(reply, heard), heard))
        log.info("request.answered", answer=type(reply.answer).__name__)
        return reply

    async def _amend(self, reply: Reply, heard: Heard, place: Place) -> None:
        """Show the answer again once the sources have been read."""
        if not place.amendable:
            return
        settled = await _settled(reply, SETTLE)
        if settled is None:
            return
        try:
            await place.show(self._drawn(settled.answer, heard))
        except Refused as refusal:
            log.warning("amendment.not_taken", code=refusal.code, fate=refusal.fate.value)
        else:
            log.info("answer.amended")

    async def _with_file(self, reply: Reply, heard: Heard) -> Answer:
        """Hand over the file that belongs to an answer; returns the answer, or what went wrong."""
        if reply.attachment is None:
            return reply.answer
        try:
            await self._upload(reply.attachment, heard)
        except Refused as refusal:
            log.warning("file.not_taken", code=refusal.code, size_bytes=len(reply.attachment.content))
            return file_not_taken(refusal.code)
        log.info("file.uploaded", size_bytes=len(reply.attachment.content))
        return reply.answer

    async def _upload(self, attachment: Attachment, heard: Heard) -> None:
        """Put a file where only its asker sees it. A command's own channel may be one that the bot is not in."""
        address = heard.address
        if isinstance(address, InChannel) and address.direct:
            await self._web.upload(attachment, channel=address.channel, thread=address.thread)
            return
        channel = await self._web.direct_channel(heard.user)
        await self._web.upload(attachment, channel=channel, thread=None)

    async def _say(self, refusal: Refusal, heard: Heard, place: Place) -> None:
        """Show a sentence of ours if that can be done at all."""
        try:
            await place.show(self._drawn(refusal, heard))
        except Refused as error:
            log.warning("answer.not_taken", code=error.code, fate=error.fate.value)

    def _drawn(self, answer: Answer, heard: Heard) -> Message:
        audience = audience_of(heard)
        shared_by = heard.user if audience is Audience.SHARED else None
        return draw(answer, audience=audience, shared_by=shared_by)


def audience_of(heard: Heard) -> Audience:
    """Tell who will see the answer."""
    address = heard.address
    if isinstance(address, ViaUrl) and address.manner is Manner.FOR_ALL:
        return Audience.SHARED
    return Audience.PRIVATE if isinstance(address, ViaUrl) and address.private else Audience.PUBLIC


async def _settled(reply: Reply, within: timedelta) -> Reply | None:
    """Wait for the answer that follows; None if there is none, or none in time. The first one stays good."""
    if reply.later is None:
        return None
    try:
        async with asyncio.timeout(within.total_seconds()):
            return await reply.later()
    except TimeoutError:
        log.info("answer.not_settled", within_s=within.total_seconds())
    except Exception:
        log.exception("answer.settling_failed")
    return None
