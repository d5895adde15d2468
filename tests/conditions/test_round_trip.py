"""Printing a condition gives words that read back to it; any text is read or refused."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.conditions import condition_words, print_condition, read_condition
from bot.conditions.kinds import WAITS
from bot.errors import UsageError
from bot.model import Condition, ConditionKind, Signal

DAY = timedelta(days=1)
UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": DAY}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Every condition that can be typed."""
    kind = draw(st.sampled_from(ConditionKind))
    if kind not in WAITS:
        return Condition(kind=kind)
    wait = WAITS[kind]
    signals: tuple[Signal, ...] = ()
    if kind is ConditionKind.INACTIVE:
        signals = draw(st.sampled_from([(), (Signal.EDITS,), (Signal.VIEWERS,)]))
    if wait.working_days and draw(st.booleans()):
        days = draw(st.integers(1, 365))
        return Condition(kind=kind, threshold=days * DAY, signals=signals, working_days=True)
    unit = draw(st.sampled_from(sorted(UNITS)))
    low, high = -(-wait.shortest // UNITS[unit]), min(wait.longest // UNITS[unit], 9999)
    return Condition(kind=kind, threshold=draw(st.integers(low, high)) * UNITS[unit], signals=signals)


@given(condition=conditions(), rest=st.sampled_from(["", " source:x", ' "for sale"', " -pinned:true"]))
def test_what_is_printed_reads_back(condition: Condition, rest: str) -> None:
    """What is stored is what was meant; filters behind it are left alone."""
    text = f"watch add {print_condition(condition)}{rest}"

    again, end, defaults = read_condition(text, start=len("watch add"), zone="UTC")

    assert again == condition
    assert text[end:] == rest
    assert len(defaults) == condition.working_days
    assert condition_words(condition)


WORDS = ["inactive", "queue", "build", "for", "by", "30d", "30", "days", "a", "month", "working", "edits", ",", "and"]
WORDS += ["viewers", "since", "than", "rejected", "off", "ci", "silent", '"', "'", "x:y", "99999", "²", "-"]
WORDS += ["half", "thirty", "weeks", "for:30d", "for:", "signals:viewers", "0d"]
phrases = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(text=st.one_of(phrases, phrases.map(lambda text: text.replace(" ", "")), st.text(max_size=40)))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Only `UsageError` leaves it, it points into the text, and its correction works."""
    try:
        condition, end, _ = read_condition(text, zone="UTC")
    except UsageError as refusal:
        assert 0 <= refusal.position <= len(text)
        assert refusal.position + refusal.length <= len(text) + 1
        if refusal.correction is not None:
            read_condition(refusal.correction, zone="UTC")
    else:
        assert 0 < end <= len(text)
        assert print_condition(condition)
