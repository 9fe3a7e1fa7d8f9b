"""A RowSource over an SQLite table of made-up people, as the desktop's stores have them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.row_source import RowQuery

GIVEN = ("Ama", "Kofi", "Yaw", "Esi", "Kwame", "Abena", "Kojo", "Akosua", "Efua", "Yaa")
FAMILY = ("Mensah", "Owusu", "Boateng", "Asante", "Osei", "Appiah", "Agyei", "Darko", "Addo", "Nkrumah", "Quaye")
ORDERS = {"name": "family, given", "number": "number", "balance": "balance", "": "number"}
STATES = (("Active", "ok", "check"), ("Waiting", "warn", "clock"), ("Closed", "neu", ""))


@dataclass(frozen=True, slots=True)
class Person:
    number: str
    given: str
    family: str
    phone: str
    balance: int

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


class PeopleSource:
    """Order, filter and paging in SQL; counts how often it is asked."""

    def __init__(self, count: int) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute(
            "CREATE TABLE person (number TEXT PRIMARY KEY, given TEXT, family TEXT, phone TEXT, balance INT)"
        )
        rows = (
            (
                f"S-{place:06d}",
                GIVEN[place * 7 % len(GIVEN)],
                f"{FAMILY[place * 3 % len(FAMILY)]}{place % 97:02d}",
                f"024 {place:07d}",
                place * 37 % 90_000,
            )
            for place in range(count)
        )
        self.db.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?)", rows)
        self.db.execute("CREATE INDEX by_name ON person (family, given, number)")
        self.db.execute("CREATE INDEX by_balance ON person (balance, number)")
        self.asked: list[str] = []

    @staticmethod
    def _where(query: RowQuery) -> tuple[str, list[str]]:
        if not query.text:
            return "", []
        return " WHERE family LIKE ? OR number LIKE ?", [f"{query.text}%", f"{query.text}%"]

    @staticmethod
    def _order(query: RowQuery) -> str:
        way = " DESC" if query.descending else ""
        return ", ".join(f"{part}{way}" for part in [*ORDERS[query.order].split(", "), "number"])

    def count(self, query: RowQuery) -> int:
        self.asked.append("count")
        where, values = self._where(query)
        return int(self.db.execute(f"SELECT count(*) FROM person{where}", values).fetchone()[0])

    def ids(self, query: RowQuery, offset: int, limit: int) -> Sequence[str]:
        self.asked.append(f"ids {offset}")
        where, values = self._where(query)
        sql = f"SELECT number FROM person{where} ORDER BY {self._order(query)} LIMIT {limit} OFFSET {offset}"
        return [row[0] for row in self.db.execute(sql, values)]

    def rows(self, ids: Sequence[str]) -> Mapping[str, Person]:
        self.asked.append("rows")
        marks = ", ".join("?" * len(ids))
        return {row[0]: Person(*row) for row in self.db.execute(f"SELECT * FROM person WHERE number IN ({marks})", ids)}

    def position(self, query: RowQuery, prefix: str) -> int:
        where, values = self._where(query)
        sql = f"SELECT family, number FROM person{where} ORDER BY {self._order(query)}"
        for place, (family, _number) in enumerate(self.db.execute(sql, values)):
            if family.casefold().startswith(prefix.casefold()):
                return place
        return -1


def person_columns() -> tuple[Column, ...]:
    """Six columns of every kind, as a people page has them."""
    return (
        Column("name", "Name", lambda row: Cell(row.name, number=row.number), CellKind.PERSON, width=220, stretch=True),
        Column("number", "Number", lambda row: row.number, width=110),
        Column("phone", "Phone", lambda row: row.phone, CellKind.MUTED, width=130, sortable=False),
        Column("balance", "Balance", lambda row: f"{row.balance:,}", CellKind.NUMBER, width=110),
        Column("course", "Course", lambda row: "Diploma in Sound Engineering", width=200, sortable=False),
        Column("state", "State", lambda row: Cell(*STATES[row.balance % 3]), CellKind.BADGE, width=130, sortable=False),
    )
