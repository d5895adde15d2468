"""What the figures were measured on, in one sentence each."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tests.store.postgres_server import programs

if TYPE_CHECKING:
    from datetime import datetime


def described(now: datetime) -> str:
    """Say when, and on what machine, with which versions."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("slack-bolt", "aiohttp", "sqlalchemy"))
    return (
        f"Measured on {now:%Y-%m-%d}: {os.cpu_count()} cores of {_processor()}, {_memory_gb():.0f} GB, "
        f"{platform.system()}; Python {platform.python_version()}, {libraries}, SQLite {sqlite3.sqlite_version}, "
        f"{_postgres()}."
    )


def load() -> str:
    """Say how busy the machine was in the last minute, by everything that runs on it."""
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _memory_gb() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3


def _postgres() -> str:
    binaries = programs()
    if binaries is None:
        return "no PostgreSQL"
    told = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    return "PostgreSQL " + told.stdout.split()[2]
