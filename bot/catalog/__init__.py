"""Our copy of all projects: keeps it fresh, and knows how fresh it is."""

from bot.catalog.catalog import Catalog, Refresh
from bot.catalog.due import Ages

__all__ = ["Ages", "Catalog", "Refresh"]
