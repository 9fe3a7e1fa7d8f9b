"""The photo on a person's page: chosen, dropped, pasted, moved, removed, taken back, offline throughout."""

import base64
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.people.crop_dialog import CropView
from desktop.people.person_page import PersonPage
from desktop.people.photo_actions import give_numbers, numbering_rule, set_numbering, set_photo
from desktop.shell.photos import PhotoBook, photo_of
from shared.core.errors import CampusError
from shared.people.numbering import DEFAULT_RULE, numbering_id
from shared.people.photos import photo_id
from shared.people.vocabulary import NUMBERING_RULE, PERSON, PERSON_PHOTO
from tests.desks import ORGANISATION
from tests.people.desks import ADMINISTRATOR, INSTRUCTOR, person, person_id
from tests.people.pictures import encoded, image, kept_photo


def _photo_row(name: str, photo: str | None) -> tuple[str, dict[str, Any]]:
    return PERSON_PHOTO, {"id": photo_id(person_id(name)), "person_id": person_id(name), "jpeg_base64": photo}


@pytest.fixture
def page(desks: Any, qtbot: Any) -> Any:
    made = desks([person("ama"), person("kofi", "Kofi")])
    shown = PersonPage(made.desk, person_id("ama"))
    shown.desk = made
    shown.resize(1100, 700)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def _kept(page: Any) -> str | None:
    row = page.desk.store.get(PERSON_PHOTO, photo_id(person_id("ama"))) or {}
    return row.get("jpeg_base64")


def test_a_file_becomes_the_photo_and_undo_takes_it_back(page: Any, qtbot: Any, tmp_path: Any) -> None:
    path = tmp_path / "face.dat"
    path.write_bytes(encoded(image(900, 1200)))
    well = page.head.photo
    assert "No photo" in well.accessibleName()
    well.take_file(path)
    qtbot.waitUntil(lambda: well.dialog is not None and well.dialog.isVisible())
    QTest.keyClick(well.dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: _kept(page) is not None)
    assert well.accessibleName() == "Photo of Ama Mensah"
    assert photo_of(page.desk.store, person_id("ama")) is not None
    assert page.desk.store.pending().waiting == 1


def test_removing_and_taking_back(page: Any, desks: Any) -> None:
    desk = page.desk.desk
    body = page.desk.store.get(PERSON, person_id("ama"))
    one, two = kept_photo("#111111"), kept_photo("#eeeeee")
    set_photo(desk, body, one)
    done = set_photo(desk, body, two)
    assert done is not None
    assert set_photo(desk, body, two) is None
    desk.commit(done.undo)
    assert _kept(page) == one
    gone = set_photo(desk, body, None)
    assert gone is not None
    assert _kept(page) is None
    desk.commit(gone.undo)
    assert _kept(page) == one
    bases = [command.base for command in page.desk.store.next_request().commands]
    ids = [command.id for command in page.desk.store.next_request().commands]
    assert bases == [None, *ids[:-1]]


def test_a_file_that_lies_is_told_and_nothing_is_saved(page: Any, qtbot: Any, tmp_path: Any) -> None:
    told: list[CampusError] = []
    page.head.photo.refused.connect(told.append)
    path = tmp_path / "face.jpg"
    path.write_bytes(b"MZ this is a program")
    page.head.photo.take_file(path)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].code == "photo_unreadable"
    page.head.photo.take_file(tmp_path / "gone.jpg")
    qtbot.waitUntil(lambda: len(told) == 2)
    assert "gone.jpg" in told[1].message
    assert _kept(page) is None


