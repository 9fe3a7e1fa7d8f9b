"""Bank statements as banks write them: layouts that come ready, and a sentence for each line that can't be used."""

import pytest

from shared.core.errors import CampusError
from shared.finance.statement_amounts import amount_of_cell
from shared.finance.statement_layouts import FIRST, READY, layout_fault
from shared.finance.statement_reading import (
    MOST_LINES,
    Statement,
    decoded,
    fingerprints,
    fitting,
    preview,
    read_statement,
    totals_fault,
)

TODAY = "2026-11-22"
LAYOUTS = {word: rules for word, _, rules in READY}
SIGNED = (
    "Date,Description,Reference,Amount,Balance\n"
    '20/11/2026,TRANSFER AMA,FT1,"1,500.00","2,500.00"\n'
    "21/11/2026,Charges,,-5.00,2495.00\n"
)
COLUMNS = (
    "My Bank Ltd\nAccount,1234\n\nDate,Narration,Debit,Credit,Balance\n,Opening balance,,,100.00\n"
    "20/11/2026,AMA,,50.00,150.00\n21/11/2026,Fee,2.50,,147.50\n,Closing balance,,,147.50\n"
)
MARKED = "Date,Details,Amount,CR/DR\n20-Nov-2026,AMA,50.00,CR\n20-Nov-2026,Fee,20.00,DR\n"
SEMICOLON = "Buchungstag;Verwendungszweck;Betrag\n20.11.2026;AMA;1.050,25\n21.11.2026;Miete;-20,00\n"


def read(content: str, word: str = "signed", **rules: object) -> Statement:
    return read_statement(content, {**LAYOUTS[word], **rules}, "GHS", TODAY)


@pytest.mark.parametrize(
    ("content", "word", "amounts", "balances"),
    [
        (SIGNED, "signed", [150_000, -500], (100_000, 249_500)),
        (COLUMNS, "debit_credit", [5_000, -250], (10_000, 14_750)),
        (MARKED, "marked", [5_000, -2_000], (None, None)),
        (SEMICOLON, "semicolon", [105_025, -2_000], (None, None)),
    ],
)
def test_layouts_that_come_ready(
    content: str, word: str, amounts: list[int], balances: tuple[int | None, int | None]
) -> None:
    found = read(content, word)
    assert [row.amount for row in found.rows] == amounts
    assert (found.opening, found.closing) == balances
    assert found.rows[0].day == "2026-11-20"
    assert fitting(content, [(one, LAYOUTS[one]) for one in LAYOUTS]) == word
    assert totals_fault(found, None, None) in (0, None)


def test_every_layout_that_comes_ready_can_be_used() -> None:
    assert [layout_fault(rules) for rules in LAYOUTS.values()] == [None] * 4
    assert layout_fault(FIRST)


def test_newest_first_and_several_of_one_day() -> None:
    lines = "Date,Description,Amount,Balance\n20/11/2026,B,5.00,15.00\n20/11/2026,A,10.00,10.00\n"
    found = read(lines)
    assert (found.opening, found.closing) == (0, 1_500)
    assert totals_fault(found, None, None) == 0
    assert totals_fault(found, 100, None) == -100


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("31/02/2026,A,,5", "statement_date", "31/02/2026"),
        ("12/24/2026,A,,5", "statement_date", "DD/MM/YYYY"),
        ("01/01/1926,A,,5", "statement_date", "01/01/1926"),
        ("24/12/2026,A,,5", "statement_future", "swapped"),
        ("20/11/2026,A,,=1+1", "statement_formula", "values only"),
        ("=TODAY(),A,,5", "statement_formula", "=TODAY()"),
        ("20/11/2026,A,,USD 5", "statement_currency", "GHS"),
        ("20/11/2026,A,,5.123", "statement_amount", "5.123"),
        ('20/11/2026,A,,"1,50"', "statement_amount", "thousands"),
        ("20/11/2026,A,,5.", "statement_amount", "5."),
        ("20/11/2026,A,,five", "statement_amount", "five"),
        ("20/11/2026,A,,99999999999999", "statement_amount", "99999"),
    ],
)
def test_a_line_that_cant_be_used_is_named_with_what_to_do(line: str, code: str, says: str) -> None:
    with pytest.raises(CampusError) as refused:
        read(f"Date,Description,Reference,Amount\n19/11/2026,Fine,,1\n{line}\n")
    assert refused.value.code == code
    assert refused.value.message.startswith("Line 3:")
    assert says in refused.value.message
    assert refused.value.details["count"] == 1


