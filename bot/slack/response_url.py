"""Answering through the response_url of a command or a click.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from bot.slack.clients import url_client
from bot.slack.refusals import Refused, code_for, read_retry_after

if TYPE_CHECKING:
    from datetime import datetime

    from bot.slack.patience import Patience

USES: Final = 5
"""Slack takes five posts; whether a refused one counts is not documented, so all do."""

LIFE: Final = timedelta(minutes=25)
"""Slack says 30 minutes from the interaction on; a delivery may have been on its way for a while."""


class ResponseUrl:
    """One response_url, with the count of its uses. The URL is a secret and appears in no error.

    Args:
        url: as Slack gave it.
        session: shared, already open.
        patience: how long to insist.
        born_at: when the interaction reached us.
    """

    def __init__(self, url: str, *, session: aiohttp.ClientSession, patience: Patience, born_at: datetime) -> None:
        self._client = url_client(session, url)
        self._patience = patience
        self._dies_at = born_at + LIFE
        self._uses_left = USES

    async def send(self, body: dict[str, Any]) -> None:
        """Post one message.

        Raises:
            Refused: Slack does not take it, or the URL is used up (``response_url_spent``).
        """
        await self._patience.insist(lambda: self._attempt(body), until=self._dies_at)

    async def _attempt(self, body: dict[str, Any]) -> None:
        if self._uses_left <= 0 or self._patience.clock.now() >= self._dies_at:
            raise Refused("response_url_spent")
        self._uses_left -= 1
        try:
            answer = await self._client.send_dict(body)
        except TimeoutError:
            raise Refused("timeout") from None
        except aiohttp.ClientError:
            raise Refused("no_connection") from None
        except ValueError:  # bytes that are no text
            raise Refused("garbled_answer") from None
        if code := code_for(answer.status_code, answer.body):
            raise Refused(code, wait=read_retry_after(_header(answer.headers), self._patience.clock.now()))


def _header(headers: dict[str, Any]) -> str | None:
    value = headers.get("Retry-After")
    return value if isinstance(value, str) else None
