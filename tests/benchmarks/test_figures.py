"""What the benchmark says of its figures: floors, the table, the JSON and the exit code."""

import json

import pytest

from benchmarks import __main__ as program
from benchmarks.figures import Figure, number, table, written


@pytest.mark.parametrize(
    ("figure", "held"),
    [
        (Figure("batches", 60, 100, "batches/s", 0.5), True),
        (Figure("batches", 40, 100, "batches/s", 0.5), False),
        (Figure("batches", 50, 100, "batches/s", 0.5), True),
        (Figure("window", 190, 100, "ms", 2.0, most=True), True),
        (Figure("window", 210, 100, "ms", 2.0, most=True), False),
        (Figure("commands", 2_400, 9_000, "commands/s", 2_000, "ours"), True),
        (Figure("commands", 1_900, 9_000, "commands/s", 2_000, "ours"), False),
        (Figure("mark", 31, 4, "ms", 30, "ours", most=True), False),
        (Figure("told for scale", 1, 2, "ms"), None),
        (Figure("nothing to compare with", 1, None, "ms", 0.5), False),
    ],
)
def test_a_floor_is_kept_or_missed(figure, held):
    assert figure.held is held


def test_a_ratio_is_ours_to_raw():
    assert Figure("batches", 60, 120, "batches/s").ratio == 0.5
    assert Figure("batches", 60, None, "batches/s").ratio is None


def test_a_floor_reads_as_it_is_meant():
    assert Figure("a", 1, 1, "batches/s", 0.5).floor_text == ">= 0.5"
    assert Figure("a", 1, 1, "ms", 30, "ours", most=True).floor_text == "<= 30 ms"
    assert Figure("a", 1, 1, "ms").floor_text == ""


def test_numbers_keep_three_telling_digits():
    assert [number(value) for value in (12345.6, 99.94, 0.4567, None)] == ["12,346", "99.9", "0.457", ""]


def test_the_table_has_a_line_for_each_figure_and_names_a_missed_floor():
    lines = table([Figure("kept", 60, 100, "x/s", 0.5), Figure("missed", 40, 100, "x/s", 0.5)]).splitlines()
    assert lines[0].split() == ["name", "ours", "raw", "unit", "ratio", "floor", "held"]
    assert lines[2].split() == ["kept", "60", "100", "x/s", "0.6", ">=", "0.5", "yes"]
    assert lines[3].endswith("NO")


def test_the_json_says_the_same_with_machine_and_instant():
    told = json.loads(written([Figure("kept", 60, 100, "x/s", 0.5)], 2, "2026-11-20T08:30:00.000Z"))
    assert told["measured_at"] == "2026-11-20T08:30:00.000Z"
    assert told["machine"]["cores"] == 2
    (one,) = told["figures"]
    assert (one["name"], one["ours"], one["raw"], one["ratio"], one["held"]) == ("kept", 60, 100, 0.6, True)


@pytest.fixture
def rows(monkeypatch):
    known = {
        "kept": lambda _options: [Figure("kept", 60, 100, "x/s", 0.5)],
        "missed": lambda _options: [Figure("missed", 40, 100, "x/s", 0.5)],
    }
    monkeypatch.setattr(program, "ROWS", known)


def test_a_missed_floor_ends_with_one(rows, capsys):
    assert program.main([]) == 1
    said = capsys.readouterr()
    assert "kept" in said.out
    assert "floor missed: missed" in said.err


def test_only_what_was_asked_for_is_measured_and_written(rows, capsys, tmp_path):
    file = tmp_path / "figures.json"
    assert program.main(["--only", "kept", "--json", str(file)]) == 0
    assert [one["name"] for one in json.loads(file.read_text())["figures"]] == ["kept"]
    assert "missed" not in capsys.readouterr().out


def test_an_unknown_row_is_not_understood(rows):
    with pytest.raises(SystemExit) as ended:
        program.main(["--only", "nonsense"])
    assert ended.value.code == 2
