"""Where lines stand, on both databases: the list's conditions, its pages and its counts say what the rule says."""

from typing import Any

import pytest

from server.core.resources import ListQuery, list_rows
from server.finance.bank_resources import LINES
from server.finance.line_parts import counted
from shared.core.errors import CampusError
from shared.core.sync import ALL_SCOPE
from shared.finance.bank_words import LinePart
from shared.finance.match_rules import part_of_line
from tests.finance.books import Books, books
from tests.finance.test_match_service import match, momo
from tests.finance.test_statement_import import bring

__all__ = ["books"]
MANY = 12


@pytest.fixture
def lines(books: Books) -> Books:
    """Lines of which some are matched, one in part, one set aside, one on its way back."""
    rows = "".join(f"1{at % 2}/11/2026,TRANSFER {at},FT{at},{100 + at}.00\n" for at in range(MANY))
    assert bring(books, rows).verdict == "applied"
    found = sorted(books.bodies("statement_line"), key=lambda one: int(one["amount"]))
    for at in range(3):
        assert match(books, found[at]["id"], momo(books, found[at]["amount"], at)).verdict == "applied"
    assert match(books, found[3]["id"], momo(books, 5_000)).verdict == "applied"
    assert (
        books.at("bursar").do("SetLineAside", found[4]["id"], {"aside": True, "reason": "Interest"}).verdict
        == "applied"
    )
    asked = {"line_id": found[5]["id"], "amount": found[5]["amount"], "reason": "Wrong school"}
    assert books.at("bursar").do("AskReturn", books.new_id(), asked).verdict == "applied"
    return books


def listed(books: Books, **query: Any) -> tuple[list[dict[str, Any]], int, str | None]:
    """A page of lines as the bursar asks for it."""
    bursar = books.at("bursar").actor.model_copy(update={"scopes": (ALL_SCOPE,)})
    with books.institute.parts.database.read() as db:
        return list_rows(db, LINES, bursar, ListQuery(**query))


def ids(found: list[dict[str, Any]]) -> list[str]:
    """The ids of a page."""
    return [str(one["id"]) for one in found]


def told(books: Books) -> dict[str, LinePart]:
    """Where the rule says that each line stands."""
    matches = books.bodies("money_match")
    return {
        one["id"]: part_of_line(one, [match for match in matches if match["line_id"] == one["id"]])
        for one in books.bodies("statement_line")
    }


def test_the_list_says_what_the_rule_says(lines: Books) -> None:
    expected = told(lines)
    for part in LinePart:
        found, total, _ = listed(lines, limit=100, filters={"part": str(part)})
        assert set(ids(found)) == {key for key, one in expected.items() if one is part}
        assert total == len(found) > 0


def test_counts_are_those_of_the_list(lines: Books) -> None:
    with lines.institute.parts.database.read() as db:
        found = counted(db, lines.institute.organisation_id)
    expected = list(told(lines).values())
    assert {one["part"]: one["lines"] for one in found} == {str(one): expected.count(one) for one in LinePart}
    assert sum(one["amount"] for one in found) == sum(int(one["amount"]) for one in lines.bodies("statement_line"))
    assert {(one["told_by"], one["currency"]) for one in found} == {("bank", "GHS")}


@pytest.mark.parametrize("sort", ["day", "-day", "amount", "-amount"])
def test_pages_follow_each_other_while_lines_leave_the_list(lines: Books, sort: str) -> None:
    query = {"limit": 2, "sort": sort, "filters": {"part": "open"}}
    whole = ids(listed(lines, **{**query, "limit": 100})[0])
    found, _, cursor = listed(lines, **query)
    seen = ids(found)
    # The first of them is set aside meanwhile: no line is left out for that, and none comes twice.
    gone = next(one for one in seen if told(lines)[one] is LinePart.OPEN)
    lines.at("bursar").do("SetLineAside", gone, {"aside": True, "reason": "Interest"})
    while cursor:
        found, _, cursor = listed(lines, **query, cursor=cursor)
        seen += ids(found)
    assert seen == whole


def test_a_part_that_isnt_there_and_a_search_in_one(lines: Books) -> None:
    with pytest.raises(CampusError) as refused:
        listed(lines, filters={"part": "lost' OR 1=1"})
    assert refused.value.code == "filter_unknown"
    found, total, _ = listed(lines, search="transfer 11", filters={"part": "open"})
    assert (total, [one["words"] for one in found]) == (1, ["TRANSFER 11"])
    assert listed(lines, search="transfer 11", filters={"part": "aside"})[1] == 0
