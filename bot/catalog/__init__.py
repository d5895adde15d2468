"""Our copy of all projects: keeps it fresh, and knows how fresh it is."""

from bot.catalog.catalog import Ages, Catalog, Refresh

__all__ = ["Ages", "Catalog", "Refresh"]
