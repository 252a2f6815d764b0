"""What a language model wrote of a paper, and how often it was asked: of a paper, and on a day."""

from alembic import op
from sqlalchemy import Column, Date, Integer, PrimaryKeyConstraint

from adapters.storage.migrations.shorthand import number, text

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("paper", text("written_by", nullable=True))
    op.add_column("paper", text("written_text", nullable=True))
    tries = Column("written_tries", Integer(), nullable=False, server_default="0")
    op.add_column("paper", tries)
    op.create_table(
        "written_day",
        Column("day", Date(), nullable=False),
        number("asked"),
        PrimaryKeyConstraint("day"),
    )
