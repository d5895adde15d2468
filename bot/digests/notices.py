"""Telling people that a digest cannot be delivered: its owner by direct message, and those who run Rollcall."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import slackblocks as sb
import structlog

from bot.errors import MessengerError
from bot.model import PauseKind
from bot.schedules import print_schedule
from bot.views import blocks

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.model import Digest, Message, Pause
    from bot.ports import Messenger

log = structlog.get_logger(__name__)

FAILURES_TOLD = 3
"""So many failures in a row are a reason to tell the owner."""

WHEN_BACK = {
    PauseKind.CHANNEL: "It goes on by itself as soon as the channel is back: unarchive it, or invite me there.",
    PauseKind.WORKSPACE: "It goes on by itself when Rollcall is connected to Slack anew.",
    PauseKind.PERSON: "It goes on when somebody resumes it.",
}
"""What ends a pause of each kind."""

_CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]{4,20}")


class Notices:
    """Sends notices; one that cannot be sent is logged, and breaks nothing.

    Args:
        messenger: speaks at Slack.
        operators_channel: id of the channel of those who run Rollcall; None: there is none.
    """

    def __init__(self, messenger: Messenger, operators_channel: str | None) -> None:
        self._messenger = messenger
        self._operators_channel = operators_channel

    async def paused(self, digest: Digest, pause: Pause) -> None:
        """Tell that a digest rests because it cannot be delivered."""
        await self._send(digest, f"rests now: {pause.reason}.", WHEN_BACK[pause.kind], always_operators=True)

    async def failing(self, digest: Digest, reason: str) -> None:
        """Tell that a digest has failed again and again; the operators hear of it only if the owner cannot."""
        shown = f"`digest show {digest.number}` in that channel lists every attempt."
        what = f"was not delivered {FAILURES_TOLD} times in a row. The last time: {reason}."
        await self._send(digest, what, shown, always_operators=False)

    async def _send(self, digest: Digest, what: str, advice: str, *, always_operators: bool) -> None:
        told = digest.owner is not None and await self._tell(digest.owner, notice("Your digest", digest, what, advice))
        if not told or always_operators:
            note = _owner_note(digest, told=told)
            await self._tell_operators(notice("Digest", digest, what, f"{advice} {note}"))

    async def _tell(self, owner: str, message: Message) -> bool:
        return await _sent(self._messenger.tell(owner, message), user=owner)

    async def _tell_operators(self, message: Message) -> None:
        if self._operators_channel is not None:
            await _sent(self._messenger.post(self._operators_channel, message), channel=self._operators_channel)


async def _sent(sending: Awaitable[object], **where: str) -> bool:
    """Tell whether it was sent; if not, the log has it."""
    try:
        await sending
    except MessengerError as refusal:
        log.warning("notice.not_sent", error=refusal.code, **where)
        return False
    except Exception:
        log.exception("notice.not_sent", **where)
        return False
    return True


def notice(who: str, digest: Digest, what: str, advice: str) -> Message:
    """Draw a notice about one digest.

    Args:
        who: its beginning, ``Your digest``; the number follows.
        digest: which.
        what: what happened, as the end of that sentence; plain text, may quote outside words.
        advice: one or two sentences.
    """
    number, schedule = str(digest.number), print_schedule(digest.schedule)
    named = [blocks.text(f"{who} "), blocks.bold(number), blocks.text(" in "), _place(digest.channel)]
    drawn = [
        blocks.says(*named, blocks.text(f" ({schedule}) {blocks.one_line(what)}")),
        blocks.notes([advice]),
    ]
    return blocks.message([f"{who} {number} in {digest.channel} ({schedule}) {blocks.one_line(what)}", advice], drawn)


def _place(channel: str) -> sb.RichTextElement:
    """Name a channel as Slack shows it; Slack refuses the whole message for an id that cannot be one."""
    return sb.RichTextChannel(channel) if _CHANNEL_ID.fullmatch(channel) else blocks.code(channel)


def _owner_note(digest: Digest, *, told: bool) -> str:
    if told:
        return "Its owner was told."
    return "Its owner could not be told." if digest.owner is not None else "It has no owner to tell."
