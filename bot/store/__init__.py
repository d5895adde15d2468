"""Our own database, on SQLite or PostgreSQL: the `Store` port in SQL.

`open_store(url)` brings the schema up to date and gives a `SqlStore`. One file per question: what a query means is in
`matching`, in which order rows come in `sorting`, how pages follow each other in `paging`.
"""

from bot.store.sql_store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
