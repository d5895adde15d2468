"""The local upstreams as the demo shows them: to break, to mend, to see that they are asked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.demo.story import microvisualizer_tale, streampixel_tale
from bot.demo.upstreams import MicroVisualizerStandIn, Mode, StreampixelStandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import web

    from bot.demo.story import Tale
    from bot.ports import Clock

MODES: dict[str, str] = {
    Mode.OK: "Working",
    Mode.DOWN: "Down",
    Mode.SLOW: "Slow (4 s)",
    Mode.LIMITED: "Rate limited",
    Mode.REFUSED: "Wrong key",
}
"""What a source can be told to do, and what a person reads on the button."""


class StandIn(Protocol):
    """One upstream that lives in this process; as `bot.demo.upstreams` has them."""

    app: web.Application
    request_count: int

    @property
    def mode(self) -> str:
        """How it behaves now, as a word."""
        ...

    def set_mode(self, name: str) -> None:
        """Behave differently from the next request on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSource:
    """A stand-in with its place in the demo."""

    name: str
    """Key of the source, as in ``source:streampixel``; also its place below ``/_upstream/``."""

    title: str
    stand_in: StandIn
    url_variable: str
    """The environment variable that holds its base address."""

    credentials: Mapping[str, str] = field(repr=False)
    """Environment variables with the credentials that it takes."""

    connect: Callable[[str], object] = field(default=lambda _: None, repr=False)
    """Told the address of the demo once it is known, as a person tells a dashboard where its webhooks go."""

    tale: Tale = field(default=(), repr=False)
    """What happens there while the demo's days pass."""


def demo_sources(clock: Clock) -> tuple[DemoSource, ...]:
    """Return both upstreams with made-up projects and fresh credentials."""
    user_id, streampixel_key = secrets.token_hex(12), secrets.token_hex(20)
    microvisualizer_key = f"mv_{secrets.token_hex(20)}"
    streampixel = StreampixelStandIn(clock, user_id=user_id, api_key=streampixel_key)
    hook_secret = secrets.token_urlsafe(24)

    def set_webhook(url: str) -> None:
        streampixel.webhook_url = f"{url}/hooks/streampixel/{hook_secret}"

    microvisualizer = MicroVisualizerStandIn(clock, api_key=microvisualizer_key)
    return (
        DemoSource(
            name="streampixel",
            title=StreampixelStandIn.title,
            stand_in=streampixel,
            url_variable="STREAMPIXEL_API_URL",
            credentials={
                "STREAMPIXEL_USER_ID": user_id,
                "STREAMPIXEL_API_KEY": streampixel_key,
                "ROLLCALL_HOOK_SECRET": hook_secret,
            },
            connect=set_webhook,
            tale=streampixel_tale(streampixel),
        ),
        DemoSource(
            name="microvisualizer",
            title=MicroVisualizerStandIn.title,
            stand_in=microvisualizer,
            url_variable="MICROVISUALIZER_API_URL",
            credentials={"MICROVISUALIZER_API_KEY": microvisualizer_key},
            tale=microvisualizer_tale(microvisualizer),
        ),
    )
