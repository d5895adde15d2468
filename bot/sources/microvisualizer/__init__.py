"""MicroVisualizer: diagrams of services; knows dates, people, the archive and services, but no viewers."""

from __future__ import annotations

from bot.sources.microvisualizer.client import SHEET, MicroVisualizerSource

__all__ = ["SHEET", "MicroVisualizerSource"]
