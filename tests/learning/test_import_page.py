"""The import page over the real client: upload, mapping, dry run, questions, import, journal, undo, no network."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication

from desktop.core.transport import Cancel
from desktop.learning.import_page import CHOOSE, MAPPING, REVIEW, ImportPage
from desktop.learning.import_review import fields_words, kind_word
from desktop.learning.imports import Choices, RosterImports, file_size
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from tests.learning.desks import open_desk, row_id
from tests.learning.import_server import ASK, COLUMNS, ImportServer, dry_run, entry, table


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def server():
    return ImportServer()


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "students.csv"
    path.write_bytes("Index No;First;Surname\r\n000123;Ama;Ménsah\r\n".encode("cp1252"))
    return path


@pytest.fixture
def opened(qtbot, tmp_path, server):
    """`opened(offline=...)` shows the page."""
    kept = []

    def open_page(*, client=True):
        made = open_desk(tmp_path / "desk")
        kept.append(made)
        page = ImportPage(replace(made.desk, client=server.client() if client else None))
        qtbot.addWidget(page)
        page.resize(1158, 712)
        page.show()
        return page

    yield open_page
    wait_for_background()
    for one in kept:
        one.close()


@pytest.fixture
def page(opened):
    return opened()


def _take(qtbot, page, roster):
    page.take(roster)
    qtbot.waitUntil(lambda: page.step == MAPPING and not page.progress.isVisible())


def _check(qtbot, page, roster):
    _take(qtbot, page, roster)
    page.next()
    qtbot.waitUntil(lambda: page.step == REVIEW and not page.progress.isVisible())


def _toast(page):
    return toasts_of(page).toasts[-1].words


def _asked(server, method, end):
    return [body for asked, path, body in server.asked if asked == method and path.endswith(end)]


# ------------------------------------------------------------------------------------------------- upload, mapping


def test_a_file_goes_up_byte_for_byte(qtbot, page, server, roster):
    _take(qtbot, page, roster)
    ((kind, sent),) = _asked(server, "POST", "")
    boundary = kind.partition("boundary=")[2].encode()
    head, _, rest = sent.partition(b"\r\n\r\n")
    assert b'name="file"; filename="students.csv"' in head
    assert rest == roster.read_bytes() + b"\r\n--" + boundary + b"--\r\n"


def test_a_dropped_file_is_taken(qtbot, page, server, roster):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(roster))])
    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.drop.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, none))
    qtbot.waitUntil(lambda: page.step == MAPPING)


def test_columns_come_with_samples_and_what_they_seem_to_hold(qtbot, page, roster):
    _take(qtbot, page, roster)
    combos = page.mapping._combos
    assert [combo.chosen for combo in combos.values()] == ["number", "given_name", "family_name", "phone", ""]
    assert page.mapping.encoding.chosen == "Windows-1252"
    assert page.mapping.separator.chosen == ";"
    assert page.next_button.text() == "Check the file"
    assert page.next_button.isEnabled()


def test_one_field_for_two_columns_and_no_field_at_all_are_said(qtbot, page, roster):
    _take(qtbot, page, roster)
    page.mapping._combos["Remarks"].choose("phone")
    assert page.why.words.text() == "Phone is chosen for two columns. Leave one of them out."
    assert not page.next_button.isEnabled()
    page.next()
    assert page.step == MAPPING
    for combo in page.mapping._combos.values():
        combo.choose("")
    assert "at least one column" in page.why.words.text()


def test_another_encoding_reads_the_file_again_and_keeps_what_was_chosen(qtbot, page, server, roster):
    _take(qtbot, page, roster)
    page.mapping._combos["Tel"].choose("")
    server.upload = table(encoding="UTF-16", columns=[*COLUMNS, {"name": "More", "samples": [], "field": None}])
    page.mapping.encoding.choose("UTF-16")
    page.mapping.look_again.emit()
    qtbot.waitUntil(lambda: "More" in page.mapping._combos)
    assert any("encoding=UTF-16" in path and "separator=%3B" in path for _method, path, _body in server.asked)
    assert page.mapping._combos["Tel"].chosen == ""


def test_what_was_decided_goes_into_the_dry_run(qtbot, page, server, roster):
    _take(qtbot, page, roster)
    page.mapping._combos["Tel"].choose("")
    page.mapping.role.choose("student")
    page.mapping.cohort.choose(row_id("SND-1B"))
    page.mapping.missing.setChecked(True)
    page.next()
    qtbot.waitUntil(lambda: page.step == REVIEW)
    (body,) = _asked(server, "POST", "/dry-run")
    assert body == {
        "mapping": {
            "Index No": "number",
            "First": "given_name",
            "Surname": "family_name",
            "Tel": None,
            "Remarks": None,
        },
        "encoding": "Windows-1252",
        "separator": ";",
        "options": {"role": "student", "cohort_id": row_id("SND-1B"), "deactivate_missing": True},
    }


def test_a_zip_has_no_columns_to_map(qtbot, page, server, roster):
    server.upload = table(kind="oneroster", columns=[], fields=[], encoding=None, separator=None,
                          files={"users.csv": "bulk", "classes.csv": "absent"})  # fmt: skip
    _take(qtbot, page, roster)
    assert not page.mapping.reading_card.isVisible()
    assert page.mapping.missing.isChecked()
    page.next()
    qtbot.waitUntil(lambda: page.step == REVIEW)
    assert _asked(server, "POST", "/dry-run") == [{"options": {"deactivate_missing": True}}]


# ---------------------------------------------------------------------------------------------------------- dry run


def test_a_dry_run_shows_counts_changes_and_errors(qtbot, page, roster):
    _check(qtbot, page, roster)
    facts = {label: words.text() for label, words in page.review.facts._labels.items()}
    assert list(facts.items()) == [
        *(("Rows read", "640"), ("New", "1"), ("Changed", "1")),
        *(("Unchanged", "637"), ("Deactivated", "1"), ("Left out", "0"), ("Errors", "2")),
    ]
    model = page.review.differences.record_model
    shown = [[model.cell_at(row, column).text for column in range(4)] for row in range(model.rowCount())]
    assert shown == [
        ["Esi Quaye (000125)", "Person", "New", "Number: 000125; Phone: 024 000 0001"],
        ["Kofi Mensah (000123)", "Person", "Changed", "Phone: 0244000001 → 0244000002"],
        ["Yaw Osei (000100)", "Person", "Deactivated", "State: Active → Inactive"],
    ]
    page.review.tabs.choose("errors")
    errors = page.review.errors.record_model
    assert [errors.cell_at(row, 0).text for row in range(2)] == ["17", "–"]
    assert page.next_button.text() == "Import 3 changes"


def test_changes_are_filtered_and_searched_and_errors_copied(qtbot, page, roster):
    _check(qtbot, page, roster)
    page.review.difference_filters.filters["change"].choose("updated")
    assert page.review.differences.record_model.rowCount() == 1
    page.review.difference_filters.filters["change"].choose("")
    page.review.differences.set_search("0244000002")
    assert page.review.differences.record_model.rowCount() == 1
    page.review.tabs.choose("errors")
    with qtbot.waitSignal(page.review.errors.copied, timeout=2000):
        page.review.copy_button.click()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "Line\tFile\tWhat is wrong"
    assert copied[1].startswith("17\tstudents.csv\tLine 17 of students.csv: “ama@”")


def test_a_question_must_be_answered_before_the_import(qtbot, page, server, roster):
    server.run = dry_run(asks=[ASK])
    _check(qtbot, page, roster)
    assert not page.next_button.isEnabled()
    assert page.why.words.text() == "Answer the question above first"
    page.next()
    assert not _asked(server, "POST", "/apply")
    page.review._questions["deactivates_people"].setChecked(True)
    assert page.next_button.isEnabled()
    page.next()
    qtbot.waitUntil(lambda: page.step == CHOOSE)
    assert _asked(server, "POST", "/apply") == [{"token": "t1", "confirmed": ["deactivates_people"]}]


def test_nothing_to_change_is_nothing_to_import(qtbot, page, server, roster):
    server.run = dry_run(created=0, updated=0, deactivated=0, differences=[], errors=[], error_count=0)
    _check(qtbot, page, roster)
    assert page.why.words.text() == "There is nothing to import"
    assert not page.next_button.isEnabled()


def test_back_goes_step_by_step(qtbot, page, roster):
    _check(qtbot, page, roster)
    assert page.back()
    assert page.step == MAPPING
    assert page.back()
    assert page.step == CHOOSE
    assert not page.back()


# ------------------------------------------------------------------------------------------------- import, journal


def test_an_import_is_one_entry_that_is_taken_back(qtbot, page, server, roster):
    _check(qtbot, page, roster)
    page.next()
    qtbot.waitUntil(lambda: page.step == CHOOSE and "e1" in page.journal.buttons)
    assert _toast(page) == "Imported: 1 new, 1 changed, 1 deactivated"
    toasts_of(page).toasts[-1].action_button.click()
    qtbot.waitUntil(lambda: not page.journal.buttons and not page.progress.isVisible())
    assert _asked(server, "POST", "/journal/e1/undo") == [{}]
    assert _toast(page) == "The import is taken back. 1 rows were changed since and stay as they are"


def test_earlier_imports_are_listed_and_only_finished_ones_undone(qtbot, opened, server):
    states = [("e5", {}), ("e4", {"state": "running", "done": 40}), ("e3", {"state": "undone"}),
              ("e2", {"state": "partly_undone"}), ("e1", {"action": "undo", "undoes": "e3"})]  # fmt: skip
    server.entries = [entry(id=name, **fields) for name, fields in states]
    page = opened()
    qtbot.waitUntil(lambda: bool(page.journal.buttons))
    assert set(page.journal.buttons) == {"e5"}
    page.journal.buttons["e5"].click()
    qtbot.waitUntil(lambda: bool(_asked(server, "POST", "/journal/e5/undo")))
    qtbot.waitUntil(lambda: not page.progress.isVisible())


def test_a_stale_dry_run_goes_back_to_the_mapping(qtbot, page, server, roster):
    _check(qtbot, page, roster)
    said = "The dry run that you saw isn't the latest one. Look at the differences again."
    server.failing["/apply"] = (409, {"error": said, "code": "stale", "details": {}})
    page.next()
    qtbot.waitUntil(lambda: page.step == MAPPING)
    assert _toast(page) == said


def test_an_unreadable_file_says_so_and_stays_on_the_first_step(qtbot, page, server, roster):
    said = "students.csv is no zip. Choose the file again."
    server.failing[""] = (422, {"error": said, "code": "roster_zip_damaged", "details": {}})
    page.take(roster)
    qtbot.waitUntil(lambda: not page.progress.isVisible())
    assert page.step == CHOOSE
    assert _toast(page) == said


def test_without_a_server_the_page_says_what_it_needs(opened):
    page = opened(client=False)
    assert not page.drop.button.isEnabled()
    assert page.drop.why.text().startswith("Importing needs the server.")
    assert "on the server" in page.journal.words.text()
    page.take(Path("nothing.csv"))
    assert page.step == CHOOSE


def test_a_network_that_goes_away_leaves_the_page_usable(qtbot, page, server, roster):
    _take(qtbot, page, roster)
    server.offline = True
    page.next()
    qtbot.waitUntil(lambda: not page.progress.isVisible())
    assert page.step == MAPPING
    assert toasts_of(page).toasts[-1].tone == "bad"
    assert page.next_button.isEnabled()
    server.offline = False
    page.next()
    qtbot.waitUntil(lambda: page.step == REVIEW)


def test_nothing_else_is_started_while_work_runs_and_sending_can_be_stopped(qtbot, page, server, tmp_path):
    big = tmp_path / "big.csv"
    big.write_bytes(b"a;b\n" * 200_000)
    server.held = threading.Event()
    page.take(big)
    assert page.progress.isVisible()
    assert page.progress.stop_button.isVisible()
    assert not page.steps.isEnabled()
    assert not page.back()
    page._stop()
    server.held.set()
    qtbot.waitUntil(lambda: not page.progress.isVisible())
    assert page.step in {CHOOSE, MAPPING}


# ----------------------------------------------------------------------------------------------- without the screen


def test_a_stopped_upload_ends_at_the_next_piece(server, tmp_path):
    big = tmp_path / "big.csv"
    big.write_bytes(b"a;b\n" * 200_000)
    cancel = Cancel()
    imports = RosterImports(server.client(), lambda: "key")
    with pytest.raises(CampusError) as stopped:
        imports.upload(big, lambda done, _total: cancel() if done > 100_000 else None, cancel)
    assert stopped.value.code == "cancelled"


@pytest.mark.parametrize(("content", "code"), [(None, "file_unreadable"), (b"", "file_empty")])
def test_files_that_cannot_be_sent(tmp_path, content, code):
    path = tmp_path / "roster.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CampusError) as refused:
        file_size(path)
    assert refused.value.code == code
    assert "roster.csv" in refused.value.message


def test_a_file_beyond_the_limit_is_refused_before_it_is_sent(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(60_000_001)
    with pytest.raises(CampusError) as refused:
        file_size(path)
    assert refused.value.code == "file_too_large"


def test_a_name_cannot_break_out_of_the_form(server, tmp_path):
    path = tmp_path / 'a"; filename="b.csv'
    path.write_bytes(b"x")
    RosterImports(server.client(), lambda: "key").upload(path)
    assert b'filename="a_; filename=_b.csv"' in server.asked[0][2][1]


def test_an_answer_that_is_none_is_an_error_in_words(server, tmp_path):
    server.run = {"rows": "many"}
    with pytest.raises(CampusError):
        RosterImports(server.client(), lambda: "key").dry_run("u1", Choices())


def test_only_what_was_chosen_is_sent():
    assert Choices().body() == {"options": {}}
    assert Choices(mapping={"A": None}, separator=";", deactivate_missing=False).body() == {
        "mapping": {"A": None}, "separator": ";", "options": {"deactivate_missing": False},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "change", "words"),
    [
        ({"phone": (None, "024"), "email": (None, None)}, "created", "Phone: 024"),
        ({"phone": ("024", None)}, "updated", "Phone: 024 → –"),
        ({"roles": (["student"], ["student", "instructor"])}, "updated", "Roles: student → student, instructor"),
        ({"state": ("active", "inactive")}, "deactivated", "State: Active → Inactive"),
    ],
)
def test_differences_in_words(fields, change, words):
    assert fields_words(fields, change) == words
    assert kind_word("academic_term") == "Term"
