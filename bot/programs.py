"""What each subcommand of the command line does: run, demo, ask, check, sync."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
import time
import webbrowser
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from rich.console import Console
from rich.text import Text

from bot.catalog import Ages
from bot.demo.agenda import LedgerAgenda
from bot.demo.clock import DemoClock
from bot.demo.jumps import LOOK_EVERY
from bot.demo.server import DemoServer
from bot.demo.sources import demo_sources
from bot.errors import BotError, ConfigurationError, SourceError, SourceRefused
from bot.logs import set_up
from bot.model import LOCAL_WORKSPACE, Ask, Scope
from bot.settings import settings_from
from bot.slack.socket_mode import CLOSE_WITHIN
from bot.slack.unless import unless
from bot.store import open_store
from bot.terminal import as_csv_text, as_json_text, as_table
from bot.views.footer import source_line
from bot.web import SHUTDOWN_WITHIN, listening
from bot.wiring import SystemClock, Tempo, ask_identity, build_sources, open_bot, open_core

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import timedelta

    from bot.ports import Clock, Source
    from bot.settings import Settings
    from bot.wiring import Bot

log = structlog.get_logger(__name__)

SCOPE: Final = Scope(workspace=LOCAL_WORKSPACE)

ENDING_WITHIN: Final = 9.0
"""Seconds from being told to end to the end. Whoever told us kills after ten: ``docker stop`` does."""

CLEARING_WITHIN: Final = 0.5
"""Seconds of these for connections to sources and database."""

DRAIN_WITHIN: Final = ENDING_WITHIN - SHUTDOWN_WITHIN - CLOSE_WITHIN - CLEARING_WITHIN
"""Seconds of these for answers under way: what the server and Slack's socket leave, which end one after the other."""


# --- run ---------------------------------------------------------------------------------------------------------


async def serve(settings: Settings, *, began: float) -> int:
    """Run the bot until it is told to end; return the exit status: 1 if the connection to Slack died.

    `began` is when the process started, in seconds of the monotonic clock.

    Raises:
        ConfigurationError: something is set wrongly, or the port is taken.
        BotError: Slack or the database cannot be reached.
    """
    ending, died = _ending(), asyncio.Event()

    def give_up() -> None:
        died.set()
        ending.set()

    clock = SystemClock()
    async with (
        open_bot(settings, clock, give_up) as bot,
        listening(bot.application(), host=settings.host, port=settings.port) as port,
    ):
        await unless(ending, bot.join)
        if not ending.is_set():
            in_socket_mode, took_s = settings.slack_app_token is not None, round(time.monotonic() - began, 2)
            log.info("bot.ready", host=settings.host, port=port, socket=in_socket_mode, took_s=took_s)
            await ending.wait()
        log.info("bot.stopping")
        await _drain(bot)
    log.info("bot.stopped")
    return 1 if died.is_set() else 0


