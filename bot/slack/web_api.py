"""The Web API as far as we use it: every failure is a `Refused`, every call is made again while that makes sense."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.slack.refusals import Refused, read_retry_after

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.model import Attachment
    from bot.ports import Clock
    from bot.slack.hold import Hold
    from bot.slack.patience import Patience


PAGE: Final = 200
"""Messages of a channel's history at once; Slack advises no more."""


async def attempt(call: Callable[[], Awaitable[AsyncSlackResponse]], clock: Clock) -> AsyncSlackResponse:
    """Make one call.

    Raises:
        Refused: in place of everything that the SDK raises; its errors hold URLs and payloads, so they are not chained.
    """
    try:
        return await call()
    except SlackApiError as error:
        raise _refused(error, clock.now()) from None
    except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError):
        raise Refused("no_connection") from None  # nothing was sent
    except TimeoutError:
        raise Refused("timeout") from None
    except aiohttp.ClientError:
        raise Refused("connection_lost") from None
    except (SlackRequestError, AttributeError, TypeError, ValueError):
        # The SDK trips over answers that are no JSON object; a file that is not taken is a SlackRequestError.
        raise Refused("garbled_answer") from None


def _refused(error: SlackApiError, now: datetime) -> Refused:
    """Read what Slack said. The SDK attaches its own response, or aiohttp's if the body was no JSON."""
    response = error.response
    if isinstance(response, aiohttp.ClientResponse):
        return Refused(f"http_{response.status}" if response.status >= 500 else "garbled_answer")  # noqa: PLR2004 - server faults
    said = response.data if isinstance(response.data, dict) else {}
    wait = read_retry_after(response.headers.get("Retry-After"), now)
    code = said.get("error")
    if response.status_code == 429:  # noqa: PLR2004 - Too Many Requests
        code = "ratelimited"
    return Refused(code if isinstance(code, str) else f"http_{response.status_code}", wait=wait)


