"""What the page is told: the workspace as JSON."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from bot.demo.slack.workspace import BOT, loud_places
from bot.demo.sources import MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.demo.clock import DemoClock
    from bot.demo.slack.nouns import JSON, Channel, Message, StoredFile, User
    from bot.demo.slack.workspace import Workspace
    from bot.demo.sources import DemoSource

PREVIEW_ROWS = 6
PREVIEW_CELLS = 6


def workspace_picture(workspace: Workspace, viewer: User) -> JSON:
    """Return who and what there is, and every message that `viewer` sees."""
    return {
        "me": viewer.id,
        "bot": BOT.id,
        "users": [{"id": u.id, "handle": u.handle, "name": u.name, "bot": u.is_bot} for u in workspace.users.values()],
        "channels": [_channel_picture(c) for c in workspace.channels.values() if not c.is_im or viewer.id in c.members],
        "messages": [message_picture(m) for m in workspace.messages(viewer=viewer.id)],
        "modes": [{"name": name, "label": label} for name, label in MODES.items()],
    }


def _channel_picture(channel: Channel) -> JSON:
    return {
        "id": channel.id,
        "name": BOT.name if channel.is_im else channel.name,
        "private": channel.private,
        "dm": channel.is_im,
        "has_bot": BOT.id in channel.members,
    }


def message_picture(message: Message) -> JSON:
    """Return one message as the page draws it."""
    return {
        "seq": message.seq,
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "text": message.text,
        "blocks": list(message.blocks),
        "thread_ts": message.thread_ts,
        "private": message.only_for is not None,
        "edited": message.replaced > 0 and message.only_for is None,
        "alarm": message.user == BOT.id and bool(loud_places(message)),
        "files": [_file_picture(file) for file in message.files],
    }


def _file_picture(file: StoredFile) -> JSON:
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": len(file.content),
        "preview": _preview(file) if file.name.endswith(".csv") else [],
    }


def _preview(file: StoredFile) -> list[list[str]]:
    text = file.content.decode("utf-8-sig", errors="replace")
    rows = csv.reader(io.StringIO(text))
    return [row[:PREVIEW_CELLS] for row in islice(rows, PREVIEW_ROWS)]


def status_picture(clock: DemoClock, sources: Sequence[DemoSource]) -> JSON:
    """Return what changes without a message: the sources and how far the clock was moved."""
    return {
        "ahead_days": clock.ahead // timedelta(days=1),
        "sources": [
            {
                "name": source.name,
                "title": source.title,
                "mode": source.stand_in.mode,
                "requests": source.stand_in.request_count,
            }
            for source in sources
        ],
    }
