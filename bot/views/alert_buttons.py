"""What can be pressed about alerts. Every command names the revision that was drawn: ``alerts snooze 12@7 1d``."""

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

MOST_NAMED = 40
"""Alerts that one button names; with more it says which watch."""


def targets(alerts: Sequence[Raised]) -> str:
    """Name alerts in the revisions that were drawn: ``12@7,13@4``; of too many, all open ones of their watch."""
    if len(alerts) > MOST_NAMED:
        return f"watch:{alerts[0].watch.number}"
    return ",".join(f"{each.alert.number}@{each.alert.revision}" for each in alerts)


def why(raised: Raised) -> sb.Element:
    """Return the button that leads to everything about one alert."""
    number = raised.alert.number
    return buttons.run("Why?", f"alerts why {targets([raised])}", f"why.{number}")


def for_one(raised: Raised, entry: Entry | None, *, can_archive: bool) -> list[sb.Element]:
    """Return everything that can be done about one alert, but asking why; nothing of one that never opened."""
    alert, these = raised.alert, targets([raised])
    if alert.number is None:
        return []
    shown = [*_silencing(alert, these), *_owning(alert, these)] if alert.is_open else []
    shown += _keeping(alert, these)
    url = link_of(entry)
    if url and len(url) <= blocks.LONGEST_URL:
        shown.append(blocks.link_button("Open ↗", buttons.OPEN, url))
    if can_archive and entry is not None and entry.gone_at is None:
        verb, label = ("unarchive", "Take out of archive") if entry.project.archived else ("archive", "Archive…")
        shown.append(buttons.run(label, f"alerts {verb} {these}", verb))
    return shown


def for_somebody(raised: Raised) -> list[sb.Element]:
    """Return the list from which an open alert is assigned to anybody."""
    if not raised.alert.is_open or raised.alert.number is None:
        return []
    return [buttons.choose_person("Assign to…", f"alerts assign {targets([raised])}")]


def for_many(alerts: Sequence[Raised]) -> list[sb.Element]:
    """Return what can be done about all open alerts of a card at once."""
    these, watch = targets(alerts), alerts[0].watch.number
    awake = targets([each for each in alerts if each.alert.snooze is None] or alerts)
    shown: list[sb.Element] = []
    if any(each.alert.ack is None for each in alerts):
        shown.append(buttons.run("Acknowledge all", f"alerts ack {these}", "ack"))
    listed = buttons.choose(
        "Snooze all…", [(label, f"alerts snooze {awake} {end}") for label, end in SNOOZES], "snooze"
    )
    shown.append(listed or buttons.run("Snooze all 7 days", f"alerts snooze {awake} 7d", "snooze"))
    return [*shown, buttons.run("Show all", f"alerts watch:{watch}", "all")]


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
