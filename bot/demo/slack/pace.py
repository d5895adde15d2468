"""How fast an app may post, by real time.

Slack promises one message in a second and channel, tolerates bursts whose size it does not tell, and "several hundred"
messages in a minute and workspace. https://docs.slack.dev/apis/web-api/rate-limits#posting-messages
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from bot.demo.slack.calls import TooFast

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE_S = 60.0


@dataclass(slots=True, kw_only=True)
class PaceCheck:
    """Refuses posts that come too fast. Both rules are off until they are given a number."""

    channel_burst: int | None = None
    """How many messages a quiet channel takes at once; from then on one in a second."""

    per_minute: int | None = None
    """How many messages the workspace takes in any minute."""

    monotonic: Callable[[], float] = monotonic
    """Real seconds, from any beginning."""

    refused: int = 0
    """How many posts were refused."""

    _free_at: dict[str, float] = field(default_factory=dict)
    """When each channel's burst is used up by nothing any more, in `monotonic` seconds."""

    _posted_at: deque[float] = field(default_factory=deque)

    def take(self, channel: str) -> None:
        """Count a post.

        Raises:
            TooFast: it is refused, and not counted.
        """
        now = self.monotonic()
        wait_s = max(self._channel_wait(channel, now), self._workspace_wait(now))
        if wait_s > 0:
            self.refused += 1
            raise TooFast(wait_s)
        self._free_at[channel] = max(self._free_at.get(channel, now), now) + 1.0
        self._posted_at.append(now)

    def _channel_wait(self, channel: str, now: float) -> float:
        if self.channel_burst is None:
            return 0.0
        return self._free_at.get(channel, now) - now - (self.channel_burst - 1)

    def _workspace_wait(self, now: float) -> float:
        while self._posted_at and self._posted_at[0] <= now - MINUTE_S:
            self._posted_at.popleft()
        if self.per_minute is None or len(self._posted_at) < self.per_minute:
            return 0.0
        return self._posted_at[-self.per_minute] + MINUTE_S - now
