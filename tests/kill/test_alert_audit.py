"""The auditor of alerts itself: it must see what it is there to see."""

from __future__ import annotations

from collections import Counter

from bot.demo.slack.nouns import Message
from tests.kill.alert_audit import Told, audit

ONCE = Counter(Q001=1, Q002=1)


def told(*texts: str, replaced: int = 0) -> Told:
    """Hear messages."""
    heard = Told()
    for number, text in enumerate(texts):
        heard.hear(
            Message(seq=number, ts=f"1.{number}", channel="C1", user="U1", text=text, replaced=replaced), deleted=False
        )
    return heard


CARD = "💤 2 projects went quiet\n• team Q001 · last edit 3 Oct\n• team Q002 · last edit 4 Oct"
ENDS = "✅ team Q001 is back after 7 h\n✅ team Q002 is back after 8 h"


def test_what_was_told_once_is_in_order() -> None:
    """That it got worse in between is neither a beginning nor an end."""
    found = audit(ONCE, told(CARD, "🔺 team Q001 has been quiet for 14 h", ENDS), kills=3)

    assert (found.lost, found.doubled) == ((), ())
    assert found.line() == "quiet and back 2 times: lost 0, doubled 0, untold 0, kills 3"


def test_what_is_missing_and_what_came_twice_is_seen() -> None:
    """By name."""
    found = audit(ONCE, told(CARD, CARD.splitlines()[1], "✅ team Q002 is back after 8 h"))

    assert found.lost == ("end of Q001",)
    assert found.doubled == ("opening of Q001",)


def test_edits_tell_nothing() -> None:
    """Nobody is notified of them."""
    assert audit(ONCE, told(CARD, ENDS, replaced=1)).lost == (
        "opening of Q001",
        "opening of Q002",
        "end of Q001",
        "end of Q002",
    )
