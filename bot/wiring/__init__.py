"""Composition root: settings in, running bot out. The only room that builds adapters and knows the time."""

from bot.wiring.bot import Bot, ask_identity, open_bot
from bot.wiring.clock import SystemClock
from bot.wiring.core import Core, build_sources, open_core
from bot.wiring.tempo import Tempo

__all__ = ["Bot", "Core", "SystemClock", "Tempo", "ask_identity", "build_sources", "open_bot", "open_core"]
