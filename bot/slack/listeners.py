"""What Bolt calls. A listener reads, hands over, acknowledges and returns; nothing leaves it as an exception.

An exception after ``ack()`` makes Bolt throw the acknowledgement away, and the person sees a time-out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.slack.actors import is_outsider
from bot.slack.heard import Heard, Ignored
from bot.slack.payloads import read_command, read_mention, read_message, read_press, read_return
from bot.slack.sentences import BUSY, OUTSIDER, UNKNOWN_COMMAND

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.slack.answering import Answering
    from bot.slack.identity import Badge
    from bot.slack.tasks import Tasks

log = structlog.get_logger(__name__)

COMMAND: Final = "/projects"
"""The slash command; the manifest says the same."""

Body = dict[str, Any]


class ChannelIsBack(Protocol):
    """What wants to know that a channel may take something from us again."""

    async def __call__(self, channel: str, /) -> object:
        """Take note of a channel, by its id; whatever goes wrong is logged where it was called."""
        ...


class Listeners:
    """The way from Bolt to our tasks.

    Args:
        answering: does the work.
        tasks: where it is done.
        apologies: where people are told that there is no room for it; small.
        badge: who we are.
        channel_is_back: is told of channels that may take something from us again; None: nobody wants to know.
    """

    def __init__(
        self,
        *,
        answering: Answering,
        tasks: Tasks,
        apologies: Tasks,
        badge: Badge,
        channel_is_back: ChannelIsBack | None = None,
    ) -> None:
        self._answering = answering
        self._tasks = tasks
        self._apologies = apologies
        self._badge = badge
        self._channel_is_back = channel_is_back

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to; whatever else comes is acknowledged and left alone."""
        app.command(COMMAND)(self.command)
        app.block_action(re.compile(""))(self.press)
        app.event("app_mention")(self.mention)
        app.event("message")(self.message)
        for event in ("channel_unarchive", "group_unarchive", "member_joined_channel"):
            app.event(event)(self.channel_returned)
        app.error(self.unhandled)

    async def command(self, ack: AsyncAck, body: Body) -> None:
        """Take a slash command. An acknowledgement can carry words, so being busy costs no request."""
        heard = _worth_answering(read_command(body))
        if heard is not None and self._is_outsider(heard):
            await ack(OUTSIDER)
            return
        taken = heard is None or self._begin(heard)
        await ack("" if taken else BUSY)

    async def press(self, ack: AsyncAck, body: Body) -> None:
        """Take a click."""
        self._begin_or_apologise(read_press(body))
        await ack()

    async def mention(self, body: Body) -> None:
        """Take a message that names us; Bolt acknowledges events."""
        self._begin_or_apologise(read_mention(body, self._badge.user))

    async def message(self, body: Body) -> None:
        """Take a direct message; Bolt acknowledges events."""
        self._begin_or_apologise(read_message(body, self._badge.user))

    async def channel_returned(self, body: Body) -> None:
        """Take the news that a channel was unarchived or let us in; Bolt acknowledges events."""
        channel = read_return(body, self._badge.user)
        told = self._channel_is_back
        if channel is None or told is None:
            return
        log.info("channel.came_back", channel=channel)

        async def tell(_request_id: str) -> None:
            await told(channel)

        if not self._tasks.begin(tell, channel=channel):
            log.warning("request.turned_away", under_way=len(self._tasks))

    async def unhandled(self, error: Exception, body: Body) -> BoltResponse:
        """Acknowledge what nobody listens to, so that nobody sees a time-out."""
        if not isinstance(error, BoltUnhandledRequestError):
            log.error("request.not_read", error=type(error).__name__)
        else:
            log.info("request.ignored", reason="unknown_request", type=str(body.get("type", ""))[:40])
        return BoltResponse(status=200, body=UNKNOWN_COMMAND if "command" in body else "")

    def _begin_or_apologise(self, read: Heard | Ignored) -> None:
        heard = _worth_answering(read)
        if heard is None:
            return
        if self._is_outsider(heard):
            self._apologies.begin(lambda _: self._answering.send_away(heard), user=heard.user)
        elif not self._begin(heard):
            self._apologies.begin(lambda _: self._answering.turn_away(heard), user=heard.user)

    def _is_outsider(self, heard: Heard) -> bool:
        """Tell whether somebody of another workspace did it, in a channel that is shared with ours."""
        we = self._badge.identity
        if we is None or not is_outsider(heard.actor, we):
            return False
        log.info("request.refused", reason="other_workspace", user=heard.user, team=heard.actor.team)
        return True

    def _begin(self, heard: Heard) -> bool:
        """Begin to answer; False if there is no room for it. Waits for nothing."""
        begun = self._tasks.begin(
            lambda request_id: self._answering.answer(heard, request_id), user=heard.user, channel=heard.channel
        )
        if not begun:
            log.warning("request.turned_away", under_way=len(self._tasks))
        return begun


def _worth_answering(read: Heard | Ignored) -> Heard | None:
    if isinstance(read, Heard):
        return read
    if not read.routine:
        log.info("request.ignored", reason=read.reason)
    return None
