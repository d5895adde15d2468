"""Working on one card.

Every step names the number of the attempt that takes it, in the WHERE of its UPDATE, and holds only while that attempt
has its claim: from `claim` until `let_go`, or until somebody else claims the card after the lease. A claim takes the
`due_at` of its card away, so that what is there when it is given back was set meanwhile, and stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.model import CardKind, SendingKind, Telling
from bot.store.alerts import IS_OPEN, IS_UNTOLD
from bot.store.batches import batches
from bot.store.card_rows import card_row, read_card, sending_text
from bot.store.cards import is_free, one
from bot.store.column_types import Instant
from bot.store.watch_tables import alert, alert_step, card

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Card, Posted, Sending

_A: Final = alert.c
_C: Final = card.c
_S: Final = alert_step.c
_BATCH: Final = 500


async def claim(
    connection: AsyncConnection, ref: int, *, attempt: int, holder: str, now: datetime, lease_until: datetime
) -> Card | None:
    """Take a card; returns it as it was before, None if it cannot be had."""
    free = sa.and_(_C.ref == ref, _C.attempts < attempt, is_free(now))
    row = (await connection.execute(sa.select(card).where(free).with_for_update(key_share=True))).mappings().first()
    if row is None:
        return None
    taken = {"attempts": attempt, "holder": holder, "lease_until": lease_until, "due_at": None}
    await connection.execute(sa.update(card).where(_C.ref == ref).values(taken))
    return read_card(row)


async def begin_sending(
    connection: AsyncConnection, ref: int, *, attempt: int, sending: Sending, lease_until: datetime
) -> bool:
    """Note what is about to be sent, with the card and with the alerts that it announces."""
    noted = {"sending": sending_text(sending), "lease_until": lease_until}
    if not await _moved(connection, ref, attempt, noted):
        return False
    for batch in batches(sorted(sending.alerts), _BATCH):
        await _lock_alerts(connection, _A.ref.in_(batch))
        await connection.execute(sa.update(alert).where(_A.ref.in_(batch)).values(announcing=sending.key))
    return True


async def sent(
    connection: AsyncConnection,
    ref: int,
    *,
    attempt: int,
    sending: Sending,
    posted: Posted | None,
    drawn: str | None,
    now: datetime,
) -> bool:
    """Note that it was sent: the card has its message, its alerts are announced, its steps are told.

    What was begun announces only the openings that it was begun for: see `bot.store.alert_changes`.
    """
    before = await _locked(connection, ref, attempt)
    if before is None:
        return False
    begun = before.sending is not None and before.sending.key == sending.key
    await _moved(connection, ref, attempt, _sent_row(sending, posted, drawn, now))
    still = _A.announcing == sending.key if begun else sa.true()
    for batch in batches(sorted(sending.alerts), _BATCH):
        await _lock_alerts(connection, _A.ref.in_(batch))
        announced = sa.update(alert).where(_A.ref.in_(batch), still).values(announced_at=now, announcing=None)
        await connection.execute(announced)
    for batch in batches(sorted(sending.steps), _BATCH):
        await connection.execute(sa.update(alert_step).where(_S.ref.in_(batch)).values(told=True))
    return True


def _sent_row(sending: Sending, posted: Posted | None, drawn: str | None, now: datetime) -> dict[str, object]:
    """Write down what was sent; without a message in the channel it told the channel nothing."""
    row: dict[str, object] = {"sending": None}
    if posted is not None and sending.kind is not SendingKind.PERSON:
        row["told_at"] = now
    if posted is not None and sending.kind is SendingKind.CARD:
        row |= {"posted_channel": posted.channel, "posted_ts": posted.ts, "posted_at": now}
    if drawn is not None:
        row["drawn"] = drawn
    if sending.ends:
        row["end_told"] = True
    return row


async def edited(connection: AsyncConnection, ref: int, *, attempt: int, drawn: str, now: datetime) -> bool:
    """Note that the message of a card was changed."""
    return await _moved(connection, ref, attempt, {"drawn": drawn, "edited_at": now})


async def let_go(
    connection: AsyncConnection,
    ref: int,
    *,
    attempt: int,
    due_at: datetime | None,
    reason: str,
    failed: bool,
    unsent: bool,
) -> bool:
    """Give a claim back; what made the card due meanwhile stays."""
    row: dict[str, object] = {"lease_until": None, "reason": reason, "failures": _C.failures + 1 if failed else 0}
    if unsent:
        row["sending"] = None
    if due_at is not None:
        given = sa.literal(due_at, Instant)
        row["due_at"] = sa.case((_C.due_at < given, _C.due_at), else_=given)
    return await _moved(connection, ref, attempt, row)


async def close(connection: AsyncConnection, ref: int, *, attempt: int, now: datetime) -> bool:
    """Close a card on which nothing is open.

    It is locked before we look at its alerts, so that none can open on it between that question and the answer.
    """
    if await _locked(connection, ref, attempt) is None or await _has_open(connection, ref):
        return False
    return await _moved(
        connection, ref, attempt, {"closed_at": sa.func.coalesce(_C.closed_at, sa.literal(now, Instant))}
    )


async def continue_on(connection: AsyncConnection, ref: int, *, attempt: int, now: datetime) -> Card | None:
    """Close a card of a watch, and make the next one with its open alerts."""
    old = await _locked(connection, ref, attempt)
    if old is None or old.kind is not CardKind.WATCH or old.closed_at is not None:
        return None
    await _moved(connection, ref, attempt, {"closed_at": now})
    row = card_row(replace(old, opened_at=now, after=ref, due_at=now))
    new = (await connection.execute(sa.insert(card).values(row).returning(_C.ref))).scalar_one()
    theirs = sa.and_(_A.card == ref, IS_OPEN)
    await _lock_alerts(connection, theirs)
    await connection.execute(sa.update(alert).where(theirs).values(card=new))
    return await one(connection, new)


async def drop(connection: AsyncConnection, ref: int, *, attempt: int) -> bool:
    """Forget a card that was never sent and on which nothing is open; what it did not tell is nobody's news any more.

    What one person is to be told is: then it stays.
    """
    old = await _locked(connection, ref, attempt)
    if old is None or old.posted is not None or await _has_open(connection, ref):
        return False
    theirs = sa.select(_A.ref).where(_A.card == ref)
    untold = sa.and_(_S.alert.in_(theirs), IS_UNTOLD)
    for_person = sa.select(_S.ref).where(untold, _S.telling == Telling.PERSON).limit(1)
    if (await connection.execute(for_person)).first() is not None:
        return False
    await _lock_alerts(connection, _A.card == ref)
    await connection.execute(sa.update(alert_step).where(untold).values(told=True))
    await connection.execute(sa.update(alert).where(_A.card == ref).values(card=None))
    await connection.execute(sa.delete(card).where(_C.ref == ref))
    return True


async def _lock_alerts(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> None:
    """Lock alerts in the order in which everybody does; an UPDATE alone takes them as it finds them."""
    await connection.execute(sa.select(_A.ref).where(which).order_by(_A.ref).with_for_update(key_share=True))


async def _has_open(connection: AsyncConnection, ref: int) -> bool:
    chosen = sa.select(_A.ref).where(_A.card == ref, IS_OPEN).limit(1)
    return (await connection.execute(chosen)).first() is not None


def _ours(ref: int, attempt: int) -> sa.ColumnElement[bool]:
    return sa.and_(_C.ref == ref, _C.attempts == attempt, _C.lease_until.is_not(None))


async def _locked(connection: AsyncConnection, ref: int, attempt: int) -> Card | None:
    """Return a card if this attempt still works on it, and nobody changes it until the transaction ends."""
    chosen = sa.select(card).where(_ours(ref, attempt)).with_for_update()
    row = (await connection.execute(chosen)).mappings().first()
    return None if row is None else read_card(row)


async def _moved(connection: AsyncConnection, ref: int, attempt: int, values: Mapping[str, object]) -> bool:
    """Change a card if this attempt still works on it."""
    changed = sa.update(card).where(_ours(ref, attempt)).values(dict(values))
    return (await connection.execute(changed)).rowcount == 1
