"""The list of sources, and what each says of itself."""

from __future__ import annotations

import pkgutil

import pytest

import bot.sources
from bot.sources import SOURCES
from bot.sources.streampixel import SHEET as STREAMPIXEL
from tests.sources.stage import STAGES


def test_every_folder_is_listed() -> None:
    """An adapter that nobody lists is dead code."""
    folders = {module.name for module in pkgutil.iter_modules(bot.sources.__path__) if module.ispkg}

    assert set(SOURCES) == folders


@pytest.mark.parametrize("name", list(SOURCES))
async def test_a_source_is_listed_under_its_own_name(name: str) -> None:
    """What is typed after `source:` is what the sheet says."""
    async with STAGES[name]() as stage:
        assert type(stage.source) is SOURCES[name]
        assert stage.source.sheet.name == name


def test_a_default_filter_can_be_judged_everywhere() -> None:
    """Lists hide what is archived; a source without an archive must not be left out for that."""
    assert "archived" in STREAMPIXEL.fields
