"""The database: engine, sessions, column types and migrations."""
