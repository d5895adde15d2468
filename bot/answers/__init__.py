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
    OpenAlert,
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
from bot.answers.watches import (
    AlertDetails,
    AlertDone,
    AlertList,
    Backtest,
    CardLine,
    CardReport,
    HoldReport,
    Judged,
    OutageReport,
    Preview,
    SetAside,
    StepLine,
    WatchDeed,
    WatchDetails,
    WatchKept,
    WatchLine,
    WatchList,
    WatchTested,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.model import Attachment

__all__ = [
    "AlertDetails",
    "AlertDone",
    "AlertList",
    "Answer",
    "Backtest",
    "CardLine",
    "CardReport",
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
    "HoldReport",
    "Judged",
    "Lateness",
    "OpenAlert",
    "OutageReport",
    "Overview",
    "Preview",
    "ProjectCard",
    "ProjectList",
    "Purpose",
    "Refusal",
    "Reply",
    "ServiceList",
    "SetAside",
    "Shown",
    "SourceTotals",
    "StepLine",
    "Summary",
    "Undelivered",
    "VerbHelp",
    "WatchDeed",
    "WatchDetails",
    "WatchKept",
    "WatchLine",
    "WatchList",
    "WatchTested",
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
    | WatchKept
    | WatchList
    | WatchDetails
    | WatchTested
    | AlertList
    | AlertDetails
    | AlertDone
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
