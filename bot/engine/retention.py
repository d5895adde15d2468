"""What the engine remembers of work that is done: our ledger is the record, so it need not be much."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from dbos import DBOS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dbos import WorkflowStatus

log = structlog.get_logger(__name__)

FINISHED: Final = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
"""States in which DBOS leaves a workflow alone: https://docs.dbos.dev/python/reference/contexts#list_workflows"""

LONGEST: Final = timedelta(minutes=10)
"""What began so long ago is not under way any more, whatever the engine believes: an attempt takes a minute at most."""

CLOCKS_DIFFER: Final = timedelta(seconds=1)
"""How far a database's clock may be ahead of ours, rounding included."""

BATCH: Final = 500
MOST_BATCHES: Final = 20
"""How much is forgotten in one go: a backlog of ten thousand, in a few seconds."""


async def in_flight(workflow_ids: Sequence[str], asked_at: datetime) -> dict[str, bool]:
    """Tell of each workflow that the engine knows whether it waits or runs; False: it has ended, and was of no use.

    Args:
        workflow_ids: of attempts that the ledger wants to be made.
        asked_at: when the ledger was asked, in real time. What has ended since then may well have made its attempt.
    """
    if not workflow_ids:
        return {}
    found = await DBOS.list_workflows_async(workflow_ids=list(workflow_ids), load_input=False, load_output=False)
    return {each.workflow_id: not _was_of_no_use(each, asked_at) for each in found}


def _was_of_no_use(workflow: WorkflowStatus, asked_at: datetime) -> bool:
    if workflow.status in FINISHED:
        return workflow.completed_at is not None and workflow.completed_at < _ms(asked_at - CLOCKS_DIFFER)
    return workflow.dequeued_at is not None and workflow.dequeued_at < _ms(asked_at - LONGEST)


def _ms(moment: datetime) -> float:
    """Return a moment as DBOS keeps it."""
    return moment.timestamp() * 1000


async def has_ticked(since: datetime, now: datetime) -> bool:
    """Tell whether some process has ended a whole tick between two moments of real time."""
    found = await DBOS.list_workflows_async(
        name="tick", status="SUCCESS", completed_after=since.isoformat(), sort_desc=True, limit=BATCH, load_input=False
    )
    latest = _ms(now + CLOCKS_DIFFER)
    return any(each.output is True and each.completed_at is not None and each.completed_at <= latest for each in found)


async def forget(workflow_ids: Sequence[str]) -> None:
    """Delete workflows with all that is kept of them."""
    if workflow_ids:
        await DBOS.delete_workflows_async(list(workflow_ids))


async def forget_finished(before: datetime) -> int:
    """Delete workflows that ended before a moment of real time; returns how many."""
    count = 0
    for _ in range(MOST_BATCHES):
        found = await DBOS.list_workflows_async(
            status=list(FINISHED),
            completed_before=before.isoformat(),
            limit=BATCH,
            load_input=False,
            load_output=False,
        )
        await forget([each.workflow_id for each in found])
        count += len(found)
        if len(found) < BATCH:
            break
    if count:
        log.info("engine.forgot", workflows=count)
    return count
