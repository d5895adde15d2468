"""How the schema came to be: alembic's environment and one file per step, named by its number."""
