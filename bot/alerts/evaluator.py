"""Evaluating all watches: once a tick, by one process, and only what can have changed."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Final

import structlog

from bot.alerts.aims import Aims
from bot.alerts.connection import ConnectionRound, Memory, Progress
from bot.alerts.disconnecting import Disconnecting
from bot.alerts.dismissing import Dismissing
from bot.alerts.holding import Holding
from bot.alerts.recording import Recording
from bot.alerts.seeing import view_of
from bot.alerts.watchmen import Watchmen
from bot.catalog.moments import moment_of
from bot.metrics import EVALUATION_SECONDS, EVALUATIONS
from bot.model import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from bot.alerts.aims import Aim
    from bot.model import Alert, Freshness, Moment, Outage, SourceSheet
    from bot.ports import Clock, Store, WatchLedger
    from bot.query import Known

log = structlog.get_logger(__name__)

CLAIM_FOR: Final = timedelta(seconds=90)

JOB: Final = "watches"
EVERYWHERE: Final = "*"
MOST_DUE: Final = 20_000
"""Alerts looked at in one round because their time has come; the others are the longest due of the next."""

MOST_REMOVED: Final = 1_000


class Evaluator:
    """Evaluates the watches of one workspace.

    Nothing is lost if it is killed anywhere: touches are noted and marks move only after the alerts are written, and a
    round that did not come to its end is followed by one that looks at all open cards. Two at once do no harm either:
    every alert has a version.

    Args:
        workspace: whose.
        store: has the projects.
        ledger: has watches, alerts and cards.
        clock: tells the time.
        holder: name of this process, unique among all that share the database.
        known: names of sources and connections, to read filters.
        quiet_after: how long without activity makes a project inactive, for ``state:`` filters.
        zone: whose calendar days filters such as ``updated:today`` mean.
        sheets: what each source tells, by its name; of others everything is possible.
        operators_channel: id of the channel of those who run Rollcall; None: there is none.
        admins: Slack ids of those who can mend a refused key.
        claim_for: how long a claim lasts unless renewed: more than the pause between two ticks, so that it stays with
            one process.
    """

    def __init__(
        self,
        *,
        workspace: str,
        store: Store,
        ledger: WatchLedger,
        clock: Clock,
        holder: str,
        known: Known,
        quiet_after: timedelta,
        zone: tzinfo,
        sheets: Mapping[str, SourceSheet] | None = None,
        operators_channel: str | None = None,
        admins: Iterable[str] = (),
        claim_for: timedelta = CLAIM_FOR,
    ) -> None:
        self._workspace = workspace
        self._store = store
        self._ledger = ledger
        self._clock = clock
        self._holder = holder
        self._quiet_after = quiet_after
        self._zone = zone
        self._aims = Aims(known)
        self._memory = Memory()
        self._recording = Recording(ledger, workspace)
        self._dismissing = Dismissing(ledger, self._recording, workspace)
        self._disconnecting = Disconnecting(ledger, self._recording, workspace)
        self._holding = Holding(store, ledger, workspace, operators_channel, admins)
        self._watchmen = Watchmen(
            workspace=workspace,
            store=store,
            ledger=ledger,
            sheets=sheets or {},
            operators_channel=operators_channel,
            admins=admins,
        )
        self._claim_for = claim_for
        self._unfinished = True
        self._held_until: datetime | None = None

    async def evaluate(self) -> int:
        """Evaluate everything that can have changed; returns how many alerts were written.

        Raises:
            StoreError: our database could not be used; what was not done is done the next time.
        """
        now = self._clock.now()
        if not await self._claim(now):
            EVALUATIONS.labels("elsewhere").inc()
            return 0
        began = perf_counter()
        try:
            written = await self._evaluate(now)
        except BaseException:
            self._unfinished = True
            EVALUATIONS.labels("failed").inc()
            raise
        EVALUATIONS.labels("ok").inc()
        EVALUATION_SECONDS.observe(perf_counter() - began)
        if written:
            log.info("watches.evaluated", written=written)
        return written

    async def close(self) -> None:
        """Let another process evaluate at once."""
        await self._store.release(self._workspace, EVERYWHERE, JOB, holder=self._holder)

    async def _claim(self, now: datetime) -> bool:
        """Take or renew the claim; if it had run out, somebody else may have died in the middle since."""
        if self._held_until is None or now > self._held_until:
            self._unfinished = True
        until = now + self._claim_for
        held = await self._store.claim(
            self._workspace, EVERYWHERE, JOB, holder=self._holder, now=now, until=until
        )  # fmt: skip
        self._held_until = until if held else None
        return held

    async def _evaluate(self, now: datetime) -> int:
        freshness = await self._store.freshness(Scope(workspace=self._workspace))
        moment = moment_of(freshness, now=now, quiet_after=self._quiet_after, zone=self._zone, regular=True)
        watches = await self._ledger.watches(self._workspace)
        if self._unfinished:
            await self._recording.look_at_open_cards(now)
        aims = self._aims.of(watch for watch in watches if watch.pause is None)
        told = await self._watchmen.look(freshness, aims, moment)
        due = await self._ledger.alerts_due(self._workspace, now, most=MOST_DUE)
        written = await self._dismissing.dismiss(watches, due, now, most=MOST_REMOVED)
        written += await self._disconnecting.dismiss((known.connection for known in freshness), now)
        written += await self._connections(freshness, aims, told, due, moment)
        self._unfinished = False
        return written

    async def _connections(
        self,
        freshness: Sequence[Freshness],
        aims: Sequence[Aim],
        told: Mapping[str, Outage],
        due: Sequence[Alert],
        moment: Moment,
    ) -> int:
        marks, mute = await self._ledger.progress(self._workspace), await self._ledger.mute(self._workspace)
        progress = Progress(marks=marks, mute=mute)
        holds = await self._holding.under_way()
        awake = {aim.watch.ref for aim in aims}
        written = 0
        for known in freshness:
            await self._claim(self._clock.now())
            view = view_of(known, moment.now, told.get(known.connection))
            connection = ConnectionRound(
                store=self._store,
                ledger=self._ledger,
                recording=self._recording,
                holding=self._holding,
                memory=self._memory,
                workspace=self._workspace,
                view=view,
                moment=moment,
            )
            mine = [each for each in due if each.connection == known.connection and each.watch in awake]
            written += await connection.evaluate(aims, mine, progress, holds.get(known.connection))
        return written
