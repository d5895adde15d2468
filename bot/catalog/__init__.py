"""Our copy of all projects: keeps it fresh, and knows how fresh it is."""

from bot.catalog.catalog import Catalog, Refresh

__all__ = ["Catalog", "Refresh"]
