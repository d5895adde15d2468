"""Requests of Slack that were already seen: it sends one again when it believes that we did not hear it.

https://docs.slack.dev/apis/events-api/#retries
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.store.tables import seen_request
from bot.store.upserts import insert_into

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

REMEMBERED: Final = timedelta(hours=1)
"""How long a request is remembered; Slack gives up long before."""


async def first_time(connection: AsyncConnection, workspace: str, key: str, now: datetime) -> bool:
    """Remember a request, in one statement; False if it was already remembered."""
    remembered = (
        insert_into(seen_request, connection)
        .values(workspace=workspace, key=key, seen_at=now)
        .on_conflict_do_update(
            index_elements=["workspace", "key"],
            set_={"seen_at": now},
            where=seen_request.c.seen_at <= now - REMEMBERED,
        )
        .returning(seen_request.c.key)
    )
    return (await connection.execute(remembered)).first() is not None


async def purge(connection: AsyncConnection, now: datetime) -> None:
    """Forget what is too old to matter."""
    await connection.execute(sa.delete(seen_request).where(seen_request.c.seen_at <= now - REMEMBERED))
