"""What Rollcall can be asked: one file per verb, and this index in help's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands import (
    alerts,
    changes,
    digest,
    export,
    help,  # noqa: A004 - a verb
    inactive,
    live,
    search,
    services,
    show,
    status,
    watch,
)
from bot.commands import list as list_

if TYPE_CHECKING:
    from bot.commands.spec import Command

COMMANDS: tuple[Command, ...] = (
    list_.COMMAND,
    search.COMMAND,
    show.COMMAND,
    status.COMMAND,
    live.COMMAND,
    inactive.COMMAND,
    changes.COMMAND,
    services.COMMAND,
    export.COMMAND,
    digest.COMMAND,
    watch.COMMAND,
    alerts.COMMAND,
    help.COMMAND,
)
"""Every verb. A new one is a file beside this one, and a line here."""