def test_dropped_and_pasted_pictures_are_taken(page: Any, qtbot: Any, tmp_path: Any) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(encoded(image(300, 400), "PNG"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    well = page.head.photo
    well._take_mime(data)
    qtbot.waitUntil(lambda: well.dialog is not None and well.dialog.isVisible())
    well.dialog.reject()
    QGuiApplication.clipboard().setImage(image(300, 400))
    well.setFocus()
    QTest.keyClick(well, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: well.dialog is not None and well.dialog.isVisible())
    well.dialog.take()
    assert _kept(page) is not None
    assert [action.text() for action in well.menu().actions()][-1] == "Remove the photo"
    QGuiApplication.clipboard().clear()


def test_the_frame_moves_and_grows_by_keys_and_mouse_and_stays_within(qtbot: Any) -> None:
    view = CropView(image(800, 600))
    qtbot.addWidget(view)
    view.show()
    start = view.part
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.part.x() > start.x()
    for _ in range(40):
        QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.part.x() == 0
    QTest.keyClicks(view, "+++")
    small = view.part.width()
    assert small < start.width()
    assert abs(view.part.width() / view.part.height() - 0.8) < 0.03
    QTest.keyClicks(view, "-" * 20)
    assert view.part.size() == start.size()
    QTest.keyClicks(view, "+" * 60)
    assert view.part.width() >= 60
    at = view.frame().center().toPoint()
    before = view.part.topLeft()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(view, at + QPoint(20, 10))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(20, 10))
    assert view.part.topLeft() != before
    assert view.image.rect().contains(view.part)


def test_who_may_not_change_someone_changes_no_photo(desks: Any, qtbot: Any) -> None:
    made = desks([person("ama")], INSTRUCTOR)
    body = made.store.get(PERSON, person_id("ama"))
    with pytest.raises(CampusError, match="Ask the office"):
        set_photo(made.desk, body, kept_photo())
    shown = PersonPage(made.desk, person_id("ama"))
    qtbot.addWidget(shown)
    assert not shown.head.photo.isEnabled()


def test_what_is_no_photo_is_never_kept(desks: Any) -> None:
    made = desks([person("ama")])
    body = made.store.get(PERSON, person_id("ama"))
    with pytest.raises(CampusError) as told:
        set_photo(made.desk, body, base64.b64encode(encoded(image(10, 10))).decode())
    assert told.value.code == "photo_invalid"


def test_circles_are_kept_until_a_photo_changes(desks: Any, qtbot: Any) -> None:
    made = desks([person("ama"), _photo_row("ama", kept_photo("#b0261f")), _photo_row("kofi", "torn!")])
    book = PhotoBook(made.store, QGuiApplication.instance())
    circle = book.circle(person_id("ama"), 40, 2.0)
    assert circle is not None
    assert (circle.width(), circle.devicePixelRatio()) == (80, 2.0)
    assert book.circle(person_id("ama"), 40, 2.0) is circle
    assert book.circle(person_id("kofi"), 40, 2.0) is None
    assert book.circle(person_id("nobody"), 40, 2.0) is None
    with qtbot.waitSignal(book.changed):
        made.feed.bring([_photo_row("ama", None)])
    assert book.circle(person_id("ama"), 40, 2.0) is None
    assert photo_of(made.store, person_id("ama")) is None


def test_numbers_are_asked_of_the_server(desks: Any) -> None:
    rows = [person("ama"), person("kofi", "Kofi", number="S-1")]
    made = desks(rows, ADMINISTRATOR)
    with pytest.raises(CampusError) as told:
        give_numbers(made.desk, [person_id("ama")])
    assert told.value.code == "no_numbering"
    assert set_numbering(made.desk, {"digits": 3}) is not None
    revision = made.store.next_request().commands[0].id
    whole = {**DEFAULT_RULE, "digits": 3, "id": numbering_id(ORGANISATION), "revision": revision}
    assert numbering_rule(made.desk) == whole
    done = set_numbering(made.desk, {"digits": 5})
    assert done is not None
    made.desk.commit(done.undo)
    assert (numbering_rule(made.desk) or {})["digits"] == 3
    with pytest.raises(CampusError, match="1 to 8"):
        set_numbering(made.desk, {"digits": 12})
    assert set_numbering(made.desk, {"digits": 3}) is None
    asked = give_numbers(made.desk, [person_id("ama"), person_id("kofi")])
    assert asked is not None
    last = made.store.next_request().commands[-1]
    assert (last.type, last.target_id, last.more_targets) == ("GiveNumbers", person_id("ama"), ())
    assert give_numbers(made.desk, [person_id("kofi")]) is None


def test_only_administrators_set_the_rule(desks: Any) -> None:
    made = desks([(NUMBERING_RULE, {**DEFAULT_RULE, "id": numbering_id(ORGANISATION)})])
    with pytest.raises(CampusError, match="administrator"):
        set_numbering(made.desk, {"digits": 3})
    other = desks([person("ama")], INSTRUCTOR)
    with pytest.raises(CampusError, match="Ask the office"):
        give_numbers(other.desk, [person_id("ama")])
