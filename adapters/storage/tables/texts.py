"""The text index: what is held of every paper, and which papers have a word."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text
from sqlmodel import Field

from adapters.storage.tables.base import Row, table_of

# Words are compared and sorted byte by byte, whatever the database's own language.
TOKEN = Text().with_variant(Text(collation="C"), "postgresql")
# On SQLite an integer key of this exact name is the row's own number, with no index beside it.
KEY = BigInteger().with_variant(Integer(), "sqlite")


class PaperTextRow(Row, table=True):
    """A paper's columns, as `bot.domain.indexing` makes them: its words' numbers, packed."""

    __tablename__ = "paper_text"

    paper_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    title: bytes = Field(sa_type=LargeBinary)
    abstract: bytes = Field(sa_type=LargeBinary)
    authors: bytes = Field(sa_type=LargeBinary)
    facets: bytes = Field(sa_type=LargeBinary)


class WordRow(Row, table=True):
    """Every token that any paper ever had, numbered as they came."""

    __tablename__ = "word"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    token: str = Field(sa_column=Column(TOKEN, nullable=False, unique=True))
    root: str = Field(sa_column=Column(TOKEN, nullable=False, index=True))
    seen: int = Field(sa_type=BigInteger)
    """Where it was ever seen, as bits; see `adapters.storage.postings`."""


class PostingRow(Row, table=True):
    """The papers of one block that have a word in a column; see `adapters.storage.bits`."""

    __tablename__ = "posting"

    key: int = Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))
    """Block, column and word in one number, as `adapters.storage.postings` makes it."""
    held: bytes = Field(sa_type=LargeBinary)


paper_texts = table_of(PaperTextRow)
word_rows = table_of(WordRow)
posting_rows = table_of(PostingRow)
