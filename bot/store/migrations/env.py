"""What alembic runs: our own open connection, in our own transaction; there is no file of settings."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
