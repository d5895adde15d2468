"""Streampixel: streams interactive 3D applications; knows switches, plans and viewers, but no dates."""

from __future__ import annotations

from bot.sources.streampixel.client import ADDRESS, SHEET, StreampixelSource

__all__ = ["ADDRESS", "SHEET", "StreampixelSource"]
