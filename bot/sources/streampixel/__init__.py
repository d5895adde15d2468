"""Streampixel: streams interactive 3D applications; knows switches, plans and viewers, but no dates."""

from __future__ import annotations

from bot.sources.streampixel.client import SHEET, StreampixelSource

__all__ = ["SHEET", "StreampixelSource"]
