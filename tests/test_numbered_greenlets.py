"""Whether measuring coverage with numbered greenlets sees what it has to see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from coverage import CoverageData

ROOT = Path(__file__).parents[1]

PROGRAM = """
import threading
from greenlet import getcurrent, greenlet

def deep(times):
    if times:
        deep(times - 1)
        getcurrent().parent.switch()
    return times

def work():
    both = [greenlet(deep), greenlet(deep)]
    for each in both:
        each.switch(3)
    while not both[0].dead:
        for each in both:
            each.switch()
    if not both[1].dead:
        print("never")

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
work()
print("done")
"""

SETTINGS = """
[run]
branch = true
concurrency = greenlet, thread
"""
NUMBERED = "plugins = tests.numbered_greenlets"


def _measured(folder: Path, settings: str) -> set[tuple[int, int]]:
    """Run the program and return the ways that it took, from line to line."""
    program, config, data = folder / "program.py", folder / "settings.ini", folder / "data"
    program.write_text(PROGRAM)
    config.write_text(settings)
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={config}", f"--data-file={data}", str(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - ours
    assert done.stdout == "done\n"
    measured = CoverageData(data)
    measured.read()
    return set(measured.arcs(str(program)) or ())


def test_greenlets_that_switch_in_several_threads_are_followed_as_without_it(tmp_path: Path) -> None:
    """What is seen of the program is the same, and calls that were left for a while are among it."""
    branch = PROGRAM.splitlines().index("    if times:") + 1

    plain, numbered = _measured(tmp_path, SETTINGS), _measured(tmp_path, SETTINGS + NUMBERED)

    assert numbered == plain
    assert {to for at, to in numbered if at == branch} == {branch + 1, branch + 3}
