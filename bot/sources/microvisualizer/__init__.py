"""MicroVisualizer: diagrams of services; knows dates, people, the archive and services, but no viewers."""

from __future__ import annotations

from bot.sources.microvisualizer.client import ADDRESS, SHEET, MicroVisualizerSource

__all__ = ["ADDRESS", "SHEET", "MicroVisualizerSource"]
