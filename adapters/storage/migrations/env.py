"""Run by Alembic; `adapters.storage.migrate` hands in a connection inside a transaction."""

from alembic import context

from adapters.storage.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
)
context.run_migrations()
