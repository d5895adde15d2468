"""One alert as two or three short lines: the project, the evidence, and what people said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model import MOMENTARY, AlertState
from bot.views import blocks
from bot.views.alert_ends import ended
from bot.views.alert_words import course, evidence, glimpse, overlays, said_of
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
    from bot.model import Alert, Entry


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
    number = number_of(raised.alert)
    first = " · ".join(filter(None, (clip(said, setting.detail_width), number)))
    also = " · ".join(overlays(raised.alert, condition, zone, setting.now, setting.people, finding=line.finding))
    return [first, *([clip(also, 2 * setting.detail_width)] if also else [])]


def number_of(alert: Alert) -> str:
    """Return an alert's number as it may be typed, ``#12``; nothing of one that nobody was told of."""
    return f"#{alert.number}" if alert.number else ""


def _how_it_is(line: CardLine, zone: ZoneInfo, now: datetime) -> str:
    """Return the evidence of what is open or may be soon, and how anything else ended; news only have their time."""
    alert, condition = line.raised.alert, line.raised.watch.condition
    if alert.is_open or alert.state is AlertState.QUIET:
        return evidence(condition, line.finding, line.entry, zone, now)
    if condition.kind in MOMENTARY:
        return f"seen {on_day(alert.opened_at or alert.since, zone, now)}"
    return "" if alert.keep else ended(line)[1].removeprefix("· ")


def alert_row(
    line: CardLine, setting: Setting, press: sb.Element | None = None, mark: str | None = None
) -> tuple[sb.Block, str]:
    """Show one alert in one line, with another for what people said of it, and say it; a mark tells its kind."""
    name, raised = name_of_line(line, setting.width), line.raised
    zone, condition, alert = zone_of(raised.watch), raised.watch.condition, raised.alert
    first = " · ".join(filter(None, (clip(_in_short(line, zone, setting.now), setting.detail_width), number_of(alert))))
    said = " · ".join(said_of(alert, zone, setting.now, setting.people))
    details = [each for each in (first, clip(said, 2 * setting.detail_width)) if each]
    sign = mark_of(condition) if mark is None else mark
    shown = "".join(f"{joint}{words}" for joint, words in zip((" · ", "\n"), details, strict=False))
    return blocks.entry(sign, name, shown, press), f"{f'{sign} ' if sign else ''}{name}: {' · '.join(details)}"


def _in_short(line: CardLine, zone: ZoneInfo, now: datetime) -> str:
    """Return what matters beside the name: how long, who was last, and whether it seems over or got worse."""
    alert, condition = line.raised.alert, line.raised.watch.condition
    if not alert.is_open or condition.kind in MOMENTARY:
        return _how_it_is(line, zone, now)
    going = course(alert, condition, line.finding, now)
    if alert.state is AlertState.RECOVERING:
        return going
    return " · ".join(filter(None, (glimpse(condition, line.finding, line.entry, zone, now), going)))
