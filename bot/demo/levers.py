"""What a person can break, move and pull: the sources, the time, the bot itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.demo.outlet import STATES
from bot.demo.picture import places_picture, sources_picture
from bot.demo.posting import Posting
from bot.demo.slack.workspace import PEOPLE
from bot.demo.sources import MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.demo.jumps import Jumps
    from bot.demo.outlet import Outlet
    from bot.demo.slack.nouns import JSON
    from bot.demo.slack.stand_in import LocalSlack
    from bot.demo.sources import DemoSource

MOST = {"days": 3_650, "hours": 24}
"""As far as the clock can be moved in one go."""


class Levers:
    """Everything of the demo that a person can change without saying a word.

    Args:
        slack: can be broken.
        jumps: move the clock.
        sources: can be broken.
        outlet: can be switched off.
    """

    def __init__(self, slack: LocalSlack, jumps: Jumps, sources: Sequence[DemoSource], outlet: Outlet) -> None:
        self._slack = slack
        self._jumps = jumps
        self._sources = {source.name: source for source in sources}
        self._outlet = outlet
        self.posting = Posting(slack.faults)
        """How Slack takes what the bot posts."""

    async def picture(self) -> JSON:
        """Return how everything stands; it changes without a message."""
        return {
            **await self._jumps.picture(),
            "bot": self._outlet.state,
            "posting": self.posting.mode,
            "channels": places_picture(self._slack.workspace),
            "sources": sources_picture(list(self._sources.values())),
        }

    def source(self, name: str, mode: str) -> None:
        """Break or mend a source.

        Raises:
            LookupError: there is no such source or mode.
        """
        source = self._sources.get(name)
        if source is None or mode not in MODES:
            raise LookupError("there is no such source or mode")
        source.stand_in.set_mode(mode)

    def switch(self, state: str) -> None:
        """Kill the bot, or start it.

        Raises:
            LookupError: that is nothing it can be told to be.
        """
        if state not in STATES:
            raise LookupError("the bot can be killed or running")
        self._outlet.switch(on=state != "killed")

    async def channel(self, channel: str, state: str) -> None:
        """Close a channel to the bot (``archived``, ``removed``), or open it (``unarchived``, ``invited``).

        Raises:
            LookupError: there is no such channel or state.
        """
        membership = self._slack.membership
        match state:
            case "archived":
                membership.archive(channel)
            case "unarchived":
                await membership.unarchive(channel, PEOPLE[0].id)
            case "removed":
                membership.remove(channel)
            case "invited":
                await membership.invite(channel, PEOPLE[0].id)
            case _:
                raise LookupError("a channel cannot be told to be that")

    async def clock(self, wanted: JSON) -> None:
        """Move the time: ``{days: 10}``, ``{hours: 1}``, ``{next: true}``, ``{reset: true}``.

        Raises:
            LookupError: there is no next digest.
            ValueError: the time cannot be moved like that.
        """
        if wanted.get("reset"):
            await self._jumps.back()
        elif wanted.get("next"):
            await self._jumps.to_next()
        else:
            await self._jumps.ahead(timedelta(**{unit: _count(wanted, unit) for unit in MOST}))


def _count(wanted: JSON, unit: str) -> int:
    count = wanted.get(unit, 0)
    if type(count) is not int or not 0 <= count <= MOST[unit]:
        raise ValueError(f"{unit} must be a number from 0 to {MOST[unit]}")
    return count