async def _drain(bot: Bot) -> None:
    """Let answers under way come to their end, but leave time for all that ends after them."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_WITHIN):
            await bot.drain()


def _ending() -> asyncio.Event:
    """Return what is set when the process is told to end."""
    ending = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ending.set)
    return ending


# --- demo --------------------------------------------------------------------------------------------------------


async def serve_demo(*, port: int, browser: bool) -> int:
    """Run the bot against a local Slack and local sources until told to end.

    Raises:
        ConfigurationError: the port is taken.
    """
    ending = _ending()
    clock = DemoClock(SystemClock())
    with tempfile.TemporaryDirectory(prefix="rollcall-demo-") as folder:
        async with DemoServer(clock, demo_sources(clock), port=port) as demo:
            database = f"sqlite:///{Path(folder) / 'demo.db'}"
            settings = settings_from({**demo.settings_environment(), "DATABASE_URL": database})
            set_up(level="warning", form="console", secrets=settings.secrets())
            await demo.start()
            show: Callable[[], None] = partial(_show, demo.url, browser=browser)
            while not ending.is_set():
                await _one_life(demo, settings, clock, ending, show)
                await unless(ending, demo.bot.wanted)
                show = _say_nothing
    return 0


async def _one_life(
    demo: DemoServer, settings: Settings, clock: DemoClock, ending: asyncio.Event, show: Callable[[], None]
) -> None:
    """Run the bot until the program is told to end, or a person kills it from the page: then nothing is drained."""
    looking = Ages(listing=LOOK_EVERY, viewers=LOOK_EVERY)
    async with open_bot(settings, clock, ending.set, tempo=replace(Tempo.of(settings), looking=looking)) as bot:
        agenda = LedgerAgenda(
            bot.core.ledger,
            bot.core.watches,
            bot.catch_up,
            workspace=LOCAL_WORKSPACE,
            channels=demo.slack.workspace.channels,
            clock=clock,
        )
        demo.plug(bot.routes(), agenda, bot.nudge)
        await unless(ending, bot.join)
        if not ending.is_set():
            show()
            await unless(ending, demo.bot.killed)
        if ending.is_set():
            await _drain(bot)


def _show(url: str, *, browser: bool) -> None:
    print(f"Rollcall is in the channel: {url}  (Ctrl-C ends it)", flush=True)  # noqa: T201 - for people
    if browser and sys.stdout.isatty():
        webbrowser.open(url)


def _say_nothing() -> None:
    """Do nothing: the page is open already."""


# --- ask, sync, check --------------------------------------------------------------------------------------------


async def ask_once(settings: Settings, text: str, *, form: str, patience: timedelta, channel: str | None = None) -> int:
    """Print the answer to one question; return 1 if there was none.

    Args:
        settings: with at least one source.
        text: what `/projects` would be given.
        form: ``table``, ``json`` or ``csv``; ``export`` is CSV anyway.
        patience: how long to wait for the sources.
        channel: id of the channel whose digests are meant.
    """
    out, progress = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)
    scope = Scope(workspace=LOCAL_WORKSPACE, channel=channel)
    ask = Ask(text=text, scope=scope, patience=patience)
    if form == "table" and text.split()[:1] == ["export"]:
        form = "csv"
    async with open_core(settings, SystemClock(), complete=False) as core:
        with progress.status("Reading the sources…"):
            if form == "table":
                return 0 if await as_table(core.dispatcher, ask, out) else 1
            write = as_json_text if form == "json" else as_csv_text
            written = await write(core.dispatcher, ask)
    sys.stdout.write(written.text)
    for note in written.notes:
        progress.print(Text(note))
    return 0 if written.answered else 1


async def sync_now(settings: Settings, *, patience: timedelta) -> int:
    """Read all sources; return 1 if one of them could not be read."""
    out, progress = Console(highlight=False), Console(stderr=True)
    clock = SystemClock()
    async with open_core(settings, clock, complete=False) as core:
        with progress.status("Reading the sources…"):
            refresh = await core.catalog.refresh(SCOPE, viewers=True, force=True, patience=patience)
        freshness = await core.catalog.freshness(SCOPE, refresh)
        for known in freshness:
            out.print(Text(source_line(known, clock.now(), viewers=True)))
        return 1 if any(known.problem or known.refreshing for known in freshness) else 0


async def check_all(settings: Settings, mistakes: Sequence[str]) -> int:
    """Ask everything once that the bot depends on; return 1 if something is wrong.

    `mistakes` are told first; what can be asked in spite of them is asked.
    """
    out = Console(highlight=False)
    for mistake in mistakes:
        out.print(Text(f"❌ Configuration: {mistake}"))
    results = [await _checked("Database", _check_database(settings))]
    if settings.slack_bot_token is not None:
        results.append(await _checked("Slack", _check_slack(settings)))
    clock = SystemClock()
    for source in build_sources(settings, clock).values():
        results.append(await _checked(source.sheet.title, _check_source(source, clock)))
        await source.aclose()
    return 0 if all(results) else 1


# --- the single checks -------------------------------------------------------------------------------------------


async def _checked(title: str, check: Awaitable[str]) -> bool:
    """Run a check and print a line about it."""
    out = Console(highlight=False)
    try:
        out.print(Text(f"✅ {title}: {await check}"))
    except SourceError as error:
        advice = error.for_user() if isinstance(error, SourceRefused) else f"cannot be asked ({error.detail})."
        out.print(Text(f"❌ {title}: {advice}"))
        return False
    except BotError as error:
        mistakes = error.mistakes if isinstance(error, ConfigurationError) else (error.for_user(),)
        for mistake in mistakes:
            out.print(Text(f"❌ {title}: {mistake}"))
        return False
    return True


async def _check_database(settings: Settings) -> str:
    async with open_store(settings.database_url) as store:
        await store.ping()
    return "reachable, and its tables are up to date."


async def _check_slack(settings: Settings) -> str:
    identity = await ask_identity(settings)
    if identity.missing_scopes:
        missing = ", ".join(identity.missing_scopes)
        mistake = f"The app lacks the scopes {missing}: add them under OAuth & Permissions and reinstall it."
        raise ConfigurationError((mistake,))
    return f"connected to {identity.team_name}."


async def _check_source(source: Source, clock: Clock) -> str:
    """Ask a source the smallest question that proves the key."""
    listing = await source.list_projects(since=clock.now())
    return f"answers, and lists {listing.total:,} projects."
