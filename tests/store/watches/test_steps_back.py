"""The clock was ahead, and was put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Ack, Keep, Snooze
from tests.builders import NOW
from tests.store.watches.drafts import (
    CONNECTION,
    DAY,
    HOUR,
    LEASE,
    MINUTE,
    WORKSPACE,
    add,
    card,
    card_of,
    claimed,
    opened,
    reread,
    written,
)

if TYPE_CHECKING:
    from bot.model import Watch
    from bot.ports import WatchLedger

UNTIL = NOW + LEASE
AHEAD = NOW + 60 * DAY


async def test_what_was_planned_far_ahead_is_looked_at_again(ledger: WatchLedger, watch: Watch) -> None:
    """What comes soon comes anyway, and what nobody waits for stays so."""
    far = await opened(ledger, watch, 1, next_at=AHEAD)
    soon = await opened(ledger, watch, 2, next_at=UNTIL)
    past = await opened(ledger, watch, 3, next_at=NOW - HOUR)
    never = await opened(ledger, watch, 4)
    ref = far.card or 0
    await ledger.look_at_cards({ref: AHEAD})

    assert await ledger.clock_went_back(WORKSPACE, NOW, lease_until=UNTIL) == 2

    moments = [(await reread(ledger, each)).next_at for each in (far, soon, past, never)]
    assert moments == [NOW, UNTIL, NOW - HOUR, None]
    assert (await card_of(ledger, far)).due_at == NOW
    assert (await reread(ledger, far)).version == far.version
    assert await ledger.clock_went_back(WORKSPACE, NOW, lease_until=UNTIL) == 0


async def test_a_card_that_was_leased_ahead_of_time_is_free_soon(ledger: WatchLedger) -> None:
    """Whoever had it may be dead; who works on it now keeps it for a while."""
    made = await ledger.add_card(card(7))
    assert made is not None
    assert await claimed(ledger, made.ref, now=AHEAD) is not None

    await ledger.clock_went_back(WORKSPACE, NOW, lease_until=UNTIL)

    assert await ledger.cards_due(WORKSPACE, UNTIL - MINUTE / 2, most=9) == ()
    (free,) = await ledger.cards_due(WORKSPACE, UNTIL, most=9)
    assert (free.ref, free.lease_until, free.due_at) == (made.ref, UNTIL, None)


async def test_a_short_lease_and_a_card_due_soon_stay_as_they_are(ledger: WatchLedger) -> None:
    """They are none of the time to come."""
    leased, due = await ledger.add_card(card(7)), await ledger.add_card(card(8, due_at=UNTIL))
    assert leased is not None
    assert due is not None
    await claimed(ledger, leased.ref, now=NOW - MINUTE / 2)
    before = [await ledger.card(each.ref) for each in (leased, due)]

    assert await ledger.clock_went_back(WORKSPACE, NOW, lease_until=UNTIL) == 0

    assert [await ledger.card(each.ref) for each in (leased, due)] == before


async def test_a_mark_in_the_time_to_come_is_forgotten(ledger: WatchLedger, watch: Watch) -> None:
    """It would hide everything that crosses until then."""
    marks = {(watch.ref, CONNECTION): NOW, (watch.ref, "b"): NOW + MINUTE}
    await ledger.note_progress(marks)

    await ledger.clock_went_back(WORKSPACE, NOW, lease_until=UNTIL)

    assert await ledger.progress(WORKSPACE) == {(watch.ref, CONNECTION): NOW}


async def test_what_people_said_stays(ledger: WatchLedger, watch: Watch) -> None:
    """They may have meant a day that is far ahead."""
    said = await opened(
        ledger,
        watch,
        snooze=Snooze(by="U1", at=NOW, until=AHEAD),
        ack=Ack(by="U1", at=NOW, until=AHEAD),
        keep=Keep(by="U1", at=NOW, until=AHEAD),
    )

    await ledger.clock_went_back(WORKSPACE, NOW, lease_until=UNTIL)

    assert await reread(ledger, said) == said


async def test_others_stay_in_their_time(ledger: WatchLedger) -> None:
    """Each workspace is put right by itself."""
    foreign = await add(ledger, workspace="w2")
    theirs = await written(ledger, await opened(ledger, foreign, next_at=AHEAD))
    await ledger.look_at_cards({theirs.card or 0: AHEAD})
    await ledger.note_progress({(foreign.ref, CONNECTION): AHEAD})
    its_card = await card_of(ledger, theirs)

    assert await ledger.clock_went_back(WORKSPACE, NOW, lease_until=UNTIL) == 0

    assert await reread(ledger, theirs) == theirs
    assert await card_of(ledger, theirs) == its_card
    assert await ledger.progress("w2") == {(foreign.ref, CONNECTION): AHEAD}
