"""Both upstreams as local stand-ins that speak real HTTP: the demo asks them, and so do the tests of `bot.sources`."""

from __future__ import annotations

from bot.demo.upstreams.faults import Mode
from bot.demo.upstreams.microvisualizer import MicroVisualizerStandIn
from bot.demo.upstreams.streampixel import StreampixelStandIn

__all__ = ["MicroVisualizerStandIn", "Mode", "StreampixelStandIn"]
