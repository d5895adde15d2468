"""The workflows, as DBOS knows them: functions of a module, since it knows no objects.

Their names, arguments and results are in the queue while an upgrade is under way, and so they stay what they are.

A workflow may run again from its beginning after a crash, with the results of its finished steps. All may: the ledger
lets nothing happen twice. What a workflow returned, or that there was one, is never what we go by.

https://docs.dbos.dev/python/tutorials/workflow-tutorial
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - DBOS looks at the signatures of workflows
from typing import TYPE_CHECKING, Final

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

from bot.engine.retention import forget, forget_finished, in_flight
from bot.engine.work import CARD, DIGEST

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.engine.clocks import Clocks
    from bot.engine.replicas import Replicas
    from bot.engine.rounds import Rounds
    from bot.ports import Clock

QUEUE: Final = "deliveries"
NO_CHANNEL: Final = "-"
"""Where nothing will be posted any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What the workflows work with."""

    rounds: Rounds
    replicas: Replicas | None
    """None where there is only this process."""

    clock: Clock
    """The real time."""

    clocks: Clocks
    """Tells whether that is what the others think it is; if not, we leave all work to them."""

    remember: timedelta
    """How long finished workflows are kept."""


class Seat:
    """Who does the work of this process. DBOS is one for the whole process, and so is this."""

    def __init__(self) -> None:
        self._taken: Shift | None = None

    def take(self, shift: Shift) -> None:
        """Sit down; before the launch, since work may begin with it.

        Raises:
            RuntimeError: somebody else sits there.
        """
        if self._taken is not None:
            raise RuntimeError("there is one engine in a process")
        self._taken = shift

    def leave(self) -> None:
        """Stand up."""
        self._taken = None

    @property
    def shift(self) -> Shift:
        """Who sits there."""
        if self._taken is None:
            raise RuntimeError("the seat is taken before the launch")
        return self._taken


SEAT: Final = Seat()


@DBOS.workflow(name="tick")
async def tick(due: datetime, context: object) -> bool:
    """Hand out what is due, and tell whether that was all; `due` and `context` are DBOS's, our clock tells the time."""
    del due, context
    rounds = SEAT.shift.rounds
    with rounds.under_way():
        await rounds.until_closed()
        # Enqueueing is for workflows, not for steps: DBOS refuses it there.
        whole, jobs = await hand_out()
        for workflow_id, ref, attempt, channel, *kind in jobs:
            work = deliver_card if kind == [CARD] else deliver
            with SetWorkflowID(workflow_id), SetEnqueueOptions(queue_partition_key=channel):
                await DBOS.enqueue_workflow_async(QUEUE, work, ref, attempt)
        await tidy()
        return whole


@DBOS.workflow(name="deliver")
async def deliver(ref: int, attempt: int) -> None:
    """Make one attempt at one delivery of a digest."""
    rounds = SEAT.shift.rounds
    with rounds.under_way():
        await rounds.until_closed()
        await make_attempt(ref, attempt)


@DBOS.workflow(name="deliver_card")
async def deliver_card(ref: int, attempt: int) -> None:
    """Make one attempt at one card."""
    rounds = SEAT.shift.rounds
    with rounds.under_way():
        await rounds.until_closed()
        await make_card_attempt(ref, attempt)


@DBOS.step(name="hand_out")
async def hand_out() -> tuple[bool, list[tuple[str, int, int, str, str]]]:
    """Return workflow id, subject, number, channel and kind of each attempt to be made that is not yet in the queue.

    Before these it says whether they are all that are due. A workflow that has ended although the ledger still waits
    for its attempt was of no use: it is forgotten, so that its id is free for another try.
    """
    shift = SEAT.shift
    if not await shift.clocks.agree():
        return False, []
    asked_at = shift.clock.now()
    planned = await shift.rounds.plan()
    jobs = planned.jobs
    known = await in_flight([job.workflow_id for job in jobs], asked_at)
    await forget([workflow_id for workflow_id, going_on in known.items() if not going_on])
    new = [job for job in jobs if not known.get(job.workflow_id)]
    return planned.whole, [(job.workflow_id, job.ref, job.attempt, job.channel or NO_CHANNEL, job.kind) for job in new]


@DBOS.step(name="make_attempt")
async def make_attempt(ref: int, attempt: int) -> None:
    """Make the attempt; left alone, the next tick hands it out again, perhaps to somebody whose clock is right."""
    if await SEAT.shift.clocks.agree():
        await SEAT.shift.rounds.attempt(DIGEST, ref, attempt)


@DBOS.step(name="make_card_attempt")
async def make_card_attempt(ref: int, attempt: int) -> None:
    """Make the attempt at a card, as `make_attempt` does."""
    if await SEAT.shift.clocks.agree():
        await SEAT.shift.rounds.attempt(CARD, ref, attempt)


@DBOS.step(name="tidy")
async def tidy() -> None:
    """Look after what other processes left behind, and forget what nobody needs."""
    shift = SEAT.shift
    if shift.replicas is not None:
        await shift.replicas.resume_dead()
    await shift.rounds.tidy(lambda: forget_finished(shift.clock.now() - shift.remember))
