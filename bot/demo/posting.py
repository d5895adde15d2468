"""How Slack takes what the bot posts, until a person decides otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.demo.slack.faults import POST, lost_answer, rate_limited, server_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.demo.slack.faults import Fault, Faults

RETRY_AFTER_S = 20
"""Long enough to see the bot wait, short enough to see it come back."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take posts."""

    label: str
    """What a person reads on the button."""

    fault: Fault | None = None


WAYS: Mapping[str, Way] = {
    "ok": Way("Working"),
    "limited": Way("Rate limited", rate_limited(str(RETRY_AFTER_S))),
    "failing": Way("Error 500", server_fault()),
    "lost": Way("Answer lost", lost_answer()),
}
"""All of them; ``lost`` posts, but nobody tells the bot."""


class Posting:
    """The way that ``chat.postMessage`` is taken.

    Args:
        faults: of the local Slack.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.mode = "ok"
        """One of `WAYS`."""

    def set_mode(self, name: str) -> None:
        """Take posts differently from the next one on.

        Raises:
            LookupError: there is no such way.
        """
        way = WAYS.get(name)
        if way is None:
            raise LookupError("Slack cannot take posts in such a way")
        self._faults.mend(POST)
        if way.fault is not None:
            self._faults.always(POST, way.fault)
        self.mode = name
