"""One answer of every kind and size; what they look like is kept in `golden/`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.answers import (
    Answer,
    ChangeList,
    Choices,
    Exported,
    FilterHelp,
    HelpPage,
    Overview,
    ProjectCard,
    ProjectList,
    Refusal,
    ServiceList,
    Summary,
)
from bot.commands import COMMANDS
from bot.model import (
    ActorKind,
    Cursor,
    Event,
    EventKind,
    Found,
    FoundEvents,
    Freshness,
    LeftOut,
    ProblemKind,
    Quota,
    Service,
    SourceSheet,
    State,
    Tally,
)
from bot.query import FIELDS, Query
from tests.builders import HOSTILE, MOMENT, NOW, down, entry, fresh, microvisualizer, streampixel
from tests.views.book_cases import BOOK_CASES
from tests.views.sleeper_cases import SLEEPER_CASES
from tests.views.watch_answers import WATCH_ANSWERS

FRESH = (fresh("microvisualizer"), fresh("streampixel", rows=40))
TROUBLED = (
    fresh("microvisualizer", problem=down(), last_success_at=NOW - timedelta(hours=3)),
    fresh("streampixel", rows=0, last_success_at=None, problem=down(kind=ProblemKind.REFUSED, detail="HTTP 401")),
)
SHEETS = (
    SourceSheet(name="streampixel", title="Streampixel", measures_viewers=True, fields={"status": "its switch"}),
    SourceSheet(name="microvisualizer", title="MicroVisualizer", lists_services=True, fields={"updated": "last edit"}),
)
EVERY_STATE = (
    entry(streampixel(), ref=1, viewers=(7, 2)),
    entry(microvisualizer(updated_by_kind=ActorKind.API_KEY), ref=2),
    entry(microvisualizer(name="Billing & Tax", idle=timedelta(days=26), pinned=True), ref=3),
    entry(microvisualizer(name="Legacy", idle=timedelta(days=47), updated_by=None), ref=4),
    entry(streampixel(name="Configurator EU", enabled=False), ref=5),
    entry(streampixel(name="Yacht", subscription="past_due"), ref=6),
    entry(microvisualizer(name="Old", archived=True), ref=7),
    entry(microvisualizer(name="Lost"), ref=8, gone_at=NOW - timedelta(days=1)),
    entry(streampixel(name="Uncounted", url=None), ref=9),
    entry(streampixel(name="Empty room"), ref=10, viewers=(0, 0)),
)
HOSTILE_ROWS = tuple(
    entry(microvisualizer(name=name, updated_by=name, url="https://app.example/projects/" + "x" * 60), ref=10**9 + n)
    for n, name in enumerate(HOSTILE[:10])
)
FORWARD = Cursor(forward=True, start=10, key=("checkout", "microvisualizer", "checkout-a1b2c"))
BACKWARD = replace(FORWARD, forward=False, start=0)


def listed(
    verb: str = "list", *, found: Found, freshness: tuple[Freshness, ...] = FRESH, tally: Tally | None = None
) -> ProjectList:
    """Return a list as a verb gives it."""
    return ProjectList(
        verb=verb,
        command=f"{verb} updated:<7d",
        query=Query(),
        found=found,
        freshness=freshness,
        moment=MOMENT,
        tally=tally,
    )


def events(*rows: Event) -> ChangeList:
    """Return a page of events."""
    return ChangeList(
        command="changes since:7d",
        query=Query(),
        since=NOW - timedelta(days=7),
        found=FoundEvents(events=rows, total=len(rows)),
        freshness=FRESH,
        moment=MOMENT,
    )


def event(kind: EventKind, before: str | None = None, after: str | None = None, name: str = "Checkout") -> Event:
    """Return something that happened three hours ago."""
    at = NOW - timedelta(hours=3)
    return Event(
        ref=1, kind=kind, at=at, seen_at=NOW, before=before, after=after, entry=entry(microvisualizer(name=name))
    )


def tally(**given: object) -> Tally:
    """Return counts over two sources."""
    plain: dict[str, object] = {
        "states": {
            ("microvisualizer", State.ACTIVE): 300,
            ("microvisualizer", State.QUIET): 20,
            ("microvisualizer", State.INACTIVE): 98,
            ("microvisualizer", State.ARCHIVED): 12,
            ("streampixel", State.UNKNOWN): 30,
            ("streampixel", State.OFF): 6,
            ("streampixel", State.LAPSED): 4,
        },
        "subscriptions": {("streampixel", "active"): 36, ("streampixel", "past_due"): 3, ("streampixel", "<b>"): 1},
        "events": {EventKind.APPEARED: 3, EventKind.UPDATED: 41, EventKind.VANISHED: 1},
        "live": 23,
        "queued": 2,
        "measured": 38,
        "measurable": 40,
    }
    return Tally(**(plain | given))  # type: ignore[arg-type]


SUMMARY = Summary(
    command="status",
    query=Query(),
    tally=tally(),
    since=NOW - timedelta(days=7),
    freshness=(fresh("microvisualizer", quota=Quota(used=48, limit=50)), fresh("streampixel", rows=40)),
    moment=MOMENT,
)
CARD = ProjectCard(
    command="show #2",
    entry=EVERY_STATE[1],
    sheet=SHEETS[1],
    events=(event(EventKind.UPDATED, after="ben"), event(EventKind.RENAMED, before="Cart", after="Checkout")),
    freshness=FRESH[:1],
    moment=MOMENT,
)
MANY_SERVICES = tuple(
    Service(name=f"{name} {n}", owner="payments", category=name, updated_at=NOW - timedelta(days=n), updated_by="ben")
    for n in range(12)
    for name in HOSTILE[:4]
)

CASES: dict[str, Answer] = {
    "list_none": listed(found=Found(entries=(), total=0, hidden_archived=3)),
    "list_one": listed(found=Found(entries=EVERY_STATE[:1], total=1)),
    "list_every_state": listed(found=Found(entries=EVERY_STATE, total=10)),
    "list_many": listed(
        found=Found(
            entries=EVERY_STATE,
            total=430,
            start=10,
            previous=BACKWARD,
            next=FORWARD,
            hidden_archived=12,
            left_out=(LeftOut(connection="streampixel", title="Streampixel", fields=("updated",), count=40),),
        )
    ),
    "list_hostile": listed(found=Found(entries=HOSTILE_ROWS, total=100_000, next=FORWARD)),
    "list_troubled": listed(found=Found(entries=EVERY_STATE[1:2], total=1), freshness=TROUBLED),
    "search_none": listed("search", found=Found(entries=(), total=0)),
    "live": listed("live", found=Found(entries=EVERY_STATE[:1], total=1), tally=tally()),
    "live_nobody": listed("live", found=Found(entries=(), total=0), tally=tally(live=0, queued=0, measured=40)),
    "overview": Overview(
        command="",
        projects=listed(found=Found(entries=EVERY_STATE[:3], total=3)),
        freshness=(*FRESH[:1], fresh("streampixel", refreshing=True)),
        moment=MOMENT,
    ),
    "card": CARD,
    "card_streampixel": replace(CARD, entry=EVERY_STATE[0], sheet=SHEETS[0], events=(), freshness=FRESH[1:]),
    "card_hostile": replace(
        CARD,
        entry=entry(
            microvisualizer(name=HOSTILE[0], description=HOSTILE[1] * 20, created_by=HOSTILE[3], updated_by=HOSTILE[7])
        ),
        events=(event(EventKind.RENAMED, before=HOSTILE[0], after=HOSTILE[2]),),
    ),
    "choices": Choices(
        command="show check",
        verb="show",
        phrase="check",
        found=Found(entries=EVERY_STATE[:3], total=20),
        freshness=FRESH,
        moment=MOMENT,
    ),
    "services": ServiceList(
        command="services #2",
        entry=EVERY_STATE[1],
        services=(
            Service(name="payment", owner="billing", category="core", updated_at=NOW, updated_by="ann"),
            Service(name="cart"),
        ),
        freshness=FRESH[:1],
        moment=MOMENT,
    ),
    "services_none": ServiceList(
        command="services #2", entry=EVERY_STATE[1], services=(), freshness=FRESH[:1], moment=MOMENT
    ),
    "services_many": ServiceList(
        command="services #2", entry=EVERY_STATE[1], services=MANY_SERVICES, freshness=FRESH[:1], moment=MOMENT
    ),
    "status": SUMMARY,
    "status_all_well": replace(
        SUMMARY,
        tally=tally(
            states={("microvisualizer", State.ACTIVE): 1}, events={}, measurable=0, measured=0, subscriptions={}
        ),
        freshness=FRESH[:1],
    ),
    "status_troubled": replace(SUMMARY, freshness=TROUBLED, tally=tally(live=None, queued=None, measured=0)),
    "changes": replace(
        events(*(event(kind, before="13 services", after="14 services") for kind in EventKind)),
        found=FoundEvents(
            events=tuple(event(kind, before="13 services", after="14 services") for kind in EventKind),
            total=50,
            next=FORWARD,
        ),
    ),
    "changes_none": events(),
    "changes_watched_since_yesterday": replace(
        events(), freshness=(fresh("microvisualizer", watched_since=NOW - timedelta(days=1)), FRESH[1])
    ),
    "changes_hostile": events(*(event(EventKind.RENAMED, name, name, name) for name in HOSTILE[:10])),
    "exported": Exported(command="export", query=Query(), rows=430, hidden_archived=12, freshness=FRESH, moment=MOMENT),
    "help": HelpPage(verbs=tuple(command.help() for command in COMMANDS)),
    "help_digest": HelpPage(verbs=tuple(command.help() for command in COMMANDS), topic="digest"),
    "help_search": HelpPage(verbs=tuple(command.help() for command in COMMANDS), topic="search"),
    "help_filters": FilterHelp(fields=FIELDS, sheets=SHEETS, zone="Europe/Berlin"),
    "refused_with_correction": Refusal(
        sentence="I know no filter `archivd:`. Did you mean `archived:`?",
        text="list archivd:true <!channel>",
        position=5,
        length=7,
        correction="list archived:true <!channel>",
    ),
    "refused_not_found": Refusal(sentence="I know no project “<!channel>`”.", freshness=TROUBLED, now=NOW),
    "refused_our_fault": Refusal(sentence="Something went wrong on our side.", reference="a1b2c3d4"),
    **BOOK_CASES,
    **SLEEPER_CASES,
    **WATCH_ANSWERS,
}
