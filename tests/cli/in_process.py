"""``rollcall`` inside the process of the tests: the same entry point, without a start of Python for every question."""

from __future__ import annotations

import io
import logging
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.__main__ import main
from bot.logs import CAPPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str


def run_here(words: tuple[str, ...], *, folder: Path, environment: Mapping[str, str]) -> Done:
    """Run a command to its end, on a thread that has no event loop.

    Arguments, environment, folder and streams are those of the whole process, so one command runs at a time. What a
    command leaves behind in them or in logging is put back.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, _own_logging():
        _set_variables(patch, environment)
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["rollcall", *words])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as ending:
            main()
    status = ending.value.code
    assert isinstance(status, int)
    return Done(status, _written(out), _written(err))


def _set_variables(patch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    """Leave no other variable: one that is set where the tests run must not decide what they find."""
    for name in os.environ.keys() - environment.keys():
        patch.delenv(name)
    for name, value in environment.items():
        patch.setenv(name, value)


def _written(stream: io.TextIOWrapper) -> str:
    """Return what reached the stream, as bytes of UTF-8."""
    stream.seek(0)
    return stream.read()


@contextmanager
def _own_logging() -> Iterator[None]:
    """Begin as a new process does, without handlers; afterwards pytest's listen again."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in CAPPED}
    root.handlers.clear()
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, earlier in levels.items():
            logging.getLogger(name).setLevel(earlier)
        structlog.configure(**before)
