"""A dispatcher over two fake sources and a real SQLite database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.book import WatchBook
from bot.alerts.desk import AlertDesk
from bot.alerts.preview import Previewer
from bot.catalog import Catalog
from bot.commands import COMMANDS
from bot.commands.dispatch import Dispatcher
from bot.commands.spec import Context, Digests, Watches
from bot.digests.book import DigestBook
from bot.digests.writer import Writer
from bot.model import LOCAL_WORKSPACE, Ask, ConnectionSpec, Project, Scope, SourceSheet
from bot.query import Known
from tests.builders import NOW, microvisualizer, streampixel
from tests.fakes.clock import HandClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.messenger import FakeMessenger
from tests.fakes.source import FakeSource
from tests.fakes.watch_ledger import FakeWatchLedger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.answers import Answer, Reply
    from bot.model import Cursor
    from bot.store import SqlStore

PIXEL = SourceSheet(
    name="streampixel",
    title="Streampixel",
    measures_viewers=True,
    tells_builds=True,
    fields={"status": "its switch", "subscription": "its plan"},
)
MICRO = SourceSheet(
    name="microvisualizer",
    title="MicroVisualizer",
    lists_services=True,
    archives=True,
    fields={
        "updated": "last edit",
        "services": "in its architecture",
        "updated-by": "who did it",
        "pinned": "by us",
    },
)

A = TypeVar("A")

CHANNEL = "C0TEAM"
OPERATORS = "C0OPS"
ANN, BEN, ADMIN = "U0ANN", "U0BEN", "U0ADMIN"


@pytest.fixture
def dialect() -> str:
    """Return SQLite: the verbs do not know what is below the store."""
    return "sqlite"


def projects_of_pixel() -> list[Project]:
    """Return three showrooms: one on, one off, one unpaid."""
    return [
        streampixel(id="s1", name="Showroom Berlin"),
        streampixel(id="s2", name="Configurator EU", enabled=False),
        streampixel(id="s3", name="Yacht", subscription="past_due"),
    ]


def projects_of_micro() -> list[Project]:
    """Return one project for each age, and one in the archive."""
    return [
        microvisualizer(id="checkout-a1", name="Checkout"),
        microvisualizer(id="checkout-b2", name="Checkout Legacy", idle=timedelta(days=47)),
        microvisualizer(id="billing-c3", name="Billing", idle=timedelta(days=26), description="Money in and out"),
        microvisualizer(id="archive-d4", name="Old Shop", archived=True, idle=timedelta(days=300)),
    ]


@dataclass
class Desk:
    """Somebody to ask, and the sources behind."""

    dispatcher: Dispatcher
    catalog: Catalog
    pixel: FakeSource
    micro: FakeSource
    clock: HandClock
    ledger: FakeLedger
    watch_ledger: FakeWatchLedger
    context: Context
    messenger: FakeMessenger
    nudges: list[None] = field(default_factory=list)
    """One for each time the engine was asked to look for work."""

    user: str | None = ANN
    """Who asks."""

    channel: str | None = CHANNEL
    """Where."""

    async def replies(self, text: str, *, cursor: Cursor | None = None, **given: float) -> Reply:
        """Ask, and return the whole reply."""
        patience = timedelta(seconds=given.get("patience_s", 10))
        scope = Scope(workspace=LOCAL_WORKSPACE, channel=self.channel)
        return await self.dispatcher.answer(
            Ask(text=text, scope=scope, user=self.user, cursor=cursor, patience=patience)
        )

    async def answers(self, text: str, kind: type[A], *, cursor: Cursor | None = None) -> A:
        """Ask, and return the answer, which must be of a kind."""
        answer = (await self.replies(text, cursor=cursor)).answer
        assert isinstance(answer, kind), answer
        return answer

    async def says(self, text: str, *, mentions: tuple[tuple[str, str], ...] = ()) -> Answer:
        """Ask with people in the text whom Slack resolved, and return the answer."""
        scope = Scope(workspace=LOCAL_WORKSPACE, channel=self.channel)
        patience = timedelta(seconds=10)
        ask = Ask(text=text, scope=scope, user=self.user, patience=patience, mentions=mentions)
        return (await self.dispatcher.answer(ask)).answer

    def allows_archiving(self) -> None:
        """Let the settings permit what changes a source."""
        self.context = replace(self.context, watches=replace(self.context.watches, allow_archive=True))
        self.dispatcher = Dispatcher(self.context)

    async def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.move(timedelta(**by))

    def slow_down(self) -> None:
        """Let both sources hold their answers."""
        self.pixel.hold()
        self.micro.hold()

    def speed_up(self) -> None:
        """Let both sources answer."""
        self.pixel.release()
        self.micro.release()


@pytest.fixture
async def desk(store: SqlStore) -> AsyncIterator[Desk]:
    """Return a desk with seven projects in two sources."""
    clock = HandClock(NOW)
    pixel = FakeSource(*projects_of_pixel(), connection="streampixel", sheet=PIXEL, clock=clock, incremental=False)
    micro = FakeSource(*projects_of_micro(), connection="microvisualizer", sheet=MICRO, clock=clock)
    sources = {source.connection: source for source in (pixel, micro)}
    await store.register("local", [ConnectionSpec(name=name, sheet=each.sheet) for name, each in sources.items()])
    catalog = Catalog(
        workspace="local", sources=sources, store=store, clock=clock, fresh_for=timedelta(minutes=2), holder="one"
    )
    nudges: list[None] = []
    ledger, watch_ledger, messenger = FakeLedger(), FakeWatchLedger(), FakeMessenger(clock)

    def nudge() -> None:
        nudges.append(None)

    known = Known(sources=tuple(sources), connections=tuple(sources))
    zone, quiet_after = ZoneInfo("UTC"), timedelta(days=30)
    writer = Writer(
        catalog=catalog,
        ledger=ledger,
        watches=watch_ledger,
        clock=clock,
        known=known,
        quiet_after=quiet_after,
        zone=zone,
    )
    context = Context(
        catalog=catalog,
        clock=clock,
        known=known,
        sheets={source.sheet.name: source.sheet for source in sources.values()},
        quiet_after=quiet_after,
        zone=zone,
        verbs=tuple(command.help() for command in COMMANDS),
        digests=Digests(
            book=DigestBook(LOCAL_WORKSPACE, ledger, clock, {ADMIN}, nudge),
            writer=writer,
            place=messenger.place,
            person=messenger.person,
        ),
        watches=Watches(
            book=WatchBook(LOCAL_WORKSPACE, watch_ledger, clock, {ADMIN}, nudge),
            desk=AlertDesk(LOCAL_WORKSPACE, watch_ledger, clock, {ADMIN}, nudge, operators_channel=OPERATORS),
            previewer=Previewer(store, known),
        ),
    )
    yield Desk(Dispatcher(context), catalog, pixel, micro, clock, ledger, watch_ledger, context, messenger, nudges)
    await catalog.close()


def names(answer: Answer) -> list[str]:
    """Return the names of the projects on a page."""
    found = getattr(answer, "found", None)
    assert found is not None
    return [entry.project.name for entry in found.entries]
