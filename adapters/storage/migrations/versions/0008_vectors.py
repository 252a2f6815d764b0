"""Papers as vectors."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint

from adapters.storage.migrations.shorthand import text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "vector",
        Column("paper_id", Integer(), autoincrement=False, nullable=False),
        text("model"),
        Column("held", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("paper_id"),
    )
    op.create_table(
        "sign_block",
        Column("id", Integer(), autoincrement=False, nullable=False),
        text("model"),
        Column("version", BigInteger(), nullable=False),
        Column("held", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sign_block_version", "sign_block", ["version"])
