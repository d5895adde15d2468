"""Questions that the page offers, so that nobody has to know a command to begin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """One question."""

    command: str
    """Without ``/projects``."""

    about: str
    """What it is good for, in a few words."""


EXAMPLES = (
    Example("status", "The whole picture, and how fresh it is"),
    Example("list", "Every project, page by page"),
    Example("search configurator", "Find projects by words"),
    Example("live", "Who has viewers or a queue right now"),
    Example("inactive for:30d", "What nobody has touched for a month"),
    Example("list archved:true", "A typo: see how it helps"),
    Example('digest add "weekdays at 9:00" source:streampixel', "A report that comes by itself"),
    Example("digest list", "What comes by itself in this channel"),
    Example("watch add inactive for 30d", "Be told when a project has gone quiet"),
    Example("alerts", "What is open in this channel"),
)
