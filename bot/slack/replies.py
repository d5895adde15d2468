"""Places where an answer appears: through a response_url, or in a conversation that the bot is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.metrics import REPLIES
from bot.slack.drawing import drawn_or_as_words, words_of
from bot.slack.heard import InChannel, Manner, ViaUrl
from bot.slack.refusals import Refused
from bot.slack.response_url import ResponseUrl

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp

    from bot.slack.drawing import Body
    from bot.slack.heard import Address
    from bot.slack.patience import Patience
    from bot.slack.web_api import WebApi
    from bot.views import Message


class Place(Protocol):
    """Where one answer appears."""

    @property
    def amendable(self) -> bool:
        """Whether `show` may be called again, to put another message in the place of the first."""
        ...

    @property
    def timestamp(self) -> str | None:
        """By which Slack knows the message that was shown first; None if nothing was, or Slack does not tell."""
        ...

    async def show(self, message: Message) -> None:
        """Show a message.

        Raises:
            Refused: Slack does not take it, neither drawn nor as plain text.
        """
        ...


class UrlPlace:
    """Answers through a response_url."""

    timestamp = None

    def __init__(self, url: ResponseUrl, address: ViaUrl) -> None:
        self._url = url
        self._address = address
        self._shown = False

    @property
    def amendable(self) -> bool:
        """A second post can replace the answer to a command, or the message of the button; nothing else."""
        return self._address.manner in (Manner.FIRST, Manner.REPLACE)

    async def show(self, message: Message) -> None:
        """Post; the second time replace."""
        how = self._how()
        await _as_drawn_or_as_text(message, lambda body: self._url.send({**body, **how}), way="response_url")
        self._shown = True

    def _how(self) -> Body:
        """Say what becomes of the message that is there; a message never changes who can see it."""
        manner = self._address.manner
        if manner is Manner.REPLACE or (manner is Manner.FIRST and self._shown):
            return {"replace_original": True}
        if manner is not Manner.FOR_ALL:
            return {"response_type": "ephemeral", "replace_original": False}
        thread = {"thread_ts": self._address.thread} if self._address.thread else {}
        return {"response_type": "in_channel", "replace_original": False, **thread}


class ChannelPlace:
    """Answers with a message of its own, and changes that."""

    amendable = True

    def __init__(self, web: WebApi, address: InChannel) -> None:
        self._web = web
        self._address = address
        self._posted: tuple[str, str] | None = None

    @property
    def timestamp(self) -> str | None:
        """What was posted can be named."""
        return self._posted[1] if self._posted else None

    async def show(self, message: Message) -> None:
        """Post; the second time change what was posted."""
        await _as_drawn_or_as_text(message, self._put, way="channel")

    async def _put(self, body: Body) -> None:
        if self._posted is None:
            self._posted = await self._web.post(self._address.channel, body, thread=self._address.thread)
            return
        channel, timestamp = self._posted
        changed = {name: value for name, value in body.items() if not name.startswith("unfurl_")}
        await self._web.change(channel, timestamp, changed)


async def _as_drawn_or_as_text(message: Message, send: Callable[[Body], Awaitable[None]], *, way: str) -> None:
    """Send a message and count what became of it."""
    try:
        _, outcome = await drawn_or_as_words(message, words_of(message), send, event="answer.drawing_refused")
    except Refused as refusal:
        REPLIES.labels(way, refusal.fate.value).inc()
        raise
    REPLIES.labels(way, outcome).inc()


class Places:
    """Turns addresses into places.

    Args:
        web: the Web API with the bot token.
        session: shared, already open.
        patience: how long to insist.
    """

    def __init__(self, *, web: WebApi, session: aiohttp.ClientSession, patience: Patience) -> None:
        self._web = web
        self._session = session
        self._patience = patience

    def at(self, address: Address) -> Place:
        """Return the place for one answer; the life of a response_url counts from here."""
        if isinstance(address, InChannel):
            return ChannelPlace(self._web, address)
        born_at = self._patience.clock.now()
        url = ResponseUrl(address.url, session=self._session, patience=self._patience, born_at=born_at)
        return UrlPlace(url, address)