class WebApi:
    """Posts, changes and uploads with the bot token.

    Args:
        client: neither retries nor logs (`bot.slack.clients`).
        patience: how long to insist.
        hold: a pause that all who post keep; None: each finds out by itself.
    """

    def __init__(self, client: AsyncWebClient, patience: Patience, hold: Hold | None = None) -> None:
        self._client = client
        self._patience = patience
        self._hold = hold

    async def post(
        self,
        channel: str,
        body: dict[str, Any],
        *,
        thread: str | None,
        broadcast: bool = False,
        until: datetime | None = None,
        within: float | None = None,
    ) -> tuple[str, str]:
        """Post a message; returns channel id and timestamp, by which it can be changed.

        https://docs.slack.dev/reference/methods/chat.postMessage

        Args:
            channel: id.
            body: what else the method takes.
            thread: timestamp of the message to answer to.
            broadcast: whether the answer is shown in the channel, too.
            until: a moment after which it is not sent again.
            within: seconds after which a request counts as timed out; None: the session decides.

        Raises:
            Refused: Slack does not take it, or asked us to wait.
        """
        given = body if thread is None else {**body, "thread_ts": thread}
        if thread is not None and broadcast:
            given["reply_broadcast"] = True

        async def send() -> AsyncSlackResponse:
            async with asyncio.timeout(within):
                return await self._client.chat_postMessage(channel=channel, **given)

        answer = await self._patience.insist(lambda: self._unless_held(send), until=until)
        timestamp = answer.get("ts")
        if not isinstance(timestamp, str):
            raise Refused("garbled_answer")
        return str(answer.get("channel") or channel), timestamp

    async def whisper(self, channel: str, user: str, text: str, *, thread: str | None) -> None:
        """Post a message that one person sees: https://docs.slack.dev/reference/methods/chat.postEphemeral.

        Raises:
            Refused: Slack does not take it.
        """
        await self._call(
            lambda: self._client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread)
        )

    async def change(self, channel: str, timestamp: str, body: dict[str, Any]) -> None:
        """Change a message of ours: https://docs.slack.dev/reference/methods/chat.update.

        Raises:
            Refused: Slack does not take it.
        """
        await self._call(lambda: self._client.chat_update(channel=channel, ts=timestamp, **body))

    async def upload(self, attachment: Attachment, *, channel: str, thread: str | None) -> None:
        """Put a file into a conversation: https://docs.slack.dev/messaging/working-with-files.

        Raises:
            Refused: Slack does not take it.
        """
        await self._call(
            lambda: self._client.files_upload_v2(
                channel=channel,
                thread_ts=thread,
                filename=attachment.name,
                title=attachment.title,
                content=attachment.content,
            )
        )

    async def direct_channel(self, user: str) -> str:
        """Find or open the conversation with one person: https://docs.slack.dev/reference/methods/conversations.open.

        Raises:
            Refused: Slack does not allow it.
        """
        answer = await self._call(lambda: self._client.conversations_open(users=user))
        channel = _object(answer, "channel")
        if "id" not in channel:
            raise Refused("garbled_answer")
        return str(channel["id"])

    async def conversation(self, channel: str) -> dict[str, Any]:
        """Return what Slack knows of a channel: https://docs.slack.dev/reference/methods/conversations.info.

        Raises:
            Refused: Slack does not tell.
        """
        return _object(await self._call(lambda: self._client.conversations_info(channel=channel)), "channel")

    async def person(self, user: str) -> dict[str, Any]:
        """Return what Slack knows of a person: https://docs.slack.dev/reference/methods/users.info.

        Raises:
            Refused: Slack does not tell.
        """
        return _object(await self._call(lambda: self._client.users_info(user=user)), "user")

    async def history(self, channel: str, *, oldest: str, cursor: str | None) -> tuple[list[Any], str | None]:
        """Return a page of messages with their metadata, and the cursor of the next page; None: there is none.

        https://docs.slack.dev/reference/methods/conversations.history

        Raises:
            Refused: Slack does not tell.
        """
        return _page(
            await self._call(
                lambda: self._client.conversations_history(
                    channel=channel, oldest=oldest, cursor=cursor, limit=PAGE, include_all_metadata=True
                )
            )
        )

    async def replies(
        self, channel: str, thread: str, *, oldest: str, cursor: str | None
    ) -> tuple[list[Any], str | None]:
        """Return a page of the answers to a message, as `history` does; that message itself may be among them.

        https://docs.slack.dev/reference/methods/conversations.replies

        Raises:
            Refused: Slack does not tell.
        """
        return _page(
            await self._call(
                lambda: self._client.conversations_replies(
                    channel=channel, ts=thread, oldest=oldest, cursor=cursor, limit=PAGE, include_all_metadata=True
                )
            )
        )

    async def permalink(self, channel: str, timestamp: str) -> str:
        """Return the address of a message: https://docs.slack.dev/reference/methods/chat.getPermalink.

        Raises:
            Refused: Slack does not tell.
        """
        answer = await self._call(lambda: self._client.chat_getPermalink(channel=channel, message_ts=timestamp))
        link = answer.get("permalink")
        if not isinstance(link, str):
            raise Refused("garbled_answer")
        return link

    async def _call(self, call: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse:
        return await self._patience.insist(lambda: attempt(call, self._patience.clock))

    async def _unless_held(self, call: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse:
        """Make one call, and none while Slack wants us to wait."""
        if self._hold is None:
            return await attempt(call, self._patience.clock)
        self._hold.check()
        try:
            return await attempt(call, self._patience.clock)
        except Refused as refusal:
            self._hold.note(refusal)
            raise


def _object(answer: AsyncSlackResponse, name: str) -> dict[str, Any]:
    found = answer.get(name)
    if not isinstance(found, dict):
        raise Refused("garbled_answer")
    return found


def _page(answer: AsyncSlackResponse) -> tuple[list[Any], str | None]:
    messages, more = answer.get("messages"), answer.get("response_metadata")
    if not isinstance(messages, list):
        raise Refused("garbled_answer")
    return messages, (more.get("next_cursor") or None) if isinstance(more, dict) else None
