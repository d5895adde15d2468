"""Making a start cold: Linux forgets what it keeps in memory of the files that a start reads."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from bench.children import ROOT


def forget() -> None:
    """Drop the interpreter, its library, all packages and our own files from the cache, as far as nobody maps them."""
    places = {sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), str(ROOT / "bot")}
    for place in places:
        for folder, _, names in os.walk(place):
            for name in names:
                _forget(Path(folder) / name)
    _forget(Path(sys.executable).resolve())


def _forget(file: Path) -> None:
    if not file.is_file() or file.is_symlink():
        return
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
