"""Where sources tell us what nobody asked them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.hooks import PATH, StreampixelHook
from bot.model import LOCAL_WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.web import Handler
    from bot.wiring.core import Core


def hooks_of(core: Core, nudge: Callable[[], None]) -> dict[str, Handler]:
    """Return paths and what takes what is sent there; none without a secret.

    Args:
        core: with the database.
        nudge: asks the engine to look for work soon, after something new was told.
    """
    secret = core.settings.rollcall_hook_secret
    if secret is None:
        return {}
    connections = [name for name, source in core.catalog.sources.items() if source.sheet.tells_builds]
    hook = StreampixelHook(
        secret=secret,
        workspace=LOCAL_WORKSPACE,
        connections=connections,
        store=core.store,
        clock=core.clock,
        told=nudge,
    )
    return {PATH: hook}
