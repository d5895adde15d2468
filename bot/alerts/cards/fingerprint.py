"""Fingerprints of what a card says, so that one that says the same is not edited.

They leave out what changes with every look, such as the age of the data: the card says when it was drawn. Of an alert
they have its revision, which every button names, and what changes without an entry in its record.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.answers import CardLine, CardReport, HoldReport, OutageReport


def of_card(report: CardReport) -> str:
    """Return the fingerprint of the card of a watch."""
    outage = report.outage and (report.outage.ref, report.outage.kind, report.outage.opened_at)
    watch = report.watch and (report.watch.ref, report.watch.version)
    ended = (report.ended_total, tuple(map(_line, report.ended)))
    rest = (outage, watch, report.previous, report.continued, report.can_archive, report.title)
    return _hashed("watch", tuple(map(_line, report.open)), ended, rest)


def _line(line: CardLine) -> object:
    project = line.entry and line.entry.project
    names = project and (project.name, project.url, project.subscription, project.enabled)
    alert = line.raised.alert
    return (alert.ref, alert.revision, alert.severity, alert.detail, names)


def of_outage(report: OutageReport) -> str:
    """Return the fingerprint of the card of an outage."""
    outage = report.outage
    said = (outage.kind, outage.detail, outage.opened_at, outage.ended_at, outage.missed)
    return _hashed("outage", said, report.title, report.for_operators)


def of_hold(report: HoldReport) -> str:
    """Return the fingerprint of the card of alerts that are held back."""
    hold = report.hold
    return _hashed("hold", (hold.projects, hold.of, hold.looks, hold.released_at, hold.released_by), report.title)


def _hashed(*said: object) -> str:
    return blake2b(repr(said).encode(), digest_size=12).hexdigest()
