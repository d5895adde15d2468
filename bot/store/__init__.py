"""Our own database, on SQLite or PostgreSQL: the ports `Store` and `Ledger` in SQL.

`open_database(url)` brings the schema up to date and gives a `SqlStore` and a `SqlLedger`. One file per question: what
a query means is in `matching`, in which order rows come in `sorting`, how pages follow each other in `paging`; who may
send a message is decided in `deliveries`, whose turn it is in `pace`.
"""

from bot.store.opening import Opened, engine_url, open_database, open_store
from bot.store.sql_ledger import SqlLedger
from bot.store.sql_store import SqlStore

__all__ = ["Opened", "SqlLedger", "SqlStore", "engine_url", "open_database", "open_store"]
