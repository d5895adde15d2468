"""Judging silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.slack.watchdog import Verdict, Watchdog

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """Return a moment."""
    return START + timedelta(seconds=seconds)


def test_silence_is_endured_then_mended_then_final() -> None:
    """One forced reconnection after a minute, the end a minute after that."""
    watchdog = Watchdog(START)

    verdicts = [watchdog.look(after(seconds)) for seconds in (0, 59, 60, 65, 119, 120)]

    assert verdicts == [
        Verdict.WAIT,
        Verdict.WAIT,
        Verdict.RECONNECT,
        Verdict.WAIT,
        Verdict.WAIT,
        Verdict.STOP,
    ]


def test_sign_of_life_begins_a_new_count() -> None:
    """A connection that was mended gets its full minutes again."""
    watchdog = Watchdog(START)
    watchdog.look(after(60))

    watchdog.heard(after(70))

    assert watchdog.last_heard_at == after(70)
    assert [watchdog.look(after(seconds)) for seconds in (129, 130, 190)] == [
        Verdict.WAIT,
        Verdict.RECONNECT,
        Verdict.STOP,
    ]


def test_machine_that_slept_gets_its_reconnection() -> None:
    """Waking up after a night is no reason to give up at once."""
    watchdog = Watchdog(START)

    assert watchdog.look(after(30_000)) is Verdict.RECONNECT
    assert watchdog.look(after(30_005)) is Verdict.WAIT
