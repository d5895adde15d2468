"""What can be pressed about alerts. Every command names what was drawn: ``alerts snooze 12@7 1d``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.views import blocks, buttons
from bot.views.difference_lines import link_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import slackblocks as sb

    from bot.model import Alert, Entry, Raised

SNOOZES = (
    ("Snooze 1 day", "1d"),
    ("Until the next working morning", "tomorrow"),
    ("Snooze 7 days", "7d"),
    ("Snooze 30 days", "30d"),
    ("Until it changes", "until it changes"),
)
KEEPS = (("Keep for 30 days", "30d"), ("Keep for 90 days", "90d"))

MANY = 4
"""From so many on, Slack asks before one touch silences all."""

MOST_NAMED = 40
"""Alerts that one button names; with more it says which card, and up to when what had opened was on it."""


def targets(alerts: Sequence[Raised], card: int | None = None) -> str:
    """Name alerts as they were drawn, in their revisions: ``12@7,13@4``.

    Too many on one card are named by that and the newest of them, in seconds since 1970: ``card:17@1774339200``. What
    opens later was not drawn.
    """
    if card is not None and len(alerts) > MOST_NAMED:
        return _on_card(alerts, card)
    return ",".join(f"{each.alert.number}@{each.alert.revision}" for each in alerts)


def _on_card(alerts: Sequence[Raised], card: int) -> str:
    newest = max(each.alert.opened_at or each.alert.since for each in alerts)
    return f"card:{card}@{int(newest.timestamp())}"


def why(raised: Raised) -> sb.Element:
    """Return the button that leads to everything about one alert."""
    number = raised.alert.number
    return buttons.run("Why?", f"alerts why {targets([raised])}", f"why.{number}")


def for_one(raised: Raised, entry: Entry | None, *, can_archive: bool, somebody: bool = False) -> list[sb.Element]:
    """Return everything that can be done about one alert, but asking why; nothing of one that never opened.

    With the list to assign it to `somebody`, too, where there is room.
    """
    alert, these = raised.alert, targets([raised])
    if alert.number is None:
        return []
    shown = [*_silencing(alert, these), *_owning(alert, these)] if alert.is_open else []
    if somebody and alert.is_open:
        shown.append(buttons.choose_person("Assign to…", f"alerts assign {these}"))
    if alert.keep is not None or entry is None or entry.gone_at is None:
        shown += _keeping(alert, these)
    url = link_of(entry)
    if url and len(url) <= blocks.LONGEST_URL:
        shown.append(blocks.link_button("Open ↗", buttons.OPEN, url))
    if can_archive and entry is not None and entry.gone_at is None:
        verb, label = ("unarchive", "Take out of archive") if entry.project.archived else ("archive", "Archive…")
        shown.append(buttons.run(label, f"alerts {verb} {these}", verb))
    return shown


def for_many(alerts: Sequence[Raised], card: int) -> list[sb.Element]:
    """Return what can be done about all open alerts of a card (`Card.ref`) at once."""
    these, watch = targets(alerts, card), alerts[0].watch.number
    awake = [each for each in alerts if each.alert.snooze is None] or alerts
    shown: list[sb.Element] = []
    unknown = sum(each.alert.ack is None for each in alerts)
    if unknown:
        asks = _asks("Acknowledge", unknown)
        shown.append(buttons.run("Acknowledge all", f"alerts ack {these}", "ack", asks=asks))
    asks = _asks("Snooze", len(awake))
    named = targets(awake, card)
    listed = buttons.choose("Snooze all…", _snoozes(named), "snooze", asks)
    # a list holds few characters for each choice: many are named by their card
    listed = listed or buttons.choose("Snooze all…", _snoozes(_on_card(awake, card)), "snooze", asks)
    shown += [listed] if listed else []
    return [*shown, buttons.run("Show all", f"alerts watch:{watch}", "all")]


def _snoozes(these: str) -> list[tuple[str, str]]:
    return [(label, f"alerts snooze {these} {end}") for label, end in SNOOZES]


def _asks(what: str, number: int) -> blocks.Question | None:
    """Return what Slack asks before so much is silenced for everybody by one touch."""
    if number < MANY:
        return None
    text = f"It is for everybody in this channel, and can be taken back with the button in my answer. {what} all?"
    return blocks.Question(f"{what} {number:,} alerts?", text, f"{what} all")


def _silencing(alert: Alert, these: str) -> list[sb.Element]:
    """Offer to snooze and to acknowledge, or to take that back."""
    if alert.snooze is not None:
        first = buttons.run("End snooze", f"alerts unsnooze {these}", "unsnooze")
    else:
        options = [(label, f"alerts snooze {these} {end}") for label, end in SNOOZES]
        listed = buttons.choose("Snooze…", options, "snooze")
        first = listed or buttons.run("Snooze 7 days", f"alerts snooze {these} 7d", "snooze")
    if alert.ack is not None:
        return [first, buttons.run("Take back “acknowledged”", f"alerts unack {these}", "unack")]
    return [first, buttons.run("Acknowledge", f"alerts ack {these}", "ack")]


def _owning(alert: Alert, these: str) -> list[sb.Element]:
    mine = buttons.run("Assign to me", f"alerts assign {these} me", "assign")
    return [mine, buttons.run("Unassign", f"alerts unassign {these}", "unassign")] if alert.owner else [mine]


def _keeping(alert: Alert, these: str) -> list[sb.Element]:
    if alert.keep is not None:
        return [buttons.run("Watch it again", f"alerts unkeep {these}", "unkeep")]
    listed = buttons.choose("Keep as it is…", [(label, f"alerts keep {these} {end}") for label, end in KEEPS], "keep")
    return [listed or buttons.run("Keep for 90 days", f"alerts keep {these} 90d", "keep")]
