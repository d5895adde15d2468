"""README, manifest and change log say what the code does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic_core import PydanticUndefined

from bot import __version__
from bot.commands import COMMANDS, alerts, digest, watch
from bot.conditions import read_condition
from bot.grammar import print_age
from bot.model import ConditionKind, State
from bot.query import FIELDS
from bot.schedules import read_schedule
from bot.settings import Settings
from bot.sources import SOURCES
from bot.views.evidence import MARKS

if TYPE_CHECKING:
    from bot.commands.words import Word

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(first: str) -> list[list[str]]:
    """Return the rows of the README's table whose header begins with some cells."""
    table = README.partition(f"| {first} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()[2:]]


def test_every_verb_is_in_the_table_as_help_says_it() -> None:
    """The README table is what a newcomer reads first."""
    told = [(row[0], row[1]) for row in rows("`/projects …`")[1:]]
    assert told == [(f"`{command.usage}`", command.summary) for command in COMMANDS]


@pytest.mark.parametrize(
    ("verb", "words"), [("digest", digest.WORDS), ("watch", watch.WORDS), ("alerts", alerts.WORDS)]
)
def test_every_word_of_a_verb_is_in_its_table(verb: str, words: tuple[Word, ...]) -> None:
    """Usage and meaning are those of the help."""
    told = [(row[0].replace("\\|", "|"), row[1]) for row in rows(f"`/projects {verb} …`")]
    assert told == [(f"`{word.usage}`", word.summary) for word in words]


def test_every_condition_is_in_the_table_and_can_be_typed_as_it_stands_there() -> None:
    """People copy what they read."""
    read = [read_condition(row[0].strip("`"), zone="UTC")[0] for row in rows("condition")]
    assert {condition.kind for condition in read} == set(ConditionKind)


def test_every_phrase_of_the_manual_is_a_schedule() -> None:
    """People copy what they read; quoted or not, it must be taken."""
    phrases = [row[0].strip("`") for row in rows("phrase")]

    assert len(phrases) == 8
    for phrase in phrases:
        schedule, end = read_schedule(phrase, zone="UTC")
        assert (schedule.zone, end) == ("Europe/Paris" if "Paris" in phrase else "UTC", len(phrase))


def test_every_filter_is_in_the_table_with_examples_that_are_those_of_the_help() -> None:
    """Name, meaning and examples come from the table of fields."""
    told = [tuple(row[:3]) for row in rows("filter")]
    assert told == [(f"`{f.name}:`", f.summary, " ".join(f"`{each}`" for each in f.examples)) for f in FIELDS]


def test_the_table_says_which_source_knows_a_filter() -> None:
    """A dash is a promise that the answer will name what it left out."""
    from bot.sources.microvisualizer.client import SHEET as MICRO  # noqa: PLC0415
    from bot.sources.streampixel.client import SHEET as PIXEL  # noqa: PLC0415

    for row, field in zip(rows("filter"), FIELDS, strict=True):
        if row[3] or row[4]:
            assert [cell != "–" for cell in row[3:]] == [field.name in PIXEL.fields, field.name in MICRO.fields], row


def test_every_setting_is_in_the_table_with_its_default() -> None:
    """A variable that nobody knows of might as well not exist."""
    told = {row[0].strip("`"): row[1].strip("`") for row in rows("name")}
    assert told == {name.upper(): default_of(name) for name in Settings.model_fields}


def default_of(name: str) -> str:
    """Write a default as people would."""
    value = Settings.model_fields[name].default
    if value is None or value is PydanticUndefined:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return print_age(value) if hasattr(value, "total_seconds") else str(value)


def test_every_state_is_in_the_table_with_its_sign() -> None:
    """The signs in front of names are explained somewhere."""
    told = {row[1].strip("`"): row[0] for row in rows("| state")}
    assert told == {state.value: MARKS[state] for state in State}


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_is_named(name: str) -> None:
    """People look for the name of what they use."""
    assert name in README.lower()


def test_every_dependency_earns_a_line() -> None:
    """A package that nobody can explain should go."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = project.partition("dependencies = [")[2].partition("]\n\n")[0]
    table = README.partition("| package | for |")[2]
    assert [name for name in re.findall(r'^    "([a-z0-9-]+)', declared, re.MULTILINE) if name not in table] == []


def test_pictures_and_files_that_are_linked_exist() -> None:
    """A broken picture is the first thing people see."""
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert [target for target in linked if not (ROOT / target).exists()] == []


def test_the_version_is_the_same_everywhere() -> None:
    """What `rollcall --version` says is what was built."""
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_nothing_names_a_package_registry() -> None:
    """The lock holds names, versions and hashes, and no address to download from."""
    hosts = re.compile("|".join(("py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.", r"registry\.yarn" + "pkg")))
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)  # noqa: S607 - git is found by name
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    guilty = [str(file) for file in files if hosts.search(file.read_text(encoding="utf-8", errors="ignore"))]
    assert guilty == []
