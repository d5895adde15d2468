"""Killing those who tell of alerts: ``python -m bench alerts --kill 300``; the short form is in the tests."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench.tables import Table
from tests.kill.alert_scene import open_alert_scene
from tests.kill.scene import Plan
from tests.store.postgres_server import programs, serving

if TYPE_CHECKING:
    from tests.kill.alert_audit import AlertAudit

SEED: Final = 301
TROUBLE: Final = 0.2
"""Share of posts and edits that go wrong."""


async def torment(seconds: float) -> Table:
    """Kill replicas for so long on each database, and compare what happened with what was told at Slack."""
    table = Table(
        title=f"48 projects go quiet and come back, processes killed for {seconds:.0f} s, one post in five goes wrong",
        head=("processes", "kills", "quiet and back", "openings and ends lost", "never told", "told twice"),
        note=(
            "Three hours pass in a second. What goes wrong, as cards are posted, edited and answered: 429, 500 before"
            " and after posting, `internal_error` after posting, `service_unavailable`, and connections that break"
            " before or after. On PostgreSQL the app may read its channels, so it looks for what it may have posted;"
            " on SQLite it may not, and says again what may have been lost. Never told: what the ledger still holds for"
            " untold at the end."
        ),
    )
    with TemporaryDirectory(prefix="rollcall-kill-") as name, ExitStack() as stack:
        plan = Plan(replicas=1, seconds=seconds, rest=(0.5, 8), seed=SEED, may_look=False, trouble=TROUBLE)
        _add(table, "1 on SQLite", await _played(f"sqlite:///{name}/rollcall.db", Path(name), plan))
        if binaries := programs():
            server = stack.enter_context(serving(binaries))
            server.run("CREATE DATABASE killed")
            plan = Plan(replicas=2, seconds=seconds, rest=(0.3, 5), seed=SEED, may_look=True, trouble=TROUBLE)
            _add(table, "2 on PostgreSQL", await _played(server.url("killed"), Path(name), plan))
    return table


async def _played(database_url: str, folder: Path, plan: Plan) -> AlertAudit:
    async with open_alert_scene(database_url, folder, plan) as scene:
        return await scene.play()


def _add(table: Table, label: str, found: AlertAudit) -> None:
    table.add(
        label, f"{found.kills}", f"{found.cycles:,}", f"{len(found.lost)}", f"{found.untold}", f"{len(found.doubled)}"
    )  # fmt: skip
