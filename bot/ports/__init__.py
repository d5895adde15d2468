"""What the core needs from the outside. The docstring of a Protocol is its contract; the contract suites run it."""

from bot.ports.catalog import CatalogWriter, Clock, Source, Store, Touch
from bot.ports.ledger import Ledger
from bot.ports.messenger import Messenger, Person, Place
from bot.ports.watches import AlertChange, WatchLedger

__all__ = [
    "AlertChange",
    "CatalogWriter",
    "Clock",
    "Ledger",
    "Messenger",
    "Person",
    "Place",
    "Source",
    "Store",
    "Touch",
    "WatchLedger",
]
