"""What the page is told: the workspace as JSON."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING

from bot.demo.posting import WAYS
from bot.demo.slack.workspace import BOT, loud_places
from bot.demo.sources import MODES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        "users": [_user_picture(user) for user in workspace.users.values()],
        "channels": [_channel_picture(c) for c in workspace.channels.values() if not c.is_im or viewer.id in c.members],
        "messages": [message_picture(m) for m in workspace.messages(viewer=viewer.id)],
        "modes": _choices(MODES),
        "postings": _choices({name: way.label for name, way in WAYS.items()}),
    }


def _user_picture(user: User) -> JSON:
    return {"id": user.id, "handle": user.handle, "name": user.name, "bot": user.is_bot, "zone": user.zone}


def _choices(labels: Mapping[str, str]) -> list[JSON]:
    return [{"name": name, "label": label} for name, label in labels.items()]


def _channel_picture(channel: Channel) -> JSON:
    return {
        "id": channel.id,
        "name": BOT.name if channel.is_im else channel.name,
        "private": channel.private,
        "dm": channel.is_im,
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
        "broadcast": message.broadcast,
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


def places_picture(workspace: Workspace) -> list[JSON]:
    """Return what may change about a channel: whether it is archived, and whether the bot is in it."""
    return [
        {"id": channel.id, "archived": channel.archived, "has_bot": BOT.id in channel.members}
        for channel in workspace.channels.values()
    ]


def sources_picture(sources: Sequence[DemoSource]) -> list[JSON]:
    """Return how the sources are, and how often they were asked."""
    return [
        {
            "name": source.name,
            "title": source.title,
            "mode": source.stand_in.mode,
            "requests": source.stand_in.request_count,
        }
        for source in sources
    ]
