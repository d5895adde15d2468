"""The command line: run, demo, ask, check, sync, manifest."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from bot import __version__
from bot.errors import BotError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.settings import Settings

WRONG_CONFIGURATION = 2
PATIENCE = timedelta(minutes=5)
"""How long the terminal waits for the sources; a person can always press Ctrl-C."""

EXAMPLES = """Examples:

    rollcall demo
    rollcall ask "search checkout archived:false"
    rollcall ask "inactive for:60d" --csv > idle.csv
    rollcall ask --channel C012345 "digest list"
    rollcall check
"""

app = App(
    name="rollcall",
    help="Tells what is going on with your projects, and how sure it is.",
    help_epilogue=EXAMPLES,
    help_format="plaintext",
    version=__version__,
    version_flags=["--version"],
)


@app.command
def run() -> int:
    """Run the bot: Socket Mode if SLACK_APP_TOKEN is set, else HTTP on HOST and PORT.

    Ends with status 0 when told to, 1 if the connection to Slack died, 2 if something is set wrongly.
    """
    from bot.settings import mistakes_for_slack, mistakes_for_sources  # noqa: PLC0415 - keeps --help fast

    began = time.monotonic()
    settings = _settings(mistakes_for_slack, mistakes_for_sources)
    _logs(settings)
    from bot.programs import serve  # noqa: PLC0415 - keeps --help fast

    return _finish(serve(settings, began=began))


@app.command
def demo(*, port: int = 3000, browser: bool = True) -> int:
    """Start everything on this machine, with made-up projects and a page to try it: no tokens, no network.

    Args:
        port: where the page is, on 127.0.0.1.
        browser: open the page.
    """
    from bot.programs import serve_demo  # noqa: PLC0415 - keeps --help fast

    return _finish(serve_demo(port=port, browser=browser))


@app.command
def ask(
    *words: Annotated[str, Parameter(allow_leading_hyphen=True)],
    json: Annotated[bool, Parameter(negative=())] = False,
    csv: Annotated[bool, Parameter(negative=())] = False,
    channel: str | None = None,
) -> int:
    """Ask what `/projects` would be asked, and print the answer.

    Args:
        words: the command, best in one pair of quotes: "search foo archived:false".
        json: print JSON, with all pages of a list.
        csv: print the projects as CSV, all pages.
        channel: id of the channel whose digests are meant, such as C012345.
    """
    from bot.settings import channel_mistake, mistakes_for_sources  # noqa: PLC0415 - keeps --help fast

    if channel is not None and (mistake := channel_mistake(channel)):
        return _complain(ConfigurationError((f"--channel {mistake}.",)))
    settings = _settings(mistakes_for_sources)
    _logs(settings, quiet=True)
    from bot.programs import ask_once  # noqa: PLC0415 - keeps --help fast

    form = "json" if json else "csv" if csv else "table"
    return _finish(ask_once(settings, " ".join(words), form=form, patience=PATIENCE, channel=channel))


@app.command
def check() -> int:
    """Check configuration, database, Slack and each source once; say what is wrong and what to do."""
    from bot.settings import mistakes_for_slack, mistakes_for_sources  # noqa: PLC0415 - keeps --help fast

    settings = _settings()
    _logs(settings, quiet=True)
    from bot.programs import check_all  # noqa: PLC0415 - keeps --help fast

    mistakes = [*mistakes_for_slack(settings), *mistakes_for_sources(settings)]
    done = _finish(check_all(settings, mistakes))
    return WRONG_CONFIGURATION if mistakes else done


@app.command
def sync() -> int:
    """Read all sources now."""
    from bot.settings import mistakes_for_sources  # noqa: PLC0415 - keeps --help fast

    settings = _settings(mistakes_for_sources)
    _logs(settings, quiet=True)
    from bot.programs import sync_now  # noqa: PLC0415 - keeps --help fast

    return _finish(sync_now(settings, patience=PATIENCE))


@app.command
def manifest(*, url: str | None = None) -> int:
    """Print the manifest of the Slack app: for Socket Mode, or for HTTP at a public address.

    Args:
        url: where Slack reaches the bot, such as https://rollcall.example.org.
    """
    from bot.slack.manifest import manifest as text  # noqa: PLC0415 - keeps --help fast

    try:
        print(text(url), end="")  # noqa: T201 - this is what the command is for
    except BotError as error:
        return _complain(error)
    return 0


def _settings(*judges: Callable[[Settings], list[str]]) -> Settings:
    """Read the settings and collect everything that is wrong for this command; ends the process if there is any."""
    from bot.settings import read_settings  # noqa: PLC0415 - keeps --help fast

    try:
        settings = read_settings()
        if mistakes := [mistake for judge in judges for mistake in judge(settings)]:
            raise ConfigurationError(tuple(mistakes))  # noqa: TRY301 - one way out for all mistakes
    except ConfigurationError as error:
        raise SystemExit(_complain(error)) from None
    return settings


def _logs(settings: Settings, *, quiet: bool = False) -> None:
    from bot.logs import set_up  # noqa: PLC0415 - keeps --help fast

    level = "error" if quiet and settings.log_level == "info" else settings.log_level
    set_up(level=level, form=settings.log_format, secrets=settings.secrets())


def _finish(work: Coroutine[None, None, int]) -> int:
    """Run to the end; what a person can be told about is one sentence and a status."""
    try:
        with suppress(KeyboardInterrupt):
            return asyncio.run(work)
    except BotError as error:
        return _complain(error)
    return 130  # as shells have it for Ctrl-C


def _complain(error: BotError) -> int:
    """Print what is wrong, a line for each mistake."""
    lines = error.mistakes if isinstance(error, ConfigurationError) else (error.for_user(),)
    for line in lines:
        print(f"rollcall: {line}", file=sys.stderr)  # noqa: T201 - the terminal is the place for it
    return WRONG_CONFIGURATION if isinstance(error, ConfigurationError) else 1


def main() -> None:
    """Entry point of the console script."""
    result = app()
    raise SystemExit(result if isinstance(result, int) else 0)


if __name__ == "__main__":
    main()
