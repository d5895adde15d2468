"""What readiness means: `/readyz`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.model import LOCAL_WORKSPACE, Scope
from bot.views.sheet import time_of
from bot.web import Readiness

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.engine.engine import Engine
    from bot.slack.identity import Badge
    from bot.slack.socket_mode import SocketMode
    from bot.wiring.core import Core

TICKED_WITHIN: Final = timedelta(minutes=3)
"""A tick comes every minute, in one of the processes that share the database."""

COUNTED: Final = timedelta(days=1)
"""How far back deliveries are counted."""


def readiness_of(core: Core, badge: Badge, socket_mode: SocketMode | None, engine: Engine | None) -> Readiness:
    """Return the checks, and what else is worth seeing.

    Args:
        core: with the database.
        badge: who we are.
        socket_mode: the connection; None if Slack calls us.
        engine: None if nothing is done that nobody asked for.
    """

    async def store() -> bool:
        await core.store.ping()
        return True

    async def slack() -> bool:
        return badge.identity is not None

    checks: dict[str, Callable[[], Awaitable[bool]]] = {"store": store, "slack": slack}
    if engine is not None:

        async def ticks() -> bool:
            """Tell whether everything due was judged, planned and handed out of late, by any process."""
            return engine.began_within(TICKED_WITHIN) or await engine.ticked_within(TICKED_WITHIN)

        checks["engine"] = ticks
        checks["clock"] = engine.clock_agrees
    if socket_mode is not None:

        async def alive() -> bool:
            return (await socket_mode.state()).connected

        checks["socket"] = alive
    return Readiness(checks=checks, facts=lambda: _facts(core))


async def _facts(core: Core) -> Mapping[str, Any]:
    """Tell how fresh each connection is, and what became of digests; information for operators, not a check."""
    read = {
        known.connection: {
            "projects": known.rows,
            "read_at": time_of(known.last_success_at),
            "problem": known.problem.kind.value if known.problem else None,
        }
        for known in await core.catalog.freshness(Scope(workspace=LOCAL_WORKSPACE))
    }
    counts = await core.ledger.counts(LOCAL_WORKSPACE, since=core.clock.now() - COUNTED)
    return {**read, "deliveries": {state.value: number for state, number in counts.items() if number}}
