"""Watches in memory, and how far they were evaluated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model import DigestChange, Watch
from bot.model.ledger_words import ADDED
from tests.fakes.watch_ledger.memory import KeptWatch, Memory

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from bot.model import Pause, PauseKind, WatchDraft


class FakeWatches(Memory):
    """The part of a `WatchLedger` that keeps watches."""

    async def add_watch(self, draft: WatchDraft, *, now: datetime, most: int) -> Watch | None:
        """Keep a new watch with the next free number of its channel."""
        home = (draft.workspace, draft.channel)
        there = [each for each in self._watches.values() if (each.watch.workspace, each.watch.channel) == home]
        if sum(not each.removed for each in there) >= most:
            return None
        number = max((each.watch.number for each in there), default=0) + 1
        watch = Watch(ref=next(self._refs), number=number, draft=draft, created_at=now)
        self._watches[watch.ref] = KeptWatch(watch, [DigestChange(at=now, by=draft.owner, what=ADDED)])
        return watch

    async def watches(self, workspace: str, channel: str | None = None) -> tuple[Watch, ...]:
        """Return the watches of a channel by number, or of all channels by `Watch.ref`."""
        kept = [each for each in self._kept(workspace) if channel in {None, each.channel}]
        return tuple(kept if channel is None else sorted(kept, key=lambda each: each.number))

    async def watch(self, ref: int) -> Watch | None:
        """Return one watch, unless it was removed."""
        kept = self._watches.get(ref)
        return None if kept is None or kept.removed else kept.watch

    async def edit_watch(self, watch: Watch, draft: WatchDraft, change: DigestChange) -> bool:
        """Change a watch; another question was never evaluated."""
        kept = self._current(watch)
        if kept is None:
            return False
        old = kept.watch.draft
        asked_at = kept.watch.asked_at
        if (draft.condition, draft.query) != (old.condition, old.query):
            self._forget_progress(watch.ref)
            asked_at = change.at
        same = {"workspace": old.workspace, "channel": old.channel, "owner": old.owner}
        self._change(kept, change, asked_at=asked_at, draft=replace(draft, **same))  # type: ignore[arg-type]  # texts, all of them
        return True

    async def pause_watch(self, watch: Watch, pause: Pause | None, change: DigestChange) -> bool:
        """Let a watch rest, or wake it."""
        kept = self._current(watch)
        if kept is None or (kept.watch.pause is None) is (pause is None):
            return False
        if pause is None:
            self._forget_progress(watch.ref)
        self._change(kept, change, pause=pause)
        return True

    async def pause_watches(
        self, workspace: str, pause: Pause, change: DigestChange, *, channel: str | None = None
    ) -> tuple[Watch, ...]:
        """Let all watches rest that do not yet."""
        there = [each for each in self._kept(workspace) if channel in {None, each.channel}]
        rested = [each.ref for each in there if await self.pause_watch(each, pause, change)]
        return tuple(self._watches[ref].watch for ref in rested)

    async def paused_watches(self, workspace: str, kind: PauseKind, channel: str | None = None) -> tuple[Watch, ...]:
        """Return the watches that rest for this reason."""
        resting = [each for each in self._kept(workspace) if each.pause is not None and each.pause.kind is kind]
        return tuple(each for each in resting if channel in {None, each.channel})

    async def remove_watch(self, watch: Watch, change: DigestChange) -> bool:
        """Remove a watch; its alerts stay as they are."""
        kept = self._current(watch)
        if kept is None:
            return False
        self._forget_progress(watch.ref)
        self._change(kept, change)
        kept.removed = True
        return True

    async def record_of_watch(self, watch: Watch, *, most: int) -> tuple[DigestChange, ...]:
        """Return the newest changes of a watch, newest first."""
        return tuple(self._watches[watch.ref].changes[::-1][:most])

    async def progress(self, workspace: str) -> Mapping[tuple[int, str], datetime]:
        """Return how far each watch was evaluated."""
        ours = {each.ref for each in self._kept(workspace)}
        return {place: cutoff for place, cutoff in self._progress.items() if place[0] in ours}

    async def note_progress(
        self, marks: Mapping[tuple[int, str], datetime], *, seen: Mapping[int, int] | None = None
    ) -> None:
        """Note how far watches were evaluated, unless they were changed meanwhile."""
        for (ref, name), cutoff in marks.items():
            watch = await self.watch(ref)
            if watch is not None and (seen is None or seen.get(ref) == watch.version):
                self._progress[ref, name] = cutoff
                self._mute.discard((ref, name))

    async def mute(self, workspace: str) -> frozenset[tuple[int, str]]:
        """Return where a watch was evaluated before and has not been able to since."""
        return frozenset(self._mute & (await self.progress(workspace)).keys())

    async def note_mute(self, places: Iterable[tuple[int, str]]) -> None:
        """Note that watches cannot be evaluated in these places."""
        self._mute.update(place for place in places if place in self._progress)

    async def forget_elsewhere(self, workspace: str, connections: Collection[str]) -> None:
        """Forget how far watches were evaluated at other connections than these."""
        for place in await self.progress(workspace):
            if place[1] not in connections:
                del self._progress[place]
                self._mute.discard(place)

    # inside

    def _kept(self, workspace: str) -> list[Watch]:
        kept = (each for each in self._watches.values() if not each.removed)
        return [each.watch for each in kept if each.watch.workspace == workspace]

    def _current(self, watch: Watch) -> KeptWatch | None:
        """Return a watch unless it was removed or has another version."""
        kept = self._watches.get(watch.ref)
        return None if kept is None or kept.removed or kept.watch.version != watch.version else kept

    def _change(self, kept: KeptWatch, change: DigestChange, **changed: object) -> None:
        kept.watch = replace(kept.watch, version=kept.watch.version + 1, **changed)  # type: ignore[arg-type]  # checked by the callers
        kept.changes.append(change)

    def _forget_progress(self, ref: int) -> None:
        self._progress = {place: cutoff for place, cutoff in self._progress.items() if place[0] != ref}
        self._mute = {place for place in self._mute if place[0] != ref}
