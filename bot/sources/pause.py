"""A source asked us to wait (HTTP 429): for how long, and since when. Pure: `now` is an argument."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST = timedelta(seconds=1)
"""Even a wait of zero, or until a moment that has passed, is a request to slow down."""

LONGEST = timedelta(hours=1)
"""A longer wait than this is believed to be a mistake, or malice."""

SENTENCE = re.compile(r"try again in (\d{1,9}) (second|minute|hour)s?\b", re.IGNORECASE | re.ASCII)
"""Streampixel says it in words: https://docs.streampixel.io/resources/api-reference/overview (rate limits)."""

UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
}


def wait_asked(headers: Mapping[str, str], body: bytes, now: datetime) -> timedelta | None:
    """Return how long an answer with status 429 asks us to wait, between `SHORTEST` and `LONGEST`.

    Read from the header ``Retry-After`` (seconds or a date), else from ``retryAfter`` in the body, else from the
    sentence in the body's ``message``. None if it does not say.

    Args:
        headers: names in lower case, or a mapping that ignores case.
        body: the answer's body, which may be anything.
        now: aware UTC, to turn a date into a wait.
    """
    asked = _from_header(headers.get("retry-after", ""), now)
    if asked is None:
        asked = _from_body(body)
    return None if asked is None else min(max(asked, SHORTEST), LONGEST)


def _from_header(text: str, now: datetime) -> timedelta | None:
    """Read ``Retry-After``: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after."""
    text = text.strip()
    if re.fullmatch(r"[0-9]+", text):
        return _seconds(float(text[:20]))
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    except (TypeError, ValueError, OverflowError, IndexError):  # what that function raises for other text
        return None


def _from_body(body: bytes) -> timedelta | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    number = told.get("retryAfter")
    if isinstance(number, int | float) and not isinstance(number, bool):
        return _seconds(number)
    sentence = SENTENCE.search(message) if isinstance(message := told.get("message"), str) else None
    return None if sentence is None else _seconds(int(sentence[1]) * UNITS[sentence[2].lower()].total_seconds())


def _seconds(number: float) -> timedelta | None:
    """Make a duration of a number that may be absurd; None if it is not even a number."""
    if number != number:  # noqa: PLR0124 - the one value that differs from itself is "not a number"
        return None
    return timedelta(seconds=min(max(number, 0), LONGEST.total_seconds()))


@dataclass(slots=True)
class Pause:
    """One pause for a whole connection. Where no wait was named it doubles from one time to the next."""

    first: timedelta = timedelta(seconds=30)
    """Length of the first pause that a source does not measure out itself."""

    cap: timedelta = timedelta(minutes=15)
    """Doubling ends here."""

    _began_at: datetime | None = field(init=False, default=None)
    _until: datetime | None = field(init=False, default=None)
    _unmeasured: int = field(init=False, default=0)

    def until(self, now: datetime) -> datetime | None:
        """Return when the pause ends, or None if there is none.

        A clock that was set back to before the pause ends it: nobody knows any more how long is left.
        """
        if self._began_at is None or self._until is None:
            return None
        return self._until if self._began_at <= now < self._until else None

    def begin(self, asked: timedelta | None, now: datetime) -> datetime:
        """Pause, or go on pausing: several requests may be refused at once. Return the end."""
        running = self.until(now)
        if asked is None and running is not None:
            return running
        if asked is None:
            asked = min(self.first * 2 ** min(self._unmeasured, 20), self.cap)
            self._unmeasured += 1
        self._began_at = now if running is None else self._began_at
        self._until = max(now + asked, running or now)
        return self._until

    def answered(self, now: datetime) -> None:
        """Note an answer that was no refusal; one that was still under way when the pause began does not count."""
        if self.until(now) is None:
            self._unmeasured = 0
