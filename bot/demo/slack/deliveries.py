"""Everything the bot was told: one attempt each, and the three repetitions of an event.

https://docs.slack.dev/apis/events-api#retries
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.demo.slack.nouns import Delivery, Envelope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.demo.slack.courier import Courier
    from bot.demo.slack.nouns import JSON, Answered

REPEAT_AFTER_S = (0.0, 60.0, 300.0)
"""Waits before the three repetitions of an event."""


class Deliveries:
    """Tells the bot things and remembers what came of it.

    Args:
        courier: the wire; may be exchanged (`courier`) to switch between HTTP and Socket Mode.
        sleep: waits between repetitions.
    """

    def __init__(self, courier: Courier, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.courier = courier
        self.log: list[Delivery] = []
        """Every attempt with its acknowledgement, repetitions included."""
        self._sleep = sleep
        self._repeating: set[asyncio.Task[None]] = set()

    async def tell(
        self,
        kind: str,
        payload: JSON,
        *,
        trigger_id: str | None = None,
        event_id: str | None = None,
        response_url: str | None = None,
    ) -> Delivery:
        """Tell the bot and return its acknowledgement; failed events are repeated in the background."""
        envelope = Envelope(kind=kind, payload=payload)
        done = Delivery(
            envelope=envelope,
            answer=await self.courier.deliver(envelope),
            trigger_id=trigger_id,
            event_id=event_id,
            response_url=response_url,
        )
        self.log.append(done)
        if kind == "events_api" and done.error and not done.answer.no_retry:
            task = asyncio.create_task(self._repeat(done))
            self._repeating.add(task)
            task.add_done_callback(self._repeating.discard)
        return done

    async def replay(self, delivery: Delivery) -> Delivery:
        """Send something once more, unchanged, as somebody who has recorded it would."""
        again = replace(delivery, answer=await self.courier.repeat(delivery.envelope, delivery.answer))
        self.log.append(again)
        return again

    async def verify_url(self) -> bool:
        """Check the bot's address as Slack does when it is typed into the app's settings."""
        challenge = uuid4().hex
        payload = {"type": "url_verification", "challenge": challenge}
        answer = await self.courier.deliver(Envelope(kind="events_api", payload=payload))
        return challenge in answer.body

    async def settled(self) -> None:
        """Wait until no repetition is to come any more."""
        while self._repeating:
            await asyncio.gather(*self._repeating)

    async def aclose(self) -> None:
        """Give up repetitions that are still to come."""
        for task in self._repeating:
            task.cancel()
        await asyncio.gather(*self._repeating, return_exceptions=True)

    async def _repeat(self, done: Delivery) -> None:
        for number, wait_s in enumerate(REPEAT_AFTER_S, start=1):
            await self._sleep(wait_s)
            envelope = replace(done.envelope, retry=number, retry_reason=_reason(done.answer))
            done = replace(done, envelope=envelope, answer=await self.courier.deliver(envelope))
            self.log.append(done)
            if not done.error or done.answer.no_retry:
                return


def _reason(answer: Answered) -> str:
    if answer.timed_out:
        return "http_timeout"
    return "http_error" if answer.status else "connection_failed"
