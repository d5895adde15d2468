"""Alerts of a desk's watches, opened by hand: nobody evaluates here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.model import Alert, AlertState, AlertStep, Scope, StepKind
from bot.ports import AlertChange
from bot.query import Anything, Query, Term
from tests.commands.conftest import CHANNEL

if TYPE_CHECKING:
    from bot.model import Entry
    from tests.commands.conftest import Desk


async def row(desk: Desk, name: str) -> Entry:
    """Return the row of a project."""
    scope = Scope(workspace="local")
    moment = desk.context.moment(await desk.catalog.freshness(scope))
    everything = Query(terms=(Term("archived", (Anything(),)),))
    found = await desk.context.store.search(scope, everything, moment, size=100)
    return next(entry for entry in found.entries if entry.project.name == name)


async def opens(desk: Desk, name: str, *, watch: int = 1, **given: Any) -> Alert:
    """Let a watch of the channel fire for a project."""
    entry, now = await row(desk, name), desk.clock.now()
    watches = await desk.watch_ledger.watches("local", CHANNEL)
    ours = next(each for each in watches if each.number == watch)
    plain: dict[str, Any] = {
        "ref": 0,
        "watch": ours.ref,
        "project": entry.ref,
        "connection": entry.project.connection,
        "state": AlertState.INACTIVE,
        "since": now,
        "opened_at": now,
    }
    step = AlertStep(kind=StepKind.OPENED, at=now, what="went quiet: nothing for 47 d (limit 30 d)")
    (alert,) = await desk.watch_ledger.change_alerts(
        [AlertChange(alert=Alert(**(plain | given)), steps=(step,))], now=now
    )
    return alert


async def ends(desk: Desk, alert: Alert) -> None:
    """Let an alert end well."""
    over = replace(alert, state=AlertState.ACTIVE, since=desk.clock.now())
    await desk.watch_ledger.change_alerts([AlertChange(alert=over)], now=desk.clock.now())
