"""A `Store` in memory, as far as the catalog, the evaluator and cards need one: months are played in seconds on it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.errors import StoreError
from bot.model import Entry, Event, FoundEvents, Freshness, Moment, Quota, Sight, Sights, Stretch
from bot.model.sight import LOOKS_WITHOUT_HOLE
from bot.ports import Touch
from tests.store import oracle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from bot.model import Change, ConnectionSpec, Problem, Project, Scope, Viewers
    from bot.query import Query, Term

LOOKED_BACK = timedelta(days=35)
"""Older days of looks are one row."""

_SIGNS = ("service_count", "pinned", "enabled", "subscription")


@dataclass
class _Account:
    """What is known of one connection."""

    freshness: Freshness
    looks: dict[str, list[Stretch]] = field(default_factory=lambda: {"listing": [], "viewers": []})
    refs: dict[str, int] = field(default_factory=dict)
    touches: dict[int, int] = field(default_factory=dict)

    def note(self, **changes: Any) -> None:
        self.freshness = replace(self.freshness, **changes)


class FakeStore:
    """Rows in memory; one workspace."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.happened: list[Event] = []
        self.asked_all: list[str] = []
        """Connections that were to be read completely, as often as that was asked."""

        self._accounts: dict[str, _Account] = {}
        self._claims: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._marks = count(1)
        self._numbers = count(1)

    async def register(self, workspace: str, specs: Sequence[ConnectionSpec], *, complete: bool = True) -> None:
        """Make these the connections."""
        assert workspace
        assert complete
        for spec in specs:
            known = Freshness(
                connection=spec.name,
                source=spec.sheet.name,
                title=spec.sheet.title,
                measures_viewers=spec.sheet.measures_viewers,
            )
            self._accounts[spec.name] = _Account(known)

    async def freshness(self, scope: Scope) -> tuple[Freshness, ...]:
        """Return what is known of each."""
        assert scope.workspace
        return tuple(self._accounts[name].freshness for name in sorted(self._accounts))

    async def claim(
        self, workspace: str, connection: str, job: str, *, holder: str, now: datetime, until: datetime
    ) -> bool:
        """Take or renew."""
        assert workspace
        held = self._claims.get((connection, job))
        if held is not None and held[0] != holder and held[1] > now:
            return False
        self._claims[connection, job] = (holder, until)
        return True

    async def release(self, workspace: str, connection: str, job: str, *, holder: str) -> None:
        """Give back."""
        assert workspace
        if self._claims.get((connection, job), ("",))[0] == holder:
            del self._claims[connection, job]

    @asynccontextmanager
    async def writing(self, workspace: str, connection: str, *, job: str, holder: str) -> AsyncIterator[_Writer]:
        """Collect, and write at the end if the claim still stands."""
        assert workspace
        writer = _Writer(self, connection)
        yield writer
        if self._claims.get((connection, job), ("",))[0] != holder:
            raise StoreError("the claim was lost")
        writer.commit()

    async def failed(self, workspace: str, connection: str, job: str, problem: Problem, now: datetime) -> None:
        """Note a failure."""
        assert workspace
        account = self._accounts[connection]
        name = "problem" if job == "listing" else "viewers_problem"
        before = getattr(account.freshness, name)
        same = before is not None and before.kind is problem.kind
        account.note(**{name: replace(problem, since=before.since) if same else problem})
        if job == "listing":
            account.note(last_attempt_at=now)

    async def save_viewers(
        self,
        workspace: str,
        connection: str,
        measured: Mapping[str, Viewers],
        now: datetime,
        *,
        complete: bool,
        every: timedelta | None = None,
    ) -> None:
        """Keep measurements."""
        assert workspace
        account = self._accounts[connection]
        gap = timedelta(minutes=40) if every is None else every * LOOKS_WITHOUT_HOLE
        for project_id, viewers in measured.items():
            if (ref := account.refs.get(project_id)) is not None:
                self._measure(account, ref, viewers, gap)
        if complete:
            account.note(viewers_at=now, viewers_problem=None)
            if every is not None:
                self._look(account, "viewers", now, every)

    def _measure(self, account: _Account, ref: int, viewers: Viewers, gap: timedelta) -> None:
        entry = self.entries[ref]
        before = entry.viewers
        if before is not None and before.at > viewers.at:
            return
        somebody = viewers.live > 0 or viewers.queued > 0
        waited, measured_since = entry.queued_since, entry.measured_since
        sights = account.freshness.sights
        missed_before = None if sights is None else sights.viewers.missed_before
        if before is None or (missed_before is not None and before.at <= missed_before):
            measured_since = viewers.at
        if before is None or viewers.at - before.at > gap or waited is None:
            waited = viewers.at
        self.entries[ref] = replace(
            entry,
            viewers=viewers,
            measured_since=measured_since,
            last_viewed_at=viewers.at if somebody else entry.last_viewed_at,
            queued_since=waited if viewers.queued else None,
        )
        if somebody or before is None or before.queued:
            account.touches[ref] = next(self._marks)

    async def viewers_due(self, workspace: str, connection: str, measured_before: datetime) -> tuple[str, ...]:
        """Return who is to be measured."""
        assert workspace
        rows = [self.entries[ref] for ref in self._accounts[connection].refs.values()]
        return tuple(
            row.project.id
            for row in rows
            if row.gone_at is None and (row.viewers is None or row.viewers.at < measured_before)
        )

    async def each(self, scope: Scope, query: Query, moment: Moment) -> AsyncIterator[Entry]:
        """Yield all matches."""
        assert scope.workspace
        for entry in list(self.entries.values()):
            if oracle.visible(entry, query) and _matches(entry, query, moment):
                yield entry

    async def matching(
        self, scope: Scope, questions: Sequence[tuple[Query, Sequence[int]]], moment: Moment
    ) -> tuple[frozenset[int], ...]:
        """Return, for each question, those that match."""
        assert scope.workspace
        return tuple(frozenset(self._matching(query, refs, moment)) for query, refs in questions)

    def _matching(self, query: Query, refs: Sequence[int], moment: Moment) -> Iterator[int]:
        for row in (self.entries[ref] for ref in refs if ref in self.entries):
            if oracle.visible(row, query) and _matches(row, query, moment):
                yield row.ref

    async def get(self, scope: Scope, ref: int) -> Entry | None:
        """Return one row."""
        assert scope.workspace
        return self.entries.get(ref)

    async def get_many(self, scope: Scope, refs: Sequence[int]) -> Mapping[int, Entry]:
        """Return some rows."""
        assert scope.workspace
        return {ref: self.entries[ref] for ref in refs if ref in self.entries}

    async def events(
        self, scope: Scope, query: Query, moment: Moment, *, since: datetime, size: int, **_: object
    ) -> FoundEvents:
        """Return events of matching projects, archived and gone ones too."""
        assert scope.workspace
        found = [
            each
            for each in reversed(self.happened)
            if each.at >= since and _matches(self.entries[each.entry.ref], query, moment)
        ]
        return FoundEvents(events=tuple(found[:size]), total=len(found))

    async def touched(self, workspace: str, connection: str, *, most: int) -> tuple[Touch, ...]:
        """Return what was touched."""
        assert workspace
        touches = sorted(self._accounts[connection].touches.items(), key=lambda item: item[1])
        return tuple(Touch(ref=ref, mark=mark) for ref, mark in touches[:most])

    async def noted(self, touches: Sequence[Touch]) -> None:
        """Take note."""
        for account in self._accounts.values():
            for touch in touches:
                if account.touches.get(touch.ref) == touch.mark:
                    del account.touches[touch.ref]

    async def dated(
        self, workspace: str, connection: str, spans: Sequence[tuple[datetime | None, datetime]]
    ) -> tuple[frozenset[int], ...]:
        """Return what has a date in each span."""
        assert workspace
        rows = [self.entries[ref] for ref in self._accounts[connection].refs.values()]
        return tuple(frozenset(row.ref for row in rows if _is_dated(row, span)) for span in spans)

    async def ask_all(self, workspace: str, connection: str) -> None:
        """Let the next listing be complete."""
        assert workspace
        self.asked_all.append(connection)
        self._accounts[connection].note(last_full_at=None)

    def _look(self, account: _Account, job: str, now: datetime, every: timedelta) -> None:
        rows = account.looks[job]
        last = rows[-1] if rows else None
        if last is not None and now <= last.until:
            return
        if last is None or now - last.until > every * LOOKS_WITHOUT_HOLE:
            rows.append(Stretch(since=now, until=now, looks=1, every=every))
        elif last.looks == 1 or last.until.astimezone(UTC).date() == now.astimezone(UTC).date():
            rows[-1] = replace(last, until=now, looks=last.looks + 1, every=every)
        else:
            rows.append(Stretch(since=last.until, until=now, looks=2, every=every))
            account.looks[job] = _joined(rows, now - LOOKED_BACK)
        account.note(
            sights=Sights(
                listing=Sight(tuple(account.looks["listing"])), viewers=Sight(tuple(account.looks["viewers"]))
            )
        )


