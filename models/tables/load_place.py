"""The places of interrupted loads in their data files."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.tables.columns import JsonValue, PlainText, UtcDateTime
from models.tables.table import CLUSTERED, table_of, tenant_key, text_key


class LoadPlace(SQLModel, table=True):
    """The last loaded line of a data file.

    It is written in the transaction of its batch. `source` is the name of the file, `position` the bytes up
    to the end of the line, and `digest` their SHA-256. `rejected` lines so far were not loaded; `rules` are
    the numbers of lines with rules that are not set yet.
    """

    __tablename__ = "load_place"
    __table_args__ = CLUSTERED

    tenant: str = tenant_key()
    source: str = text_key()
    line: int = Field(sa_type=BigInteger)
    position: int = Field(sa_type=BigInteger)
    digest: str = Field(sa_type=PlainText)
    rejected: int = Field(sa_type=BigInteger)
    rules: list[int] = Field(sa_type=JsonValue)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


load_place = table_of(LoadPlace)
