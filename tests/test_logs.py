"""Logging: one formatter for everybody, and no secret in any line."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.logs import CAPPED, HIDDEN, Redactor, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "s3cr3t-value-of-a-key"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Log as the bot does, into a string; put everything back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in CAPPED}
    out = io.StringIO()
    set_up(level="debug", form="json", secrets=[SECRET], stream=out)
    yield out
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_our_events_and_those_of_libraries_are_json_alike(logged: io.StringIO) -> None:
    """One parser for all lines."""
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("bot").info("command.answered", took_ms=3)
    logging.getLogger("somebody").warning("hello %s", "there")

    ours, theirs = map(json.loads, logged.getvalue().splitlines())

    assert (ours["event"], ours["took_ms"], ours["request_id"], ours["level"]) == ("command.answered", 3, "r1", "info")
    assert (theirs["event"], theirs["logger"]) == ("hello there", "somebody")


def test_a_secret_is_blotted_out_wherever_it_stands(logged: io.StringIO) -> None:
    """Fields, nested values, exceptions and other people's messages."""
    log = structlog.get_logger("bot")
    log.info("a", field=SECRET, deep={"x": [SECRET, 1]}, thing=ValueError(SECRET))
    logging.getLogger("somebody").warning("key is %s", SECRET)
    try:
        raise RuntimeError(SECRET)  # noqa: TRY301 - the traceback is what is looked at
    except RuntimeError:
        log.exception("b")

    assert SECRET not in logged.getvalue()
    assert logged.getvalue().count(HIDDEN) >= 5


@pytest.mark.parametrize(
    "leak",
    [
        "GET https://x/projects?userId=663d0a&apikey=abc123",
        "Authorization: Bearer abc123",
        "xoxb-1234-abc123",
        "xapp-1-abc123",
        "https://hooks.slack.com/commands/T1/abc123",
        "postgresql://me:abc123@db/rollcall",
    ],
)
def test_what_looks_like_a_secret_is_blotted_out_too(leak: str) -> None:
    """A second line of defence for secrets that nobody registered."""
    assert "abc123" not in Redactor([]).clean(leak)


def test_ordinary_text_is_left_alone() -> None:
    """A log that hides too much helps nobody."""
    assert Redactor(["abc"]).clean("abc: 3 projects of Checkout") == "abc: 3 projects of Checkout"


@pytest.mark.parametrize("name", CAPPED)
def test_libraries_that_log_addresses_and_payloads_stay_quiet(logged: io.StringIO, name: str) -> None:
    """Httpx logs every URL at INFO, and Streampixel's holds the key."""
    logging.getLogger(name).info("https://x?apikey=1")
    logging.getLogger(f"{name}.deeper").debug("payload")
    assert logged.getvalue() == ""


def test_a_terminal_gets_lines_for_people() -> None:
    """The console form shows the event and its fields, and no local variables of a traceback."""
    root, out = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    try:
        set_up(level="info", form="console", secrets=[], stream=out)
        local = "local-variable"
        try:
            raise RuntimeError("boom")  # noqa: TRY301 - the traceback is what is looked at
        except RuntimeError:
            structlog.get_logger("bot").exception("answer.failed", length=len(local))
        assert "answer.failed" in out.getvalue()
        assert "boom" in out.getvalue()
        assert "local-variable" not in out.getvalue().replace('"local-variable"', "")
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)
