"""The store on SQLite and on PostgreSQL: every test runs on both."""
