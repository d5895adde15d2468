"""Telling people that digests and watches cannot be delivered: owners directly, and those who run Rollcall."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from bot.digests.resting import ends_visibly
from bot.errors import MessengerError, WorkspaceClosed
from bot.metrics import NOTICES
from bot.model import Digest, PauseKind
from bot.views.notices import line, named_channels, notice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from bot.model import Message, Pause, Watch
    from bot.ports import Messenger

    Subject = Digest | Watch
    """What rests; all of one notice are of one kind."""

log = structlog.get_logger(__name__)

FAILURES_TOLD: Final = 3
"""So many failures in a row are a reason to tell the owner."""


@dataclass(frozen=True, slots=True)
class _News:
    """What is told about some digests."""

    what: str
    """The end of a sentence about one; its verb is for several if there are several."""

    advice: str


class Notices:
    """Sends notices; one that cannot be sent is logged, and breaks nothing.

    Nobody keeps a list of those that are still to be sent: who dies in between has told some people and not others.
    The ledger and `digest list` say the same.

    Args:
        messenger: speaks at Slack.
        operators_channel: id of the channel of those who run Rollcall; None: there is none.
    """

    def __init__(self, messenger: Messenger, operators_channel: str | None) -> None:
        self._messenger = messenger
        self._operators_channel = operators_channel

    async def resting(self, subjects: Sequence[Subject], pause: Pause) -> None:
        """Tell that digests rest because they cannot be delivered, or watches: each owner once, the operators once.

        Args:
            subjects: at least one, all that rest for that reason since then.
            pause: why.
        """
        names: dict[str, str] = {}
        with suppress(WorkspaceClosed):  # then nobody hears the rest either
            owners = list(dict.fromkeys(each.owner for each in subjects if each.owner is not None))
            told = 0
            for owner in owners:
                theirs = [each for each in subjects if each.owner == owner]
                told += await self._tell(owner, theirs, _rest_news(theirs, pause), names)
            note = _owners_note(subjects, len(owners), told)
            await self._tell_operators(subjects, _rest_news(subjects, pause), names, note)

    async def failing(self, digest: Digest, reason: str) -> None:
        """Tell that a digest has failed again and again; the operators hear of it only if the owner cannot."""
        shown = f"`digest show {digest.number}` in that channel lists every attempt."
        news = _News(f"was not delivered {FAILURES_TOLD} times in a row. The last time: {reason}.", shown)
        names: dict[str, str] = {}
        with suppress(WorkspaceClosed):
            if digest.owner is None or not await self._tell(digest.owner, [digest], news, names):
                owners = int(digest.owner is not None)
                await self._tell_operators([digest], news, names, _owners_note([digest], owners, told=0))

    async def operators(self, sentence: str, advice: str) -> None:
        """Tell those who run Rollcall of something that is nobody's digest or watch."""
        if self._operators_channel is not None:
            with suppress(WorkspaceClosed):
                posting = self._messenger.post(self._operators_channel, line(sentence, advice))
                await _sent(posting, channel=self._operators_channel)

    async def _tell(self, owner: str, theirs: Sequence[Subject], news: _News, names: dict[str, str]) -> bool:
        message = await self._drawn(f"Your {_noun(theirs)}", theirs, news, names)
        return await _sent(self._messenger.tell(owner, message), user=owner)

    async def _tell_operators(self, subjects: Sequence[Subject], news: _News, names: dict[str, str], note: str) -> None:
        channel = self._operators_channel
        if channel is not None:
            who = _noun(subjects).capitalize()
            message = await self._drawn(who, subjects, _News(news.what, f"{news.advice} {note}"), names)
            await _sent(self._messenger.post(channel, message), channel=channel)

    async def _drawn(self, who: str, subjects: Sequence[Subject], news: _News, names: dict[str, str]) -> Message:
        """Draw a notice; what the channels in it are called is asked once for all messages about the same."""
        for channel in named_channels(subjects):
            if channel not in names:
                names[channel] = (await self._messenger.place(channel)).name or ""
        return notice(who, subjects, names, news.what, news.advice)


def _noun(subjects: Sequence[Subject]) -> str:
    return "digest" if isinstance(subjects[0], Digest) else "watch"


async def _sent(sending: Awaitable[object], **where: str) -> bool:
    """Tell whether it was sent; if not, the log has it.

    Raises:
        WorkspaceClosed: neither will any other be.
    """
    try:
        await sending
    except MessengerError as refusal:
        NOTICES.labels("refused").inc()
        log.warning("notice.not_sent", error=refusal.code, **where)
        if isinstance(refusal, WorkspaceClosed):
            raise
        return False
    except Exception:
        NOTICES.labels("failed").inc()
        log.exception("notice.not_sent", **where)
        return False
    NOTICES.labels("sent").inc()
    return True


def _rest_news(subjects: Sequence[Subject], pause: Pause) -> _News:
    one = len(subjects) == 1
    goes = "It goes on by itself" if one else "They go on by themselves"
    if pause.kind is PauseKind.WORKSPACE:
        advice = f"{goes} when Rollcall is connected to Slack anew."
    elif ends_visibly(pause):
        advice = f"{goes} as soon as the channel is back: unarchive it, or invite me there."
    else:
        them = "it" if one else "each"
        command = f"{_noun(subjects)} resume {subjects[0].number}"
        advice = f"When I may post there again, resume {them} in that channel: `{command}`."
    return _News(f"{'rests' if one else 'rest'} now: {pause.reason}.", advice)


def _owners_note(subjects: Sequence[Subject], owners: int, told: int) -> str:
    """Tell the operators who knows."""
    if not owners:
        return "It has no owner to tell." if len(subjects) == 1 else "They have no owner to tell."
    whose = "Its" if len(subjects) == 1 else "Their"
    if owners == 1:
        return f"{whose} owner {'was' if told else 'could not be'} told."
    if told == owners:
        return f"{whose} {owners} owners were told."
    return f"{owners - told} of {whose.lower()} {owners} owners could not be told."
