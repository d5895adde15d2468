"""What the core needs from the outside. The docstring of a Protocol is its contract; the contract suites run it."""

from bot.ports.catalog import CatalogWriter, Clock, Source, Store
from bot.ports.ledger import Ledger
from bot.ports.messenger import Messenger, Person, Place

__all__ = ["CatalogWriter", "Clock", "Ledger", "Messenger", "Person", "Place", "Source", "Store"]