def _joined(rows: list[Stretch], before: datetime) -> list[Stretch]:
    joined: list[Stretch] = []
    for row in rows:
        last = joined[-1] if joined else None
        if last is not None and last.until == row.since and row.until < before:
            joined[-1] = replace(last, until=row.until, looks=last.looks + row.looks - 1)
        else:
            joined.append(row)
    return joined


class _Writer:
    """A `CatalogWriter` whose changes stand at the end."""

    def __init__(self, store: FakeStore, connection: str) -> None:
        self._store = store
        self._account = store._accounts[connection]
        self._rows: dict[int, Entry] = {}
        self._events: list[Event] = []
        self._notes: dict[str, Any] = {}
        self._looked: tuple[datetime, timedelta] | None = None
        self._refs = dict(self._account.refs)

    def _row(self, ref: int) -> Entry:
        return self._rows.get(ref) or self._store.entries[ref]

    async def known(self, ids: Sequence[str]) -> Mapping[str, Entry]:
        return {each: self._row(self._refs[each]) for each in ids if each in self._refs}

    async def listed_ids(self) -> set[str]:
        return {each for each, ref in self._refs.items() if self._row(ref).gone_at is None}

    async def save(self, projects: Sequence[Project], now: datetime) -> None:
        for project in projects:
            ref = self._refs.get(project.id)
            if ref is None:
                ref = self._refs[project.id] = next(self._store._numbers)
                self._rows[ref] = Entry(ref=ref, project=project, first_seen_at=now)
            else:
                self._rows[ref] = _after(self._row(ref), project, now)

    async def changed_by_us(self, project_id: str, at: datetime) -> None:
        row = self._row(self._refs[project_id])
        self._rows[row.ref] = replace(row, own_at=at)

    async def mark_gone(self, ids: Sequence[str], now: datetime) -> None:
        for each in ids:
            row = self._row(self._refs[each])
            if row.gone_at is None:
                self._rows[row.ref] = replace(row, gone_at=now)

    async def record(self, changes: Sequence[Change], now: datetime) -> None:
        for change in changes:
            entry = self._row(self._refs[change.project_id])
            number = len(self._store.happened) + len(self._events) + 1
            self._events.append(
                Event(
                    ref=number,
                    kind=change.kind,
                    at=change.at,
                    seen_at=now,
                    before=change.before,
                    after=change.after,
                    entry=entry,
                )
            )

    async def count(self) -> int:
        return len(await self.listed_ids())

    async def succeeded(
        self, now: datetime, *, full: bool, quota: Quota | None, every: timedelta | None = None
    ) -> None:
        known = self._account.freshness
        self._notes = {
            "last_success_at": now, "last_attempt_at": now, "problem": None, "quota": quota or known.quota,
            "watched_since": known.watched_since or now,
        }  # fmt: skip
        if full:
            self._notes["last_full_at"] = now
        if every is not None:
            self._looked = (now, every)

    def commit(self) -> None:
        store, account = self._store, self._account
        store.entries |= self._rows
        account.refs = self._refs
        store.happened += self._events
        for ref in self._rows:
            account.touches[ref] = next(store._marks)
        listed = [store.entries[ref] for ref in account.refs.values() if store.entries[ref].gone_at is None]
        newest = max((row.project.updated_at for row in listed if row.project.updated_at), default=None)
        account.note(**self._notes, rows=len(listed), newest_at=newest)
        if self._looked is not None:
            store._look(account, "listing", *self._looked)