def test_all_faults_are_told_up_to_twenty() -> None:
    lines = "".join(f"99/99/2026,A,,{n}\n" for n in range(1, 31))
    with pytest.raises(CampusError) as refused:
        read(f"Date,Description,Reference,Amount\n{lines}")
    assert (refused.value.details["count"], len(refused.value.details["faults"])) == (30, 20)
    assert "29 more lines have faults" in refused.value.message


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "statement_empty"),
        ("\n \n", "statement_empty"),
        ("Date,Description,Amount\n", "statement_empty"),
        ("a letter\nto the bank\n", "statement_not_csv"),
        ("Name,Town\nAma,Accra\n", "statement_column"),
        ("Date,Description,Amount\n" + "20/11/2026,A,5\n" * (MOST_LINES + 1), "statement_too_long"),
        ("x" * 4_000_001, "statement_too_long"),
        ('Date,Description,Amount\n20/11/2026,"' + "x" * 140_000 + '",5\n', "statement_not_csv"),
        ("Date,Description,Amount,Currency\n20/11/2026,A,5,USD\n", "statement_currency"),
    ],
)
def test_files_that_are_no_statement(content: str, code: str) -> None:
    with pytest.raises(CampusError) as refused:
        read(content)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_marks_and_columns_that_contradict_each_other() -> None:
    with pytest.raises(CampusError, match="marks neither") as refused:
        read("Date,Details,Amount,CR/DR\n20-Nov-2026,A,5,XX\n", "marked")
    assert refused.value.code == "statement_mark"
    with pytest.raises(CampusError, match="both filled in") as refused:
        read("Date,Details,Debit,Credit\n20/11/2026,A,5,5\n", "debit_credit")
    assert refused.value.code == "statement_both"


@pytest.mark.parametrize("content", [b"PK\x03\x04zip", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n\0\0"])
def test_files_that_arent_text(content: bytes) -> None:
    with pytest.raises(CampusError) as refused:
        decoded(content, "utf-8")
    assert refused.value.code == "statement_not_csv"


def test_encodings() -> None:
    assert decoded("Grüße".encode("cp1252"), "utf-8") == "Grüße"
    assert decoded("Grüße".encode("utf-16"), "utf-8").endswith("Grüße")
    assert decoded("\ufeffDate".encode(), "utf-8") == "Date"


def test_twenty_thousand_lines() -> None:
    lines = "".join(f"20/11/2026,Transfer {n},FT{n},{n}.00\n" for n in range(1, MOST_LINES + 1))
    found = read(f"Date,Description,Reference,Amount\n{lines}")
    assert len(set(fingerprints(found.rows))) == MOST_LINES
    assert found.total == sum(range(1, MOST_LINES + 1)) * 100


def test_formulas_in_words_are_words() -> None:
    found = read('Date,Description,Reference,Amount\n20/11/2026,=cmd|x,"=""00123""",5\n')
    assert (found.rows[0].words, found.rows[0].reference) == ("=cmd|x", "00123")


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("(12.00)", -1_200), ("12.00-", -1_200), ("+3", 300), ("GHS 1,000", 100_000), ("1,20,000.50", 12_000_050),
     ("", None), ("-", None), ("−7.5", -750)],
)  # fmt: skip
def test_amounts_as_banks_write_them(cell: str, amount: int | None) -> None:
    assert amount_of_cell(cell, FIRST, "GHS") == amount


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"delimiter": "x"}, "delimiter"),
        ({"decimal": ","}, "same"),
        ({"date": []}, "date"),
        ({"text": [], "reference": []}, "text"),
        ({"amount": []}, "amount"),
        ({"debit": ["Debit"]}, "either"),
        ({"mark": ["Type"], "credit_marks": []}, "marked"),
        ({"header_row": 99}, "heads"),
        ({"date": [""]}, "empty"),
        ({"more": 1}, "more"),
    ],
)
def test_layouts_that_cant_be_used(rules: dict[str, object], says: str) -> None:
    assert says in str(layout_fault({**LAYOUTS["signed"], **rules}))


def test_columns_by_number_and_the_preview() -> None:
    rules = {"date": ["#1"], "text": ["#2"], "reference": [], "amount": ["#3"], "balance": [], "currency": []}
    found = read("20/11/2026,AMA,5.00\n21/11/2026,KOFI,6.00\n", **rules)
    assert [row.amount for row in found.rows] == [500, 600]
    assert preview(COLUMNS, LAYOUTS["debit_credit"])[2] == ["Date", "Narration", "Debit", "Credit", "Balance"]
