"""What papers mean: a vector each, and the signs of all in blocks."""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field

from adapters.storage.tables.base import Row, table_of


class VectorRow(Row, table=True):
    __tablename__ = "vector"

    paper_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    model: str
    held: bytes = Field(sa_type=LargeBinary)
    """A `bot.domain.meaning.Vector`."""


class SignBlockRow(Row, table=True):
    """The signs of `adapters.storage.vectors.BLOCK_ROWS` papers' vectors, one after the other."""

    __tablename__ = "sign_block"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    model: str
    version: int = Field(sa_type=BigInteger, index=True)
    """Higher than any before, at every change."""
    held: bytes = Field(sa_type=LargeBinary)


vectors = table_of(VectorRow)
sign_blocks = table_of(SignBlockRow)
