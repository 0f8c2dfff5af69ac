"""Lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    number: int = 1
    size: int = 20
    oldest_first: bool = False


def cut(
    connection: Connection, wanted: Select[Any], key: ColumnElement[int], page: Page
) -> tuple[Sequence[RowMapping], int]:
    """A page of rows in the order of an ascending key, and how many rows there are on all pages."""
    total = connection.execute(
        wanted.with_only_columns(func.count(), maintain_column_froms=True)
    ).scalar_one()
    skipped = (page.number - 1) * page.size
    if skipped >= total:
        return [], total
    order = key.asc() if page.oldest_first else key.desc()
    rows = connection.execute(wanted.order_by(order).limit(page.size).offset(skipped))
    return rows.mappings().all(), total