def _after(row: Entry, project: Project, now: datetime) -> Entry:
    pairs = [(getattr(row.project, name), getattr(project, name)) for name in _SIGNS]
    changed = any(None not in (old, new) and old != new for old, new in pairs)
    emptied = row.emptied_at
    if project.service_count == 0 and row.project.service_count:
        emptied = now
    elif project.service_count:
        emptied = None
    return replace(
        row, project=project, gone_at=None, changed_at=now if changed else row.changed_at, emptied_at=emptied
    )  # fmt: skip


def _is_dated(row: Entry, span: tuple[datetime | None, datetime]) -> bool:
    project, (since, until) = row.project, span
    dates = (
        project.updated_at, project.created_at, row.first_seen_at, row.changed_at, row.last_viewed_at,
        row.measured_since, row.emptied_at, row.gone_at, row.build.at if row.build else None,
    )  # fmt: skip
    return any(at is not None and at <= until and (since is None or since < at) for at in dates)


def _matches(entry: Entry, query: Query, moment: Moment) -> bool:
    words = all(oracle.mentions(entry, word) for word in query.words)
    return words and all(_satisfies(entry, term, moment) for term in query.terms)


def _satisfies(entry: Entry, term: Term, moment: Moment) -> bool:
    """Ask the oracle; for the plainest fields without its reading everything else of a project, too."""
    if term.field not in _PLAIN:
        return oracle.satisfies(entry, term, moment)
    value = getattr(entry.project, _PLAIN[term.field])
    return any(oracle._is(value, term.field, each, moment) for each in term.alternatives) != term.negated


_PLAIN = {"source": "source", "connection": "connection", "pinned": "pinned", "updated": "updated_at"}
