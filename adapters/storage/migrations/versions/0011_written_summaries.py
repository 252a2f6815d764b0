"""What a language model wrote of a paper, and when it was asked."""

from alembic import op

from adapters.storage.migrations.shorthand import text, time

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("paper", text("written_by", nullable=True))
    op.add_column("paper", text("written_text", nullable=True))
    op.add_column("paper", time("written_at", nullable=True))
    op.create_index("ix_paper_written_at", "paper", ["written_at"])
