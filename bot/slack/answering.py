"""From something heard to an answer on the screen: what happens after the acknowledgement."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

import structlog

from bot.answers import Refusal, Reply
from bot.errors import StoreError
from bot.metrics import WAITING
from bot.slack.heard import InChannel, Manner, ViaUrl
from bot.slack.refusals import Refused
from bot.slack.sentences import BUSY, FILE_FOLLOWS, OUTSIDER, failed, file_not_taken
from bot.slack.stage import Stage
from bot.slack.turns import Turn, Turns
from bot.slack.unless import unless

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.answers import Answer
    from bot.model import Ask, Attachment
    from bot.slack.heard import Heard
    from bot.slack.replies import Places
    from bot.slack.web_api import WebApi

log = structlog.get_logger(__name__)

SETTLE: Final = timedelta(seconds=120)
"""How long an answer that can be amended waits for the sources after it was shown, and a file before it is."""

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
        self._turns = Turns()

    async def answer(self, heard: Heard, request_id: str) -> None:
        """Answer, and amend the answer once the sources have been read.

        Whatever goes wrong before there is an answer is said; afterwards the answer stays as it is.
        """
        place = self._places.at(heard.address)
        with self._turns.taken(heard) as turn:  # before anything is waited for, so that the order stays
            if not await self._is_new(heard.key):
                log.info("request.repeated")
                return
            self._turns.overtake(turn)
            await self._answer(heard, Stage(heard, place, turn), request_id)

    async def turn_away(self, heard: Heard) -> None:
        """Say that there is too much to do; the question itself is not looked at."""
        await Stage(heard, self._places.at(heard.address), Turn(heard)).say(Refusal(sentence=BUSY))

    async def send_away(self, heard: Heard) -> None:
        """Say to somebody of another workspace, and to nobody else, that there is nothing for them."""
        address = heard.address
        if isinstance(address, ViaUrl):
            heard = replace(heard, address=replace(address, manner=Manner.BESIDE, private=True))
        elif not address.direct:
            await self._whisper(heard.channel, heard.user, address.thread)
            return
        await Stage(heard, self._places.at(heard.address), Turn(heard)).say(Refusal(sentence=OUTSIDER))

    async def _whisper(self, channel: str, user: str, thread: str | None) -> None:
        try:
            await self._web.whisper(channel, user, OUTSIDER, thread=thread)
        except Refused as refusal:
            log.warning("answer.not_taken", code=refusal.code, fate=refusal.fate.value)

    async def _is_new(self, key: str) -> bool:
        """Ask whether this was seen before. Without a database, answering twice is better than not at all."""
        try:
            return await self._first_time(key)
        except StoreError as error:
            log.warning("request.not_remembered", error=str(error))
            return True

    async def _answer(self, heard: Heard, stage: Stage, request_id: str) -> None:
        try:
            with WAITING.track_inprogress():
                reply = await self._first_answer(heard, stage)
        except Refused as refusal:
            log.warning("answer.not_taken", code=refusal.code, fate=refusal.fate.value)
        except Exception:
            log.exception("answer.failed")
            await stage.say(failed(request_id))
        else:
            await self._amend(reply, heard, stage)

    async def _first_answer(self, heard: Heard, stage: Stage) -> Reply:
        """Show what can be said at once; a file and its answer never change, so they wait for the sources."""
        reply = await self._reply_to(heard)
        if reply.attachment is not None:
            reply = await self._settled_file(reply, stage)
        elif not stage.amendable:
            reply = await _settled(reply, SETTLE_FIRST) or reply
        if await stage.show(await self._with_file(reply, heard)):
            log.info("request.answered", answer=type(reply.answer).__name__)
        return reply

    async def _reply_to(self, heard: Heard) -> Reply:
        if heard.problem is not None:
            return Reply(answer=Refusal(sentence=heard.problem.for_user()))
        async with self._slots:
            return await self._dispatcher.answer(heard.ask)

    async def _settled_file(self, reply: Reply, stage: Stage) -> Reply:
        """Wait for the sources before a file is handed over; nothing follows what is returned."""
        if reply.later is None:
            return reply
        if stage.amendable:
            await stage.say(Refusal(sentence=FILE_FOLLOWS))
        return await _settled(reply, SETTLE) or replace(reply, later=None)

    async def _amend(self, reply: Reply, heard: Heard, stage: Stage) -> None:
        """Show the answer again once the sources have been read, unless its message has a newer one by then."""
        if not stage.amendable:
            return
        settled = await unless(stage.overtaken, partial(_settled, reply, SETTLE))
        if settled is None:
            return
        try:
            if await stage.show(await self._with_file(settled, heard)):
                log.info("answer.amended")
        except Refused as refusal:
            log.warning("amendment.not_taken", code=refusal.code, fate=refusal.fate.value)

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


async def _settled(reply: Reply, within: timedelta) -> Reply | None:
    """Wait for the answer that follows, after which none does.

    Returns None if there is none, or none in time: the first one stays good.
    """
    if reply.later is None:
        return None
    try:
        async with asyncio.timeout(within.total_seconds()):
            return replace(await reply.later(), later=None)
    except TimeoutError:
        log.info("answer.not_settled", within_s=within.total_seconds())
    except Exception:
        log.exception("answer.settling_failed")
    return None
