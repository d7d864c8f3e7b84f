"""The history of the database, one revision a file; ``db.migrate`` runs it."""
