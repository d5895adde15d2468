"""Comparing what happened to projects with what arrived at Slack."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.model import StepKind
from bot.views.alert_words import STEP_MARKS

if TYPE_CHECKING:
    from bot.demo.slack.nouns import Message

NAME: Final = re.compile(r"\bQ[0-9]{3}\b")
IS_BACK: Final = f"{STEP_MARKS[StepKind.BACK]} "
OTHERS: Final = tuple(f"{STEP_MARKS[kind]} " for kind in (StepKind.WORSE, StepKind.REPEATED, StepKind.FLAPPING))
"""How lines begin that tell of neither; those of an opening have the mark of its condition, or none."""


@dataclass(slots=True)
class Told:
    """What people were told of projects: messages as they were sent, since cards change."""

    openings: Counter[str] = field(default_factory=Counter)
    """Name to how often it was said that it went quiet."""

    ends: Counter[str] = field(default_factory=Counter)

    def hear(self, message: Message, deleted: bool) -> None:  # noqa: FBT001 - as the workspace calls
        """Take a message in, unless it is an edit."""
        if message.replaced or deleted or not message.text:
            return
        lines = [line for line in message.text.splitlines() if not line.startswith(OTHERS)]
        self.ends.update({name for line in lines if line.startswith(IS_BACK) for name in NAME.findall(line)})
        self.openings.update({name for line in lines if not line.startswith(IS_BACK) for name in NAME.findall(line)})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAudit:
    """What was found."""

    cycles: int
    """How often a project went quiet and came back."""

    lost: tuple[str, ...]
    """Openings and ends that nobody was told of."""

    doubled: tuple[str, ...]
    """Those that were told more often than they happened."""

    untold: int = 0
    """Steps that the ledger still holds for untold."""

    kills: int = 0

    def line(self) -> str:
        """Summarise."""
        return (
            f"quiet and back {self.cycles} times: lost {len(self.lost)}, doubled {len(self.doubled)}, "
            f"untold {self.untold}, kills {self.kills}"
        )


def audit(cycles: Counter[str], told: Told, *, untold: int = 0, kills: int = 0) -> AlertAudit:
    """Compare.

    Args:
        cycles: name to how often it went quiet and came back.
        told: what arrived.
        untold: steps of the ledger that somebody should be told of.
        kills: how often a process was killed meanwhile.
    """
    heard = (("opening", told.openings), ("end", told.ends))
    return AlertAudit(
        cycles=cycles.total(),
        lost=tuple(f"{what} of {name}" for what, found in heard for name in (cycles - found).elements()),
        doubled=tuple(f"{what} of {name}" for what, found in heard for name in (found - cycles).elements()),
        untold=untold,
        kills=kills,
    )
