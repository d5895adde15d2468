"""What is posted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Slack takes it: `text` says everything for notifications and screen readers, `blocks` show it."""

    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to a message."""

    name: str
    title: str
    content: bytes
