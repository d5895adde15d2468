"""Watches, alerts and cards for tests of ledgers, as short as a test needs them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.model import (
    Alert,
    AlertState,
    AlertStep,
    Card,
    CardKind,
    Condition,
    ConditionKind,
    DigestChange,
    Hold,
    Outage,
    Pause,
    PauseKind,
    Posted,
    ProblemKind,
    Sending,
    SendingKind,
    StepKind,
    Telling,
    WatchDraft,
)
from bot.ports import AlertChange
from tests.builders import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Watch
    from bot.ports import WatchLedger

WORKSPACE, CHANNEL, CONNECTION = "local", "C1", "streampixel"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LEASE = MINUTE
POSTED = Posted(CHANNEL, "1.1")
QUIET_FOR_A_MONTH = Condition(kind=ConditionKind.INACTIVE, threshold=timedelta(days=30))


def draft(**given: Any) -> WatchDraft:
    """Return what a person asks for."""
    plain: dict[str, Any] = {
        "workspace": WORKSPACE, "channel": CHANNEL, "owner": "U1", "condition": QUIET_FOR_A_MONTH,
        "query": "source:streampixel", "zone": "Europe/Paris",
    }  # fmt: skip
    return WatchDraft(**(plain | given))


async def add(ledger: WatchLedger, *, most: int = 100, **given: Any) -> Watch:
    """Add a watch."""
    added = await ledger.add_watch(draft(**given), now=NOW, most=most)
    assert added is not None
    return added


def change(what: str = "changed something", *, at: datetime = NOW, by: str | None = "U2") -> DigestChange:
    """Return an entry of the record."""
    return DigestChange(at=at, by=by, what=what)


def pause(kind: PauseKind = PauseKind.PERSON, reason: str = "", by: str | None = "U2") -> Pause:
    """Return a pause."""
    return Pause(kind=kind, at=NOW, reason=reason, by=by)


def alert(watch: Watch, project: int = 7, **given: Any) -> Alert:
    """Return an alert that nobody has stored, as it is when a condition was seen once."""
    plain: dict[str, Any] = {
        "ref": 0, "watch": watch.ref, "project": project, "connection": CONNECTION, "state": AlertState.QUIET,
        "since": NOW,
    }  # fmt: skip
    return Alert(**(plain | given))


def opening(watch: Watch, project: int = 7, *, at: datetime = NOW, **given: Any) -> Alert:
    """Return a new alert that is open from the beginning."""
    return alert(watch, project, **({"state": AlertState.INACTIVE, "since": at, "opened_at": at} | given))


def step(kind: StepKind = StepKind.OPENED, **given: Any) -> AlertStep:
    """Return an entry of a record that the thread is to be told of."""
    plain: dict[str, Any] = {"kind": kind, "at": NOW, "what": f"{kind}", "telling": Telling.THREAD}
    return AlertStep(**(plain | given))


async def written(ledger: WatchLedger, given: Alert, *steps: AlertStep, now: datetime = NOW) -> Alert:
    """Write one alert."""
    (stored,) = await ledger.change_alerts([AlertChange(alert=given, steps=steps)], now=now)
    return stored


async def opened(ledger: WatchLedger, watch: Watch, project: int = 7, *, at: datetime = NOW, **given: Any) -> Alert:
    """Write an open alert, with its first step."""
    return await written(ledger, opening(watch, project, at=at, **given), step(at=at), now=at)


async def ended(ledger: WatchLedger, given: Alert, *, at: datetime = NOW + HOUR) -> Alert:
    """Write that an alert ended well."""
    back = replace(given, state=AlertState.ACTIVE, since=at, next_at=None)
    return await written(ledger, back, step(StepKind.BACK, at=at), now=at)


async def reread(ledger: WatchLedger, given: Alert) -> Alert:
    """Return an alert as it is now."""
    return (await ledger.alerts_of(given.watch, [given.project]))[given.project]


async def card_of(ledger: WatchLedger, given: Alert) -> Card:
    """Return the card of an alert."""
    assert given.card is not None
    card = await ledger.card(given.card)
    assert card is not None
    return card


async def claimed(
    ledger: WatchLedger, ref: int, attempt: int = 1, *, due: bool = True, now: datetime = NOW
) -> Card | None:
    """Claim a card for a minute; it is made due before, unless that is said."""
    if due:
        await ledger.look_at_cards({ref: now})
    return await ledger.claim_card(ref, attempt=attempt, holder="one", now=now, lease_until=now + LEASE)


def sending(
    key: str = "one", kind: SendingKind = SendingKind.CARD, *, alerts: tuple[int, ...] = (), steps: tuple[int, ...] = ()
) -> Sending:
    """Return what is on its way."""
    return Sending(kind=kind, key=key, at=NOW, alerts=alerts, steps=steps)


async def begun(ledger: WatchLedger, ref: int, what: Sending, attempt: int = 1, *, now: datetime = NOW) -> bool:
    """Note what is about to be sent."""
    return await ledger.begin_sending(ref, attempt=attempt, sending=what, lease_until=now + LEASE)


async def sent(
    ledger: WatchLedger,
    ref: int,
    what: Sending,
    attempt: int = 1,
    *,
    posted: Posted | None = POSTED,
    drawn: str | None = None,
    now: datetime = NOW,
) -> bool:
    """Note what was sent."""
    return await ledger.sent(ref, attempt=attempt, sending=what, posted=posted, drawn=drawn, now=now)


async def announced(ledger: WatchLedger, ref: int, *alerts: Alert, now: datetime = NOW) -> None:
    """Post a card that tells of alerts and of all that is untold, and give it back."""
    card = await ledger.card(ref)
    assert card is not None
    number = card.attempts + 1
    what = sending(
        f"card:{ref}:{number}",
        alerts=tuple(each.ref for each in alerts),
        steps=tuple(each.ref for each in await ledger.untold(ref)),
    )
    assert await claimed(ledger, ref, number, now=now) is not None
    assert await begun(ledger, ref, what, number, now=now)
    assert await sent(ledger, ref, what, number, drawn="as it was", now=now)
    assert await ledger.let_go(ref, attempt=number, due_at=None)


def card(subject: int, kind: CardKind = CardKind.OUTAGE, **given: Any) -> Card:
    """Return the card of an outage, as whoever opens one gives it."""
    plain: dict[str, Any] = {
        "ref": 0, "workspace": WORKSPACE, "channel": CHANNEL, "kind": kind, "connection": CONNECTION,
        "subject": subject, "opened_at": NOW, "due_at": NOW,
    }  # fmt: skip
    return Card(**(plain | given))


def outage(**given: Any) -> Outage:
    """Return an outage that nobody has stored."""
    plain: dict[str, Any] = {
        "workspace": WORKSPACE, "connection": CONNECTION, "kind": ProblemKind.DOWN, "detail": "HTTP 503", "since": NOW,
    }  # fmt: skip
    return Outage(**(plain | given))


def hold(**given: Any) -> Hold:
    """Return a hold that nobody has stored."""
    plain: dict[str, Any] = {
        "workspace": WORKSPACE, "connection": CONNECTION, "since": NOW, "projects": 8, "of": 20, "looked_at": NOW,
    }  # fmt: skip
    return Hold(**(plain | given))
