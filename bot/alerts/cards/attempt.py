"""One attempt at one card: everything that is to be done about it now, one thing after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from bot.alerts.cards.actions import Abandon, Close, Continue, Drop, Edit, Hush, Post, Reply, Tell, Wait
from bot.alerts.cards.jobs import message_key
from bot.alerts.cards.outcome import Gone, LetGo, Lost
from bot.alerts.cards.outside import pause_after
from bot.alerts.cards.sending import Letter, Sender
from bot.errors import ChannelClosed, NeverPosted, NotPosted, WorkspaceClosed
from bot.metrics import CARDS
from bot.model import PauseKind, Sending, SendingKind

if TYPE_CHECKING:
    from bot.alerts.cards.actions import Action
    from bot.alerts.cards.outside import Outside
    from bot.alerts.cards.pictures import Picture
    from bot.model import Alert, AlertStep, Card

log = structlog.get_logger(__name__)

MOST_MOVES: Final = 12
"""So many things are done in one attempt; more are left to the next."""

UNREACHABLE: Final = "given up: the channel has taken nothing for 30 days"


class Attempt:
    """Works on one claimed card. Every method may raise `StoreError`, and `Lost` if somebody else has it by now.

    Args:
        outside: ports and times.
        before: the card as it was before the claim.
        number: of the claim.
    """

    def __init__(self, outside: Outside, before: Card, number: int) -> None:
        self._out = outside
        self._card = before
        self._number = number
        self._messages = 0
        self._doubts: set[int] = set()

    async def work(self) -> LetGo | None:
        """Do what is to be done now; returns how to give the card back, None if there is none any more."""
        if self._card.sending is not None:
            unsettled = await self._sender().look_for(self._card.sending)
            if unsettled is not None:
                return unsettled
        for _ in range(MOST_MOVES):
            card = await self._out.ledger.card(self._card.ref)
            if card is None:
                return None
            self._card = card
            picture = await self._out.loader.load(card, frozenset(self._doubts))
            action = picture.next(self._out.clock.now())
            if isinstance(action, Wait):
                return LetGo(due_at=action.until)
            if isinstance(action, Drop):
                await self._held(await self._out.ledger.drop_unannounced(card.ref, attempt=self._number))
                return None
            ended = await self._made(action, picture)
            if ended is not None:
                return ended
        return LetGo(due_at=self._out.clock.now())

    async def _made(self, action: Action, picture: Picture) -> LetGo | None:
        """Make one move; None: go on with the next."""
        ended: LetGo | None = None
        try:
            match action:
                case Post():
                    ended = await self._post(picture, action)
                case Edit():
                    ended = await self._edit(picture)
                case Reply():
                    ended = await self._reply(picture, action)
                case Tell():
                    ended = await self._tell(picture, action)
                case Hush():
                    await self._hush(action)
                case Continue():
                    ended = await self._continue(picture)
                case Close() | Abandon():
                    ended = await self._close(given_up=isinstance(action, Abandon))
                case Wait() | Drop():
                    raise AssertionError(action)
        except Gone:
            ended = await self._save(picture)
        return ended

    def _sender(self) -> Sender:
        return Sender(outside=self._out, card=self._card, attempt=self._number, doubts=self._doubts)

    def _sending(
        self,
        kind: SendingKind,
        steps: tuple[AlertStep, ...] = (),
        alerts: tuple[Alert, ...] = (),
        *,
        ends: bool = False,
    ) -> Sending:
        self._messages += 1
        return Sending(
            kind=kind,
            key=message_key(self._card.ref, self._number, self._messages),
            at=self._out.clock.now(),
            alerts=tuple(alert.ref for alert in alerts),
            steps=tuple(step.ref for step in steps),
            ends=ends,
        )

    # moves

    async def _post(self, picture: Picture, action: Post) -> LetGo | None:
        sending = self._sending(SendingKind.CARD, action.steps, action.alerts, ends=picture.is_end)
        letter = Letter(sending=sending, message=picture.card(), to=self._card.channel, drawn=picture.fingerprint)
        return await self._sender().send(letter)

    async def _reply(self, picture: Picture, action: Reply) -> LetGo | None:
        posted = self._card.posted
        letter = Letter(
            sending=self._sending(SendingKind.REPLY, action.steps, action.alerts, ends=picture.is_end),
            message=picture.reply(action.steps),
            to=self._card.channel if posted is None else posted.channel,
            thread=None if posted is None else posted.ts,
            broadcast=action.broadcast,
        )
        return await self._sender().send(letter)

    async def _tell(self, picture: Picture, action: Tell) -> LetGo | None:
        letter = Letter(
            sending=self._sending(SendingKind.PERSON, (action.step,)),
            message=picture.person(action.step),
            to=action.step.person or "",
        )
        return await self._sender().send(letter)

    async def _hush(self, action: Hush) -> None:
        """Note as told what is not told to anybody."""
        now = self._out.clock.now()
        sending = self._sending(SendingKind.PERSON, action.steps, action.alerts)
        await self._held(
            await self._out.ledger.begin_sending(
                self._card.ref, attempt=self._number, sending=sending, lease_until=now + self._out.timing.lease
            )
        )
        await self._held(
            await self._out.ledger.sent(
                self._card.ref, attempt=self._number, sending=sending, posted=None, drawn=None, now=now
            )
        )

    async def _edit(self, picture: Picture) -> LetGo | None:
        posted = self._card.posted
        if posted is None:
            raise AssertionError(self._card.ref)
        try:
            await self._out.messenger.edit(posted, picture.card())
        except NotPosted as refusal:
            CARDS.labels("edit", "put_off").inc()
            wait = pause_after(self._card.failures + 1) if refusal.wait is None else refusal.wait
            return LetGo(due_at=self._out.clock.now() + wait, reason=f"Slack did not take it ({refusal.code})")
        except NeverPosted as refusal:
            CARDS.labels("edit", "refused").inc()
            log.warning("card.message_gone", card=self._card.ref, code=refusal.code)
            raise Gone from None
        except ChannelClosed as refusal:
            await self._out.closing.closed(PauseKind.CHANNEL, refusal.reason, channel=self._card.channel)
            return self._sender().locked_out(refusal.reason)
        except WorkspaceClosed as refusal:
            return await self._sender().shut_out(refusal)
        CARDS.labels("edit", "sent").inc()
        await self._held(
            await self._out.ledger.edited(
                self._card.ref, attempt=self._number, drawn=picture.fingerprint, now=self._out.clock.now()
            )
        )
        return None

    async def _continue(self, picture: Picture) -> LetGo | None:
        """Point from the old card to the new one, which is posted by an attempt of its own."""
        ended = await self._edit(picture.continued())
        return ended or await self._begin_anew()

    async def _save(self, picture: Picture) -> LetGo | None:
        """Tell in the channel what a card can tell no more whose message is gone; then go on without it."""
        left = picture.left_behind(self._out.clock.now())
        if left is None:
            return await self._begin_anew()
        if isinstance(left, Post):
            return await self._post(picture, left)
        sending, message = self._sending(SendingKind.LOOSE, left.steps), picture.reply(left.steps)
        letter = Letter(sending=sending, message=message, to=self._card.channel)
        return await self._sender().send(letter)

    async def _begin_anew(self) -> LetGo | None:
        """Go on with a new card if there is anything to go on with."""
        now = self._out.clock.now()
        if not any(alert.is_open for alert in await self._out.ledger.members(self._card.ref)):
            return await self._close()
        following = await self._out.ledger.continue_card(self._card.ref, attempt=self._number, now=now)
        if following is None:
            raise Lost
        log.info("card.continued", card=self._card.ref, by=following.ref)
        return None

    async def _close(self, *, given_up: bool = False) -> LetGo | None:
        """Put it away, and see what came meanwhile; not if nobody can be told of that."""
        now = self._out.clock.now()
        if not await self._out.ledger.close_card(self._card.ref, attempt=self._number, now=now):
            return LetGo(due_at=now)
        if not given_up:
            log.info("card.closed", card=self._card.ref)
            return None
        log.error("card.given_up", card=self._card.ref, failures=self._card.failures, reason=self._card.reason)
        return LetGo(due_at=None, reason=UNREACHABLE)

    async def _held(self, held: bool) -> None:  # noqa: FBT001 - the answer of the ledger as it comes
        if not held:
            raise Lost
