"""Every system that has projects, as an adapter for `bot.ports.Source`. A new one is a folder here and a line below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.sources import microvisualizer, streampixel
from bot.sources.microvisualizer import MicroVisualizerSource
from bot.sources.streampixel import StreampixelSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model import SourceSheet

SOURCES: Final[Mapping[str, type[StreampixelSource | MicroVisualizerSource]]] = {
    "streampixel": StreampixelSource,
    "microvisualizer": MicroVisualizerSource,
}
"""Name as typed in ``source:`` to the class that asks; each takes its own credentials."""

SHEETS: Final[Mapping[str, SourceSheet]] = {sheet.name: sheet for sheet in (streampixel.SHEET, microvisualizer.SHEET)}
"""Name to what the source is and can tell, whether or not it is connected."""
