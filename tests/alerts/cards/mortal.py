"""Processes that die: everything they reach outside counts its calls, and one of them is the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import Messenger, WatchLedger


class Killed(BaseException):
    """The process is dead; nothing that catches errors may catch that."""


@dataclass
class Fate:
    """When a process dies."""

    at_call: int
    """Number of the call, from 1, over everything it reaches."""

    done: bool
    """Whether what was called is done before that."""

    calls: int = 0

    def watch(self, thing: Any) -> Any:
        """Return something that does the same as long as we live."""
        return _Mortal(thing, self)

    def ledger(self, ledger: WatchLedger) -> WatchLedger:
        """Return a ledger that does the same as long as we live."""
        return cast("WatchLedger", self.watch(ledger))

    def messenger(self, messenger: Messenger) -> Messenger:
        """Return a messenger that does the same as long as we live."""
        return cast("Messenger", self.watch(messenger))


class _Mortal:
    def __init__(self, thing: Any, fate: Fate) -> None:
        self._thing = thing
        self._fate = fate

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self._thing, name)

        async def call(*args: Any, **given: Any) -> Any:
            self._fate.calls += 1
            last = self._fate.calls == self._fate.at_call
            if last and not self._fate.done:
                raise Killed
            answer = await real(*args, **given)
            if last:
                raise Killed
            return answer

        return call
