"""Sending one message of a card, so that after a death it is known what may be at Slack.

Alerts prefer a rare double to a loss: a message that may be there is looked for, and if it is not there, or nobody can
look, it is sent again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.alerts.cards.outcome import Gone, LetGo, Lost
from bot.alerts.cards.outside import CLOCKS_APART, LOOK_AGAIN, LOOK_UNTIL, pause_after
from bot.errors import CannotLook, ChannelClosed, MaybePosted, NeverPosted, NotPosted, StoreError, WorkspaceClosed
from bot.metrics import CARD_LOOKUPS, CARDS
from bot.model import CardKind, PauseKind, Sending, SendingKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.alerts.cards.outside import Outside
    from bot.model import Card, Message, Posted

log = structlog.get_logger(__name__)

MOST_NOTES: Final = 5
"""How often what Slack has taken is written down; by then the lease ends, and it would be sent again."""

NO_THREAD: Final = frozenset(
    ("cannot_reply_to_message", "message_not_found", "thread_not_found", "restricted_action_thread_locked")
)
"""Words of Slack's that close a thread and not its channel."""

LOCKED_OUT: Final = {
    CardKind.WATCH: timedelta(days=1),
    CardKind.OUTAGE: timedelta(hours=1),
    CardKind.MASS: timedelta(hours=1),
}
"""How long a card waits whose channel takes nothing; that of a watch is woken when the channel is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message that is ready to be sent."""

    sending: Sending
    message: Message
    to: str
    """Id of a channel, or of a person."""

    thread: str | None = None
    broadcast: bool = False
    drawn: str | None = None
    """Fingerprint, of a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends the messages of one claimed card.

    Every method may raise `StoreError`, and `Lost` if somebody else has the card by now.
    """

    outside: Outside
    card: Card
    """As it is now."""

    attempt: int
    """The number of the claim."""

    doubts: set[int]
    """`Alert.ref` of those of which the channel may have heard already: nobody can look. Grows."""

    async def send(self, letter: Letter) -> LetGo | None:
        """Send a message; None: it is there, and noted. Else the card is to be given back.

        Raises:
            Gone: the thread it should go to is not there any more.
        """
        now = self.outside.clock.now()
        timing = self.outside.timing
        if not await self.outside.ledger.begin_sending(
            self.card.ref, attempt=self.attempt, sending=letter.sending, lease_until=now + timing.lease
        ):
            raise Lost
        try:
            async with asyncio.timeout(timing.work_within.total_seconds()):
                posted = await self._handed_over(letter, before=now + timing.queue_within)
        except NotPosted as refusal:
            return self._later(refusal)
        except NeverPosted as refusal:
            return await self._given_up(letter, refusal)
        except ChannelClosed as refusal:
            return await self._closed(letter, refusal)
        except WorkspaceClosed as refusal:
            return await self.shut_out(refusal)
        except Exception as error:  # whatever it is, the message may be there
            if not isinstance(error, MaybePosted | TimeoutError):
                log.exception("card.sending_failed", card=self.card.ref, key=letter.sending.key)
            return await self.look_for(letter.sending)
        await self.note(letter.sending, posted, letter.drawn)
        return None

    async def _handed_over(self, letter: Letter, *, before: datetime) -> Posted | None:
        messenger = self.outside.messenger
        if letter.sending.kind is SendingKind.PERSON:
            await messenger.tell(letter.to, letter.message)
            return None
        return await messenger.post(
            letter.to, letter.message,
            key=letter.sending.key, thread=letter.thread, broadcast=letter.broadcast, before=before,
        )  # fmt: skip

    async def note(self, sending: Sending, posted: Posted | None, drawn: str | None) -> None:
        """Note that a message is there, again and again if the database does not take it."""
        for number in range(MOST_NOTES):
            with suppress(StoreError):
                if await self._noted(sending, posted, drawn):
                    break
                log.warning("card.posted_in_vain", card=self.card.ref, key=sending.key)
                raise Lost
            if number == MOST_NOTES - 1:
                raise StoreError("what was sent could not be noted")
            await asyncio.sleep(self.outside.timing.write_again.total_seconds())
        CARDS.labels(sending.kind.value, "sent").inc()
        steps, alerts = len(sending.steps), len(sending.alerts)
        log.info("card.sent", card=self.card.ref, kind=sending.kind.value, steps=steps, alerts=alerts)

    async def _noted(self, sending: Sending, posted: Posted | None, drawn: str | None) -> bool:
        return await self.outside.ledger.sent(
            self.card.ref,
            attempt=self.attempt,
            sending=sending,
            posted=posted,
            drawn=drawn,
            now=self.outside.clock.now(),
        )

    # when it is not known to be there

    async def look_for(self, sending: Sending) -> LetGo | None:
        """See to a message that may be there; None: it is, or is to be sent again. Else it is looked for later."""
        if sending.kind is SendingKind.PERSON:
            return None
        where = self.card.posted.channel if self.card.posted is not None else self.card.channel
        thread = self.card.posted.ts if sending.kind is SendingKind.REPLY and self.card.posted is not None else None
        try:
            found = await self.outside.messenger.find(
                where, sending.key, since=sending.at - CLOCKS_APART, thread=thread
            )
        except (CannotLook, ChannelClosed):
            CARD_LOOKUPS.labels("cannot").inc()
            CARDS.labels(sending.kind.value, "in_doubt").inc()
            log.warning("card.sent_again_in_doubt", card=self.card.ref, key=sending.key)
            self.doubts.update(sending.alerts)
            return None
        except WorkspaceClosed as refusal:
            return await self.shut_out(refusal)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message may be there
            CARD_LOOKUPS.labels("failed").inc()
            log.warning("card.look_failed", card=self.card.ref, error=type(error).__name__)
            return self._look_again(sending)
        CARD_LOOKUPS.labels("missing" if found is None else "found").inc()
        if found is not None:
            await self.note(sending, found, "" if sending.kind is SendingKind.CARD else None)
        return None

    def _look_again(self, sending: Sending) -> LetGo | None:
        now = self.outside.clock.now()
        if now - sending.at > LOOK_UNTIL:
            self.doubts.update(sending.alerts)
            return None
        return LetGo(due_at=now + LOOK_AGAIN, reason="Slack's answer was lost", unsent=False)

    # when it is certainly not there

    def _later(self, refusal: NotPosted) -> LetGo:
        CARDS.labels("any", "put_off").inc()
        wait = pause_after(self.card.failures + 1) if refusal.wait is None else refusal.wait
        return LetGo(due_at=self.outside.clock.now() + wait, reason=_said(refusal))

    async def _given_up(self, letter: Letter, refusal: NeverPosted) -> LetGo | None:
        """Leave out what Slack takes in no form: an answer counts as told, a card is tried again after a while."""
        log.error("card.refused", card=self.card.ref, kind=letter.sending.kind.value, code=refusal.code)
        CARDS.labels(letter.sending.kind.value, "refused").inc()
        reminds = self.card.kind is not CardKind.WATCH and not letter.sending.ends
        if letter.sending.kind is SendingKind.CARD or reminds:
            return LetGo(due_at=self.outside.clock.now() + pause_after(99), reason=_said(refusal))
        await self.note(letter.sending, None, None)
        return None

    async def _closed(self, letter: Letter, refusal: ChannelClosed) -> LetGo | None:
        if letter.sending.kind is SendingKind.PERSON:
            return await self._given_up(letter, NeverPosted(refusal.code))
        if letter.thread is not None and refusal.code in NO_THREAD:
            raise Gone
        await self.outside.closing.closed(PauseKind.CHANNEL, refusal.reason, channel=self.card.channel)
        return self.locked_out(refusal.reason)

    async def shut_out(self, refusal: WorkspaceClosed) -> LetGo:
        """Let everything rest: Slack takes nothing from us at all."""
        reason = f"Slack takes nothing from Rollcall ({refusal.code})"
        await self.outside.closing.closed(PauseKind.WORKSPACE, reason, channel=None)
        return self.locked_out(reason)

    def locked_out(self, reason: str) -> LetGo:
        """Wait until the channel is back."""
        CARDS.labels("any", "closed").inc()
        return LetGo(due_at=self.outside.clock.now() + LOCKED_OUT[self.card.kind], reason=reason)


def _said(refusal: NotPosted | NeverPosted) -> str:
    return f"Slack did not take it ({refusal.code})"
