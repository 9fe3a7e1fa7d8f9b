"""Every row of the security checklist names a test that is there, or says why it needs none."""

import ast
import csv
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = ROOT / "docs" / "security.csv"
DONE, REASON, OPEN = "done", "reason", "open"
MOST_OPEN = 0
"""How many rows may still be open; it only goes down."""


def _rows() -> list[dict[str, str]]:
    with ROWS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache
def _tests_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _is_there(named: str) -> bool:
    path, _, name = named.strip().partition("::")
    place = ROOT / path
    return place.is_file() and (not name or name in _tests_in(place))


def test_each_row_is_there_once() -> None:
    """A row twice could be done and open at the same time."""
    numbers = [row["row"] for row in _rows()]
    assert len(numbers) == len(set(numbers))


def test_done_rows_name_tests_that_exist() -> None:
    """A row is done by tests, as `path::name`, several apart by spaces."""
    missing = [
        (row["row"], named)
        for row in _rows()
        if row["state"] == DONE
        for named in row["test"].split() or ["(none)"]
        if not _is_there(named)
    ]
    assert missing == []


def test_other_rows_say_why() -> None:
    """What has no test has a written reason."""
    assert {row["state"] for row in _rows()} <= {DONE, REASON, OPEN}
    assert [row["row"] for row in _rows() if row["state"] == REASON and len(row["note"]) < 20] == []


def test_open_rows_become_fewer() -> None:
    """What is still to be done is counted, so that it isn't forgotten."""
    assert len([row for row in _rows() if row["state"] == OPEN]) <= MOST_OPEN
