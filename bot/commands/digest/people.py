"""What people are called who own or changed digests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.commands.spec import Context

MOST_ASKED = 20
"""People asked about for one answer; others are shown by their id."""


async def names_of(context: Context, users: Iterable[str | None]) -> dict[str, str]:
    """Return Slack ids with names, as far as they are known."""
    wanted = list(dict.fromkeys(user for user in users if user))[:MOST_ASKED]
    known = await asyncio.gather(*(context.digests.person(user) for user in wanted))
    return {user: person.name for user, person in zip(wanted, known, strict=True) if person.name}
