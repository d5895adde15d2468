"""Two rules that keep the house in order: who may import whom, and registries that are complete."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

from importlinter.cli import lint_imports

import bot.commands
import bot.sources
from bot.commands import COMMANDS
from bot.sources import SOURCES

ROOT = Path(__file__).parent.parent
NOT_VERBS = {"words", "spec", "dispatch", "overview"}
SILENT_ROOMS = ("commands", "digests", "catalog", "views", "query", "schedules")


def test_every_import_points_down() -> None:
    """The layers and the purity of the core are a contract in `pyproject.toml`."""
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_logo=True) == 0


def test_every_command_file_is_listed() -> None:
    """A verb missing from COMMANDS would be dead code."""
    files = {module.name for module in pkgutil.iter_modules(bot.commands.__path__)}
    assert {command.name for command in COMMANDS} == files - NOT_VERBS


def test_every_source_folder_is_listed() -> None:
    """A source missing from SOURCES could never be switched on."""
    folders = {module.name for module in pkgutil.iter_modules(bot.sources.__path__) if module.ispkg}
    assert set(SOURCES) == folders


def test_the_core_never_asks_for_the_time() -> None:
    """`now` is an argument; only the clock of the composition root knows it."""
    guilty = [
        file.name
        for room in SILENT_ROOMS
        for file in (ROOT / "bot" / room).rglob("*.py")
        if re.search(r"datetime\.now|time\.time\(", file.read_text(encoding="utf-8"))
    ]
    assert guilty == []
