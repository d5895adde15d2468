"""A dispatcher that says what it is told to say."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.answers import Refusal, Reply

if TYPE_CHECKING:
    from bot.model import Ask


def reply(sentence: str) -> Reply:
    """Make a reply that is recognised by its words."""
    return Reply(answer=Refusal(sentence=sentence))


class FakeDispatcher:
    """Remembers what it was asked; answers ``answer to <text>`` unless told otherwise, for all or for one text."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []
        self.says: Reply | Exception | None = None
        self.says_to: dict[str, Reply] = {}
        self.held: dict[str, asyncio.Event] = {}
        """What the answer to one text waits for."""

        self.at_work = 0
        self.most_at_work = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def answer(self, ask: Ask) -> Reply:
        """Answer once the gate is open."""
        self.asked.append(ask)
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            await self.gate.wait()
            await self.held.get(ask.text, self.gate).wait()
        finally:
            self.at_work -= 1
        if isinstance(self.says, Exception):
            raise self.says
        return self.says_to.get(ask.text) or self.says or reply(f"answer to {ask.text}")
