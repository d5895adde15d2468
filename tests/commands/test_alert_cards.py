"""What a button about very many alerts does: it names the card, and what was on it when it was drawn."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from prometheus_client import REGISTRY

from bot.answers import AlertDone, Refusal, WatchKept
from bot.commands.alerts import acting, targets
from bot.ports import Person
from tests.builders import NOW
from tests.commands.alarms import ends, opens
from tests.commands.conftest import ANN, BEN, CHANNEL

if TYPE_CHECKING:
    from bot.model import Alert
    from tests.commands.conftest import Desk

HOUR = timedelta(hours=1)
THEN = int(NOW.timestamp())


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """Return a desk with a watch, and two alerts on its card; a third opened an hour later."""
    desk.messenger.people |= {ANN: Person(name="Ann"), BEN: Person(name="Ben")}
    await desk.answers("watch add inactive for 20d source:microvisualizer", WatchKept)
    await opens(desk, "Checkout Legacy")
    await opens(desk, "Billing")
    await opens(desk, "Checkout", opened_at=NOW + HOUR)
    return desk


async def _on_card(desk: Desk) -> tuple[Alert, ...]:
    """Return the alerts of the card by number."""
    (watch,) = await desk.watch_ledger.watches("local")
    (found,) = [await desk.watch_ledger.members(card.ref) for card in desk.watch_ledger._cards.values()]
    return tuple(alert for alert in found if alert.watch == watch.ref)


async def _card(desk: Desk) -> int:
    return next(alert.card for alert in await _on_card(desk) if alert.card is not None)


async def test_only_what_was_open_when_it_was_drawn_is_done(desk: Desk) -> None:
    """Nobody acknowledges what nobody saw, and the answer says what was left alone."""
    answer = await desk.answers(f"alerts ack card:{await _card(desk)}@{THEN}", AlertDone)

    assert answer.sentence == "👍 Checkout Legacy, Billing: each is acknowledged until Mon 13 Apr 2026."
    assert answer.stale == "Checkout has opened since this button was drawn; `alerts` shows them."
    assert answer.next[0] == "alerts unack 1,2"
    assert [alert.ack is not None for alert in await _on_card(desk)] == [True, True, False]


async def test_what_people_do_is_counted_by_verb(desk: Desk) -> None:
    """One alert each, whether it was done or not."""

    def counted(verb: str, outcome: str) -> float:
        return REGISTRY.get_sample_value("rollcall_alert_actions_total", {"verb": verb, "outcome": outcome}) or 0

    before = counted("ack", "done"), counted("ack", "stale"), counted("unack", "refused")
    await desk.answers(f"alerts ack card:{await _card(desk)}@{THEN}", AlertDone)
    await desk.answers("alerts unack 2,3", AlertDone)
    after = counted("ack", "done"), counted("ack", "stale"), counted("unack", "refused")

    assert [now - then for then, now in zip(before, after, strict=True)] == [2, 1, 1]


async def test_what_somebody_has_silenced_is_left_as_they_said(desk: Desk) -> None:
    """Unless that is so of all of them."""
    desk.user = BEN
    await desk.answers("alerts snooze 1 30d because it is the fair", AlertDone)
    desk.user = ANN
    card = f"card:{await _card(desk)}@{THEN}"
    answer = await desk.answers(f"alerts snooze {card} 7d", AlertDone)
    again = await desk.answers(f"alerts snooze {card} 1d because it is tomorrow", AlertDone)

    assert answer.sentence.startswith("🔕 Billing is snoozed")
    assert again.sentence.startswith("🔕 Checkout Legacy, Billing: each is snoozed")


async def test_a_press_on_a_card_of_which_nothing_is_open_does_nothing(desk: Desk) -> None:
    """Nor one that names a card of another channel, or none."""
    card = await _card(desk)
    elsewhere = f"alerts ack card:{card}@{THEN}"
    desk.channel = "COTHER"
    assert "No alert of that card" in (await desk.answers(elsewhere, Refusal)).sentence
    desk.channel = CHANNEL
    assert "No alert of that card" in (await desk.answers(f"alerts ack card:99999@{THEN}", Refusal)).sentence
    for alert in await _on_card(desk):
        await ends(desk, alert)
    refusal = await desk.answers(f"alerts ack card:{card}@{THEN}", Refusal)
    assert (refusal.sentence, refusal.correction) == ("No alert of that card is open any more.", "alerts")


async def test_a_press_that_saw_none_of_what_is_open_changes_nothing(desk: Desk) -> None:
    """It is an old card."""
    answer = await desk.answers(f"alerts ack card:{await _card(desk)}@{THEN - 9}", AlertDone)

    assert (answer.sentence, answer.stale) == (
        "",
        "Checkout Legacy, Billing, Checkout have opened since this button was drawn; `alerts` shows them.",
    )
    assert not any(alert.ack for alert in await _on_card(desk))


async def test_very_many_are_counted_and_done_in_several_presses(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence of five hundred names tells nobody anything."""
    monkeypatch.setattr(targets, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(acting, "MOST_NAMED", 1)
    monkeypatch.setattr(acting, "MOST_TAKEN_BACK", 1)
    press = f"alerts ack card:{await _card(desk)}@{THEN + 3600}"
    first, second = await desk.answers(press, AlertDone), await desk.answers(press, AlertDone)

    assert first.sentence == "👍 Checkout Legacy and 1 more: each is acknowledged until Mon 13 Apr 2026."
    assert first.next == ("alerts why 1",)
    assert second.sentence.startswith("👍 Checkout is acknowledged")
