"""Alembic's entry: runs revisions on the connection that ``migrate`` hands over.

There is no offline mode and no engine of its own: the caller owns the transaction,
so that a migration happens whole or not at all.
"""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
