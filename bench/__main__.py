"""Measure, print, and on demand write into docs/performance.md.

``python -m bench`` measures everything; ``python -m bench search ack`` some parts; ``--write`` rewrites their tables in
the document; ``--quick`` measures too little to mean anything, but everything runs.

``python -m bench digests --kill 300`` kills processes for five minutes and counts what was sent twice or lost, and
measures nothing else; so does ``python -m bench alerts --kill 300``.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from functools import partial
from typing import TYPE_CHECKING, Final

from bench import ack, alerts, digests, kill, kill_alerts, refresh, search, start
from bench.document import rewrite
from bench.effort import FULL, QUICK
from bench.machine import described, load
from bot.logs import set_up
from bot.wiring import SystemClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bench.effort import Effort
    from bench.tables import Table

PARTS: Final[dict[str, Callable[[Effort], Awaitable[list[Table]]]]] = {
    "ack": ack.measure,
    "search": search.measure,
    "refresh": refresh.measure,
    "start": start.measure,
    "digests": digests.measure,
    "alerts": alerts.measure,
}

TORMENTS: Final[dict[str, tuple[str, Callable[[float], Awaitable[Table]]]]] = {
    "digests": ("kill", kill.torment),
    "alerts": ("kill-alerts", kill_alerts.torment),
}
"""Part to where its table is in the document, and what kills."""


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Rollcall.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one of {', '.join(PARTS)}; by default all")
    parser.add_argument("--write", action="store_true", help="rewrite the tables in docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="only show that everything runs")
    parser.add_argument(
        "--kill", type=float, metavar="SECONDS", help="of digests and alerts: only kill processes, for so long"
    )
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    set_up(level="error", form="console", secrets=())
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: no program of ours stays behind
    parts = {name: PARTS[name] for name in given.parts or PARTS}
    if given.kill is not None:
        parts = {
            place: partial(_killed, torment, given.kill)
            for name, (place, torment) in TORMENTS.items()
            if name in parts
        }  # fmt: skip
    for name, part in parts.items():
        measured = asyncio.run(_measured(part, QUICK if given.quick else FULL))
        print(f"## {name}\n\n{measured}\n", flush=True)
        if given.write:
            rewrite(name, measured)


async def _killed(torment: Callable[[float], Awaitable[Table]], seconds: float, _: Effort) -> list[Table]:
    return [await torment(seconds)]


async def _measured(part: Callable[[Effort], Awaitable[list[Table]]], effort: Effort) -> str:
    """Measure one part; return its tables and what they were measured on."""
    before = load()
    tables = await part(effort)
    where = f"{described(SystemClock().now())} Load of the machine before and after: {before}, {load()}."
    return "\n\n".join([*(table.text() for table in tables), where])


if __name__ == "__main__":
    main()
