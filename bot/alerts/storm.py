"""The storm guard: so many projects that turn at once are more probably a fault of their source. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.model import ConditionKind, Hold

if TYPE_CHECKING:
    from datetime import datetime

MORE_THAN: Final = 5
"""So many projects may always turn at once."""

MORE_THAN_SHARE: Final = 0.2
"""So large a part of a source, too."""

QUIET_OR_GONE: Final = frozenset(
    {ConditionKind.INACTIVE, ConditionKind.EMPTY, ConditionKind.CI_SILENT, ConditionKind.GONE}
)  # fmt: skip
"""Conditions of which openings count and wait: silence for a time, and absence. What a source says in so many words
(switched off, not paid for, viewers waiting, a build) is neither, and is told."""

LOOKS: Final = 3
"""Evaluations that found the same, each after another good look, are believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """How many projects of a connection turn inactive or gone in one evaluation."""

    workspace: str
    connection: str
    projects: int
    of: int
    """Projects that the connection has."""

    looked_at: datetime
    """The good look that the evaluation rests on."""

    @property
    def suspicious(self) -> bool:
        """Whether that is too much to be believed at once."""
        return self.projects > MORE_THAN and self.projects > MORE_THAN_SHARE * self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the guard decides."""

    let_through: bool
    """Whether openings, and ends of what is gone, are written."""

    save: Hold | None = None
    """The hold as it shall be; None: there is none, or it stays as it is."""

    look_again: bool = False
    """Whether the source is to be asked for everything."""


def rule(hold: Hold | None, turning: Turning, now: datetime, *, released: bool) -> Ruling:
    """Decide whether what turns is written.

    Args:
        hold: the one under way; None: there is none.
        turning: what this evaluation found.
        now: aware UTC.
        released: whether a person has let this through, and nothing was written since.
    """
    if hold is None:
        return Ruling(let_through=True) if released or not turning.suspicious else _begin(turning, now)
    if not turning.suspicious:
        return Ruling(let_through=True, save=replace(hold, released_at=now, let_through_at=now))
    if turning.looked_at <= hold.looked_at:
        return Ruling(let_through=False)
    again = replace(
        hold, looks=hold.looks + 1, looked_at=turning.looked_at, projects=turning.projects, of=turning.of
    )  # fmt: skip
    if again.looks >= LOOKS:
        return Ruling(let_through=True, save=replace(again, released_at=now, let_through_at=now))
    return Ruling(let_through=False, save=again, look_again=True)


def _begin(turning: Turning, now: datetime) -> Ruling:
    hold = Hold(
        workspace=turning.workspace,
        connection=turning.connection,
        since=now,
        projects=turning.projects,
        of=turning.of,
        looked_at=turning.looked_at,
    )
    return Ruling(let_through=False, save=hold, look_again=True)
