"""Our own database, on SQLite or PostgreSQL: the ports `Store`, `Ledger` and `WatchLedger` in SQL.

`open_database(url)` brings the schema up to date and gives one of each. One file per question: what a query means is in
`matching`, in which order rows come in `sorting`, how pages follow each other in `paging`; who may send a message is
decided in `deliveries` and `card_work`, whose turn it is in `pace`, what becomes of an alert in `alert_changes`.
"""

from bot.store.opening import Opened, engine_url, open_database, open_store
from bot.store.sql_ledger import SqlLedger
from bot.store.sql_store import SqlStore
from bot.store.sql_watches import SqlWatchLedger

__all__ = ["Opened", "SqlLedger", "SqlStore", "SqlWatchLedger", "engine_url", "open_database", "open_store"]
