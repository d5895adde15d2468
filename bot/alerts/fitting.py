"""Which sources can ever make a condition hold. Pure; add a line here with a kind of condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.model import ConditionKind, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.alerts.aims import Aim
    from bot.model import Condition, Freshness, SourceSheet

_TELLS: Final[Mapping[ConditionKind, tuple[Callable[[SourceSheet], bool], str]]] = {
    ConditionKind.OFF: (lambda sheet: "status" in sheet.fields, "does not switch projects off"),
    ConditionKind.LAPSED: (lambda sheet: "subscription" in sheet.fields, "knows no subscriptions"),
    ConditionKind.QUEUE: (lambda sheet: sheet.measures_viewers, "does not count viewers"),
    ConditionKind.EMPTY: (lambda sheet: "services" in sheet.fields, "does not count services"),
    ConditionKind.CI_SILENT: (lambda sheet: "updated-by" in sheet.fields, "does not tell who edited a project"),
    ConditionKind.BUILD_REJECTED: (lambda sheet: sheet.tells_builds, "does not tell of builds"),
    ConditionKind.BUILD_APPROVED: (lambda sheet: sheet.tells_builds, "does not tell of builds"),
}


def fits(aim: Aim, known: Freshness, sheets: Mapping[str, SourceSheet]) -> bool:
    """Tell whether projects of a connection can matter to a watch: by its filters, and by what the source tells.

    Args:
        aim: the watch.
        known: the connection.
        sheets: what each source tells, by its name; of one that is missing everything is possible.
    """
    sheet = sheets.get(known.source)
    return aim.concerns(known) and (sheet is None or not unable(aim.watch.condition, sheet))


def unable(condition: Condition, sheet: SourceSheet) -> str:
    """Say why a condition can never hold at a source, as the end of a sentence; empty if it can."""
    if condition.kind is ConditionKind.INACTIVE:
        by_viewers = condition.signals == (Signal.VIEWERS,)
        return "does not count viewers" if by_viewers and not sheet.measures_viewers else ""
    able, why = _TELLS.get(condition.kind, (lambda _: True, ""))
    return "" if able(sheet) else why
