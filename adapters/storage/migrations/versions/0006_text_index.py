"""One text index for both databases in the place of FTS5 and of tsvector."""

from typing import Any

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Row,
    Text,
    UniqueConstraint,
    column,
    select,
    table,
)

from adapters.storage.text_index import TextIndex
from bot.domain.indexing import index_columns
from bot.domain.papers import Listing, Paper, PaperId

revision = "0006"
down_revision = "0005"

BATCH = 2_000
COLUMNS = ("title", "abstract", "authors", "facets")
TOKEN = Text().with_variant(Text(collation="C"), "postgresql")
KEY = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    op.execute("DROP TABLE paper_text")
    op.create_table(
        "paper_text",
        Column("paper_id", Integer(), autoincrement=False, nullable=False),
        *(Column(n, LargeBinary(), nullable=False) for n in COLUMNS),
        PrimaryKeyConstraint("paper_id"),
    )
    op.create_table(
        "word",
        Column("id", Integer(), autoincrement=False, nullable=False),
        Column("token", TOKEN, nullable=False),
        Column("root", TOKEN, nullable=False),
        Column("seen", BigInteger(), nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("token"),
    )
    op.create_index("ix_word_root", "word", ["root"])
    op.create_table(
        "posting",
        Column("key", KEY, autoincrement=False, nullable=False),
        Column("held", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("key"),
    )
    _fill()


def _fill() -> None:
    """From the papers themselves: what PostgreSQL had kept of their texts was cut."""
    texts = ("title", "abstract", "organization", "venue")
    lists = ("authors", "categories", "listings")
    paper = table(
        "paper",
        column("id", Integer),
        *(column(name, Text) for name in texts),
        *(column(name, JSON) for name in lists),
    )
    connection, done = op.get_bind(), 0
    index = TextIndex(connection)
    while rows := connection.execute(
        select(paper).where(paper.c.id > done).order_by("id").limit(BATCH)
    ).all():
        index.put([(row.id, index_columns(_paper(row))) for row in rows])
        done = rows[-1].id


def _paper(row: Row[Any]) -> Paper:
    """As much of it as the index looks at."""
    return Paper(
        id=PaperId(""),
        keys=(),
        title=row.title,
        abstract=row.abstract,
        authors=tuple(row.authors),
        organization=row.organization,
        venue=row.venue,
        categories=tuple(row.categories),
        listings=tuple(Listing(source=x["source"], source_id="") for x in row.listings),
    )
