"""The watches of channels: what the words of the verb do, and who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from bot.conditions import print_condition
from bot.errors import ChangedMeanwhile, Forbidden, NoSuchWatch, UsageError
from bot.model import DigestChange, Pause, PauseKind
from bot.query import print_hours

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.model import Condition, Watch, WatchDraft
    from bot.ports import Clock, WatchLedger

log = structlog.get_logger(__name__)

MOST_WATCHES: Final = 25
"""Watches of one channel: more is noise."""

CHANGES_SHOWN: Final = 20
LISTING: Final = "watch list"


class WatchBook:
    """Keeps the watches of one workspace. Every change is recorded, with who made it.

    A watch belongs to its channel: everybody there may change it, but only its owner or an admin may remove it. `by` is
    the Slack id of a person; None is the terminal, which counts as an admin. Every method may raise `StoreError`.

    Args:
        workspace: whose watches these are.
        ledger: where they are kept.
        clock: tells the time.
        admins: Slack ids of people who may remove any watch.
        nudge: asks the engine to look for work soon.
    """

    def __init__(
        self, workspace: str, ledger: WatchLedger, clock: Clock, admins: Collection[str], nudge: Callable[[], object]
    ) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._clock = clock
        self._admins = frozenset(admins)
        self._nudge = nudge

    # looking

    async def listed(self, channel: str) -> tuple[Watch, ...]:
        """Return the watches of a channel by number."""
        return await self._ledger.watches(self._workspace, channel)

    async def numbered(self, channel: str, number: int) -> Watch:
        """Return the watch of a channel with that number.

        Raises:
            NoSuchWatch: there is none.
        """
        there = await self.listed(channel)
        for watch in there:
            if watch.number == number:
                return watch
        raise NoSuchWatch(number, tuple(watch.number for watch in there))

    async def record(self, watch: Watch) -> tuple[DigestChange, ...]:
        """Return who changed a watch, newest first."""
        return await self._ledger.record_of_watch(watch, most=CHANGES_SHOWN)

    # changing

    async def add(self, draft: WatchDraft) -> Watch:
        """Keep a new watch; whatever fires already goes out as one card soon.

        Raises:
            UsageError: the channel has the same one already, or as many as it may have.
        """
        await self._refuse_twins(draft)
        added = await self._ledger.add_watch(draft, now=self._clock.now(), most=MOST_WATCHES)
        if added is None:
            raise UsageError(
                f"This channel has {MOST_WATCHES} watches, the most there can be. "
                "Remove one first; `watch list` shows them.",
                correction=LISTING,
            )
        log.info("watch.added", watch=added.ref, channel=added.channel, number=added.number)
        self._nudge()
        return added

    async def edit(self, watch: Watch, draft: WatchDraft, by: str | None) -> Watch:
        """Change a watch to what the draft says; channel, workspace and owner stay.

        Raises:
            UsageError: it is like that already, or another one of the channel is.
            ChangedMeanwhile: somebody else was faster.
        """
        if _settings(draft) == _settings(watch.draft):
            raise UsageError(
                f"Watch {watch.number} is like that already; I changed nothing.",
                correction=f"watch show {watch.number}",
            )
        await self._refuse_twins(draft, but=watch.ref)
        change = DigestChange(at=self._clock.now(), by=by, what=what_changed(watch.draft, draft))
        if not await self._ledger.edit_watch(watch, draft, change):
            raise ChangedMeanwhile(LISTING)
        log.info("watch.edited", watch=watch.ref)
        return await self._fresh(watch)

    async def pause(self, watch: Watch, by: str | None) -> Watch:
        """Let a watch rest until a person resumes it; nothing happens if it does so already.

        One that rests because its channel is closed would go on by itself; from now on it does not.

        Raises:
            ChangedMeanwhile: somebody else was faster.
        """
        if watch.pause is not None and watch.pause.kind is PauseKind.PERSON:
            return watch
        now = self._clock.now()
        if watch.pause is not None:
            watch = await self._woken(watch, DigestChange(at=now, by=by, what="resumed it, to pause it by hand"))
        pause = Pause(kind=PauseKind.PERSON, at=now, reason="", by=by)
        if not await self._ledger.pause_watch(watch, pause, DigestChange(at=now, by=by, what="paused it")):
            raise ChangedMeanwhile(LISTING)
        log.info("watch.paused", watch=watch.ref, kind=pause.kind.value)
        return await self._fresh(watch)

    async def resume(self, watch: Watch, by: str | None) -> Watch:
        """Let a watch go on, whyever it rests; nothing happens if it does not.

        Raises:
            ChangedMeanwhile: somebody else was faster.
        """
        if watch.pause is None:
            return watch
        woken = await self._woken(watch, DigestChange(at=self._clock.now(), by=by, what="resumed it"))
        log.info("watch.resumed", watch=watch.ref)
        self._nudge()
        return woken

    def may_remove(self, watch: Watch, by: str | None) -> bool:
        """Tell whether somebody may remove a watch: its owner, an admin, the terminal."""
        return by is None or by == watch.draft.owner or by in self._admins

    async def remove(self, watch: Watch, by: str | None) -> None:
        """Remove a watch for good; its open alerts end.

        Raises:
            Forbidden: only its owner or an admin may.
            ChangedMeanwhile: somebody else was faster.
        """
        if not self.may_remove(watch, by):
            raise Forbidden("remove this watch", "its owner or an admin" if watch.draft.owner else "an admin")
        if not await self._ledger.remove_watch(watch, DigestChange(at=self._clock.now(), by=by, what="removed it")):
            raise ChangedMeanwhile(LISTING)
        log.info("watch.removed", watch=watch.ref)
        self._nudge()

    # inside

    async def _refuse_twins(self, draft: WatchDraft, *, but: int | None = None) -> None:
        """Refuse a second watch for the same: each project would be told twice."""
        for watch in await self.listed(draft.channel):
            if watch.ref != but and _matter(watch.draft) == _matter(draft):
                number = watch.number
                raise UsageError(
                    f"Watch {number} of this channel waits for that already; `watch show {number}` shows it.",
                    correction=f"watch show {number}",
                )

    async def _woken(self, watch: Watch, change: DigestChange) -> Watch:
        if not await self._ledger.pause_watch(watch, None, change):
            raise ChangedMeanwhile(LISTING)
        return await self._fresh(watch)

    async def _fresh(self, watch: Watch) -> Watch:
        """Read a watch anew, and have it evaluated soon.

        Raises:
            ChangedMeanwhile: it is gone.
        """
        fresh = await self._ledger.watch(watch.ref)
        if fresh is None:
            raise ChangedMeanwhile(LISTING)
        self._nudge()
        return fresh


def what_changed(before: WatchDraft, after: WatchDraft) -> str:
    """Say what is different, as the end of a sentence: changed the filters from this to that."""
    names = ("the condition", "the filters", "the hours", "the broadcast", "the time zone")
    pairs = zip(names, _settings(before), _settings(after), strict=True)
    parts = [f"{name} from {_quoted(old)} to {_quoted(new)}" for name, old, new in pairs if old != new]
    return f"changed {' and '.join(parts)}"


def _quoted(value: str) -> str:
    return f"`{value}`" if value else "none"


def _matter(draft: WatchDraft) -> tuple[Condition, str, str]:
    """Return what decides whom a watch tells of; the zone counts only if working days do."""
    return draft.condition, draft.query, draft.zone if draft.condition.working_days else ""


def _settings(draft: WatchDraft) -> tuple[str, ...]:
    """Return everything that people can change about a watch, in words."""
    broadcast = "yes" if draft.broadcast else "no"
    return print_condition(draft.condition), draft.query, print_hours(draft.hours), broadcast, draft.zone
