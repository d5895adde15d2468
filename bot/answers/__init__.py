"""What a verb answers, before anybody draws it: the same values for Slack, for the terminal and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answers.digests import (
    Difference,
    DifferenceKind,
    DigestDetails,
    DigestDone,
    DigestForm,
    DigestKept,
    DigestList,
    DigestReport,
    Lateness,
    Purpose,
    SourceTotals,
    Undelivered,
)
from bot.answers.projects import (
    ChangeList,
    Choices,
    Exported,
    FilterHelp,
    HelpPage,
    Overview,
    ProjectCard,
    ProjectList,
    Refusal,
    ServiceList,
    Shown,
    Summary,
    VerbHelp,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.model import Attachment

__all__ = [
    "Answer",
    "ChangeList",
    "Choices",
    "Difference",
    "DifferenceKind",
    "DigestDetails",
    "DigestDone",
    "DigestForm",
    "DigestKept",
    "DigestList",
    "DigestReport",
    "Exported",
    "FilterHelp",
    "HelpPage",
    "Lateness",
    "Overview",
    "ProjectCard",
    "ProjectList",
    "Purpose",
    "Refusal",
    "Reply",
    "ServiceList",
    "Shown",
    "SourceTotals",
    "Summary",
    "Undelivered",
    "VerbHelp",
]

Answer = (
    ProjectList
    | Overview
    | ProjectCard
    | Choices
    | ServiceList
    | Summary
    | ChangeList
    | Exported
    | DigestReport
    | DigestKept
    | DigestList
    | DigestDetails
    | DigestDone
    | HelpPage
    | FilterHelp
    | Refusal
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, and what may follow it."""

    answer: Answer
    later: Callable[[], Awaitable[Reply]] | None = None
    """Set if sources were still being read: waits for them (the caller bounds the wait) and answers again."""

    attachment: Attachment | None = None
