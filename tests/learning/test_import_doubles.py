"""The import page asks about new lines that are likely someone known, and tells what becomes of each line."""

from dataclasses import replace

import pytest

from desktop.learning.import_page import CHOOSE, REVIEW, ImportPage
from desktop.learning.import_words import fields_words
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from tests.learning.desks import open_desk
from tests.learning.import_server import ImportServer, dry_run

AMA = {
    "id": "p1",
    "line": None,
    "label": "Ama Mensah (S-0001)",
    "score": 90,
    "reasons": ["name", "phone"],
    "state": "active",
}
ESI = {"id": "p2", "line": None, "label": "Ama Mensah (S-0044)", "score": 50, "reasons": ["name"], "state": "inactive"}
EARLIER = {"id": None, "line": 4, "label": "Yaw Darko (N-2)", "score": 90, "reasons": ["name"], "state": "active"}


def double(line, label, *candidates, answer=""):
    return {"file": "students.csv", "line": line, "label": label, "values": {}, "candidates": list(candidates),
            "answer": answer}  # fmt: skip


DOUBLES = [double(3, "Ama Mensah (N-1)", AMA, ESI), double(9, "Yaw Darko (N-9)", EARLIER)]
LINES = {
    "items": [
        {"file": "students.csv", "line": 2, "state": "new", "label": "Esi Quaye (000125)",
         "fields": {"number": [None, "000125"]}, "sentences": []},
        {"file": "students.csv", "line": 3, "state": "double", "label": "Ama Mensah (N-1)"},
        {"file": "students.csv", "line": 17, "state": "error", "label": "", "fields": {}, "sentences": ["A sentence."]},
    ],
    "total": 3, "counts": {},
}  # fmt: skip


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def server():
    return ImportServer(run=dry_run(doubles=DOUBLES, left_out=2), lines=LINES)


@pytest.fixture
def page(qtbot, tmp_path, server):
    made = open_desk(tmp_path / "desk")
    shown = ImportPage(replace(made.desk, client=server.client()))
    qtbot.addWidget(shown)
    shown.resize(1158, 712)
    shown.show()
    path = tmp_path / "students.csv"
    path.write_text("Index No;First;Surname\r\n1;Ama;Mensah\r\n")
    shown.take(path)
    qtbot.waitUntil(lambda: shown._upload is not None and not shown.progress.isVisible())
    shown.next()
    qtbot.waitUntil(lambda: shown.step == REVIEW and not shown.progress.isVisible())
    yield shown
    wait_for_background()
    made.close()


def asked(server):
    return [body["options"].get("doubles") for method, path, body in server.asked if path.endswith("/dry-run")]


def shown_answers(page):
    model = page.review.doubles.table.record_model
    return [model.cell_at(row, 4).text for row in range(model.rowCount())]


def test_lines_that_wait_are_shown_first_with_whom_and_why(page):
    assert page.review.tabs.chosen == "doubles"
    model = page.review.doubles.table.record_model
    shown = [[model.cell_at(row, column).text for column in range(4)] for row in range(2)]
    assert shown == [
        ["3", "Ama Mensah (N-1)", "Ama Mensah (S-0001); Ama Mensah (S-0044)", "Names, Phone"],
        ["9", "Yaw Darko (N-9)", "Yaw Darko (N-2), line 4", "Names"],
    ]
    assert shown_answers(page) == ["Not said: left out"] * 2
    assert page.next_button.text() == "Import 3 changes"


def test_answers_are_checked_before_anything_is_imported(qtbot, page, server):
    part = page.review.doubles
    part.table.go_to("3")
    assert [part.whom.itemText(at) for at in range(part.whom.count())] == [AMA["label"], ESI["label"]]
    part.whom.choose("p2")
    part.same_button.click()
    part.table.go_to("9")
    assert not part.same_button.isEnabled()
    part.make_button.click()
    assert shown_answers(page) == ["Is Ama Mensah (S-0044)", "New person"]
    assert page.next_button.text() == "Check the file"

    answered = [double(3, "Ama Mensah (N-1)", AMA, ESI, answer="p2"), double(9, "Yaw Darko", EARLIER, answer="make")]
    server.run = dry_run(doubles=answered, left_out=0)
    page.next()
    qtbot.waitUntil(lambda: len(asked(server)) == 2 and not page.progress.isVisible())
    assert asked(server) == [None, {"3": "p2", "9": "make"}]
    assert page.next_button.text() == "Import 3 changes"
    page.next()
    qtbot.waitUntil(lambda: page.step == CHOOSE)


@pytest.mark.parametrize("scale", [100, 150])
def test_what_becomes_of_each_is_seen_with_large_text(page, qtbot, scale):
    theme().apply(Scheme.LIGHT, scale=scale, high_contrast=False, reduced_motion=True)
    bar = page.review.doubles.table.horizontalScrollBar()
    qtbot.waitUntil(lambda: page.review.doubles.table.columnWidth(4) == theme().px(140))
    assert bar.maximum() == 0


def test_several_lines_are_answered_at_once(page):
    part = page.review.doubles
    part.table.selectAll()
    part.leave_button.click()
    assert shown_answers(page) == ["Left out"] * 2
    part.make_button.click()
    assert part.answers == {3: "make", 9: "make"}


def test_each_line_is_read_when_it_is_looked_at(qtbot, page, server):
    assert not [path for _, path, _ in server.asked if "/lines" in path]
    page.review.tabs.choose("lines")
    model = page.review.lines.table.record_model
    qtbot.waitUntil(lambda: model.rowCount() == 3)
    assert [model.cell_at(row, 2).text for row in range(3)] == ["New", "Likely known", "Error"]
    assert [model.cell_at(row, 3).text for row in range(3)] == ["Number: 000125", "", "A sentence."]
    page.review.lines.filters.filters["state"].choose("error")
    assert [model.cell_at(row, 0).text for row in range(model.rowCount())] == ["17"]


def test_contacts_are_told_in_words():
    new = [{"name": "Yaw Tetteh", "relation": "Father", "phone": "0244", "email": "", "told": False}]
    assert fields_words({"guardians": ([], new)}, "updated") == "Contacts: – → Yaw Tetteh Father 0244"
