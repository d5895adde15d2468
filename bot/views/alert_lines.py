"""One alert as two or three short lines: the project, the evidence, and what people said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model import MOMENTARY, AlertState
from bot.views import blocks
from bot.views.alert_words import ended, evidence, overlays
from bot.views.blocks import clip
from bot.views.digest_words import on_day
from bot.views.evidence import DETAIL_WIDTH, NARROW_DETAIL_WIDTH, NARROW_FROM, name_of
from bot.views.watch_words import mark_of, zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    import slackblocks as sb

    from bot.answers import CardLine
    from bot.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all lines of a message share."""

    now: datetime
    width: int
    """Longest name; details shrink with it."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Slack ids to names, as far as they are known; hostile."""

    @property
    def detail_width(self) -> int:
        """Characters of a detail."""
        return NARROW_DETAIL_WIDTH if self.width <= NARROW_FROM else DETAIL_WIDTH + 20


def name_of_line(line: CardLine, width: int) -> str:
    """Return a project's name as it may be shown."""
    return name_of_alert(line.entry, width)


def name_of_alert(entry: Entry | None, width: int) -> str:
    """Return the same, of an alert whose project may have left the database."""
    return name_of(entry.project, width) if entry else "a project that I forgot"


def details_of(line: CardLine, setting: Setting) -> list[str]:
    """Return the evidence with the alert's number, and what else is so of it, as one or two lines."""
    raised = line.raised
    zone, condition = zone_of(raised.watch), raised.watch.condition
    said = _how_it_is(line, zone, setting.now)
    number = f"alert {raised.alert.number}" if raised.alert.number else ""
    first = " · ".join(filter(None, (clip(said, setting.detail_width), number)))
    also = " · ".join(overlays(raised.alert, condition, zone, setting.now, setting.people))
    return [first, *([clip(also, 2 * setting.detail_width)] if also else [])]


def _how_it_is(line: CardLine, zone: ZoneInfo, now: datetime) -> str:
    """Return the evidence of what is open or may be soon, and how anything else ended; news only have their time."""
    alert, condition = line.raised.alert, line.raised.watch.condition
    if alert.is_open or alert.state is AlertState.QUIET:
        return evidence(condition, line.finding, line.entry, zone, now)
    if condition.kind in MOMENTARY:
        return f"seen {on_day(alert.opened_at or alert.since, zone, now)}"
    return "" if alert.keep else ended(line)[1].removeprefix("· ")


def alert_row(line: CardLine, setting: Setting, press: sb.Element | None = None) -> tuple[sb.Block, str]:
    """Show one alert, and say it."""
    mark, name, details = (
        mark_of(line.raised.watch.condition),
        name_of_line(line, setting.width),
        details_of(line, setting),
    )
    return blocks.row(mark, name, "\n".join(details), press), f"{mark} {name}: {' · '.join(details)}"
