"""What happens at the sources while the demo's days pass: a thing a day for a fortnight, so that digests have news."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.demo.upstreams import MicroVisualizerStandIn, StreampixelStandIn
    from bot.ports import Clock

Tale: TypeAlias = "tuple[Callable[[], object], ...]"
"""What happens at one source: one thing on each day, in this order."""

BEGINS_AFTER = timedelta(hours=12)
"""When the first thing happens: by the next morning, whenever the demo was started."""

DAY = timedelta(days=1)


class Story:
    """Lets things happen when their day has come.

    Args:
        clock: the demo's; it begins now.
        tales: what happens, for each source.
    """

    def __init__(self, clock: Clock, tales: Iterable[Tale]) -> None:
        self._clock = clock
        self._begins_at = clock.now() + BEGINS_AFTER
        self._to_come = [list(tale) for tale in tales]
        self._told = 0

    async def go_on(self) -> None:
        """Let everything happen whose day has come since the last time."""
        days = (self._clock.now() - self._begins_at) // DAY + 1
        for _ in range(days - self._told):
            self._told += 1
            for tale in self._to_come:
                if tale:
                    happening = tale.pop(0)()
                    if isinstance(happening, Awaitable):
                        await happening


def streampixel_tale(account: StreampixelStandIn) -> Tale:
    """Return a fortnight at an agency for interactive 3D."""

    def switch(name: str, *, on: bool) -> None:
        account.switch_on(account.named(name).id, on=on)

    def subscribe(name: str, word: str) -> None:
        account.set_subscription(account.named(name).id, word)

    def delete(name: str) -> None:
        account.delete(account.named(name).id)

    def build(name: str, objection: str | None = None) -> Awaitable[None]:
        return account.build(account.named(name).id, objection)

    return (
        partial(subscribe, "Car Configurator: Roadster", "past_due"),
        partial(switch, "Kitchen Planner", on=False),
        partial(account.add, "Winter Garden Walkthrough", interest=3),
        partial(switch, "Kitchen Planner", on=True),
        partial(build, "Showroom Demo", "No executable found in the <Windows> folder of the archive"),
        partial(subscribe, "Airport Ground Crew Training", "active"),
        partial(build, "Showroom Demo"),
        partial(delete, "Old Mill Quarter, Phase II"),
        partial(switch, "Car Configurator: Van", on=True),
        partial(subscribe, "Car Configurator: Roadster", "active"),
        partial(account.add, "Ski Lift Simulator", interest=6),
        partial(subscribe, "Watch Atelier *star* Edition", "canceled"),
        partial(switch, "Museum of Tides", on=False),
        partial(switch, "Museum of Tides", on=True),
        partial(subscribe, "City Hall Citizens' Preview", "active"),
    )


def microvisualizer_tale(organization: MicroVisualizerStandIn) -> Tale:
    """Return ten days at a web shop's platform; what nobody touches grows quiet by itself."""
    return (
        partial(organization.touch, "loyalty-w2s5x"),
        partial(organization.add, "gift-wrap-2x", "Gift Wrapping"),
        partial(organization.add_service, "gift-wrap-2x", "ribbon-api"),
        partial(organization.archive, "shell-workshop"),
        partial(organization.touch, "warehouse-rfid"),
        partial(organization.delete, "shell-untitled"),
        partial(organization.add_service, "gift-wrap-2x", "card-writer"),
        partial(organization.touch, "marketplace-t6"),
        partial(organization.archive, "the-long-name-1", archived=False),
        partial(organization.rename, "checkout-legacy", "Checkout (old)"),
    )
