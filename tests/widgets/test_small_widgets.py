"""Badges, avatars, pills, segments, tabs, tiles, rows and the like: what they say and how they are worked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget

from desktop.widgets.avatar import Avatar, colour_index, initials_of, initials_pixmap
from desktop.widgets.badge import Badge, badge_width
from desktop.widgets.card import Card, SectionHead, Well
from desktop.widgets.check import Check, Radio
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.key_cap import KeyCap, KeyHint
from desktop.widgets.label import ElidedLabel, IconText, Label, in_reading_order
from desktop.widgets.layouts import FactGrid, FlowLayout, PageHead, ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.progress import Bar, Progress, Skeleton
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.spinner import Spinner
from desktop.widgets.sync_pill import SyncPill, SyncState
from desktop.widgets.tabs import Tabs
from desktop.widgets.theme import Scheme
from desktop.widgets.tiles import ChoiceTile, CounterTile
from tests.fixtures.windows import bring_forward


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Hana Novak", "HN"), ("Ama Serwaa Mensah", "AM"), ("Kofi", "K"), ("élodie dupont", "ÉD"), ("  ", "?")],
)
def test_initials_are_those_of_first_and_last_word(name, letters):
    assert initials_of(name) == letters


def test_a_persons_colour_never_changes_and_all_are_used(look):
    assert [colour_index(number) for number in ("S-004102", "S-004188", "S-000001")] == [1, 7, 3]
    assert {colour_index(f"S-{number:06d}") for number in range(200)} == set(range(8))


def test_a_photo_takes_the_place_of_the_initials(qtbot):
    avatar = Avatar("Hana Novak", "S-004102", 56)
    qtbot.addWidget(avatar)
    photo = QImage(80, 120, QImage.Format.Format_RGB32)
    photo.fill(QColor("#ff0000"))
    avatar.set_person("Hana Novak", "S-004102", photo)
    assert avatar.grab().toImage().pixelColor(28, 28).name() == "#ff0000"
    avatar.set_person("Hana Novak", "S-004102")
    assert avatar.grab().toImage().pixelColor(5, 28).name() != "#ff0000"


def test_cached_initials_follow_the_theme(look):
    light = initials_pixmap("Hana Novak", "S-004102", 26, 1.0)
    assert initials_pixmap("Hana Novak", "S-004102", 26, 1.0) is light
    look.apply(Scheme.DARK)
    assert initials_pixmap("Hana Novak", "S-004102", 26, 1.0) is not light


def test_a_badge_says_its_state_and_has_the_designs_heights(qtbot):
    for size, height in (("badge", 22), ("badge-table", 20), ("badge-list", 18)):
        badge = Badge("Late", "warn", "clock", size=size)
        qtbot.addWidget(badge)
        assert badge.sizeHint().height() == height
        assert badge.accessibleName() == "Late"
    badge.set_state("Present", "ok", "check")
    assert badge.accessibleName() == "Present"
    assert badge_width("Present", "check") > badge_width("Present")


def test_icon_and_words_change_their_tone_together(look, qtbot):
    both, own = IconText("circle-check", "Sent", "ok"), IconText("circle-check", "Sent", "ok", text_tone="muted")
    for one, tone in ((both, "warn"), (own, "muted")):
        qtbot.addWidget(one)
        one.set_state("circle-alert", "No backup yet", "warn")
        assert (one.sign.tone, one.words.property("tone"), one.words.text()) == ("warn", tone, "No backup yet")


def test_a_badge_gets_an_outline_with_high_contrast(look, qtbot):
    badge = Badge("Late", "warn")
    qtbot.addWidget(badge)
    badge.resize(badge.sizeHint())
    middle = badge.height() // 2
    assert badge.grab().toImage().pixelColor(0, middle) == look.colour("warn.fill")
    look.apply(high_contrast=True)
    assert badge.grab().toImage().pixelColor(0, middle) == look.colour("warn.text")


@pytest.mark.parametrize(
    ("state", "count", "words"),
    [
        (SyncState.UP_TO_DATE, 0, "Up to date"),
        (SyncState.SENDING, 12, "Sending 12 changes"),
        (SyncState.SENDING, 1, "Sending 1 change"),
        (SyncState.OFFLINE, 12, "Offline · 12 waiting"),
        (SyncState.OFFLINE, 0, "Offline"),
        (SyncState.DECISION, 2, "2 need a decision"),
        (SyncState.DECISION, 1, "1 needs a decision"),
    ],
)
def test_the_pill_says_what_is_true(qtbot, state, count, words):
    pill = SyncPill()
    qtbot.addWidget(pill)
    pill.set_state(state, count)
    assert pill.text() == words
    assert pill.state is state
    assert pill.sizeHint().height() == 28
    assert not pill.grab().isNull()


def test_the_pill_opens_by_keyboard(qtbot):
    pill = SyncPill()
    qtbot.addWidget(pill)
    with qtbot.waitSignal(pill.clicked, timeout=1000):
        qtbot.keyClick(pill, Qt.Key.Key_Space)


def _show_with_focus(qtbot, widget):
    qtbot.addWidget(widget)
    bring_forward(qtbot, widget)


def test_segments_move_by_arrow_and_tell(qtbot):
    control = Segmented([Segment("grid", "Photo grid", "layout-grid"), Segment("list", "List", "rows-3")], name="View")
    _show_with_focus(qtbot, control)
    assert control.chosen == "grid"
    control._buttons["grid"].setFocus()
    qtbot.waitUntil(control._buttons["grid"].hasFocus)
    with qtbot.waitSignal(control.chosen_changed, timeout=1000) as told:
        qtbot.keyClick(control._buttons["grid"], Qt.Key.Key_Right)
    assert told.args == ["list"]
    assert control.chosen == "list"
    control.choose("grid")
    assert control.chosen == "grid"
    with pytest.raises(KeyError):
        control.choose("month")
    control.set_text("list", "List 12")
    assert control.sizeHint().height() == 32


def test_tabs_move_by_arrow_and_go_round(qtbot):
    tabs = Tabs([("facts", "Facts"), ("history", "History")], name="Record")
    _show_with_focus(qtbot, tabs)
    told = []
    tabs.chosen_changed.connect(told.append)
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert told == ["history", "facts"]
    tabs.choose("history")
    assert tabs.chosen == "history"
    assert tabs.grab().toImage() != _with(tabs, lambda: tabs.choose("facts"))


def _with(widget, act):
    act()
    return widget.grab().toImage()


def test_choice_tiles_exclude_each_other(qtbot):
    box = QWidget()
    layout = QVBoxLayout(box)
    mine, theirs = ChoiceTile("0712 555 014", "You, today 11:20", box), ChoiceTile("0712 555 041", "", box)
    for tile in (mine, theirs):
        layout.addWidget(tile)
    _show_with_focus(qtbot, box)
    qtbot.mouseClick(mine, Qt.MouseButton.LeftButton)
    qtbot.keyClick(theirs, Qt.Key.Key_Space)
    assert not mine.isChecked()
    assert theirs.isChecked()
    assert mine.accessibleDescription() == "You, today 11:20"
    assert mine.sizeHint().height() == 50


def test_nothing_is_chosen_before_a_person_chooses(qtbot):
    tile = ChoiceTile("0712 555 014")
    qtbot.addWidget(tile)
    assert not tile.isChecked()


def test_a_counter_is_a_link_with_a_full_name(qtbot):
    tile = CounterTile("inbox", "info", 14, "applications to review", "6 have waited more than 3 days")
    qtbot.addWidget(tile)
    assert tile.accessibleName() == "14 applications to review. 6 have waited more than 3 days"
    with qtbot.waitSignal(tile.clicked, timeout=1000):
        qtbot.keyClick(tile, Qt.Key.Key_Space)
    tile.set_count(0, "applications to review")
    assert tile.accessibleName() == "0 applications to review."
    assert not tile.grab().isNull()


def _rows(*names):
    return [RowContent(name, name, "Contact · 2 fields", person=f"S-{place}") for place, name in enumerate(names)]


def test_a_row_list_is_worked_by_keyboard(qtbot):
    rows = RowList(selectable=True, name="To decide")
    rows.set_rows(_rows("Hana", "Joao", "Ama"))
    _show_with_focus(qtbot, rows)
    rows.rows[0].setFocus()
    qtbot.waitUntil(rows.rows[0].hasFocus)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert rows.rows[1].hasFocus()
    with qtbot.waitSignal(rows.pressed, timeout=1000) as told:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert told.args == ["Joao"]
    assert rows.chosen == "Joao"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_End)
    assert rows.rows[2].hasFocus()


def test_a_row_stays_chosen_when_the_list_is_read_anew(qtbot):
    rows = RowList(selectable=True)
    qtbot.addWidget(rows)
    rows.set_rows(_rows("Hana", "Joao"))
    rows.choose("Joao")
    rows.set_rows(_rows("Ama", "Joao", "Kofi"))
    assert rows.chosen == "Joao"
    rows.set_rows(_rows("Ama"))
    assert rows.chosen == ""
    assert [row.content.id for row in rows.rows] == ["Ama"]


def test_a_row_reads_as_one_sentence(qtbot):
    rows = RowList()
    qtbot.addWidget(rows)
    rows.set_rows([RowContent("1", "Receipt printed", "Ama Mensah", icon="printer", end="13:58")])
    rows.set_rows([RowContent("1", "Register", "Web 1B", icon="printer", badge=("Taken", "ok", "check"))])
    assert rows.rows[0].accessibleName() == "Register, Web 1B, Taken"
    assert not rows.grab().isNull()


def test_progress_says_numbers_and_stops_once(qtbot):
    progress = Progress("Importing marks")
    _show_with_focus(qtbot, progress)
    progress.set_progress(412, 1050, 20)
    assert progress.numbers.text() == "412 of 1,050 · about 20 s"
    assert progress.bar.value() == 412
    stops = []
    progress.stopped.connect(lambda: stops.append(1))
    qtbot.mouseClick(progress.stop_button, Qt.MouseButton.LeftButton)
    progress.stop_button.click()
    assert stops == [1]


def test_a_bar_of_nothing_is_an_empty_track(qtbot, look):
    bar = Bar()
    qtbot.addWidget(bar)
    bar.resize(100, 6)
    bar.setRange(0, 0)
    assert bar.grab().toImage().pixelColor(50, 3) == look.colour("track")
    bar.setRange(0, 10)
    bar.setValue(10)
    assert bar.grab().toImage().pixelColor(50, 3) == look.colour("solid")


def test_an_empty_state_has_one_action(qtbot):
    acts = []
    state = EmptyState(
        "inbox", "No applications", "They come with the next sync.", action="Add", on_action=lambda: acts.append(1)
    )
    _show_with_focus(qtbot, state)
    qtbot.mouseClick(state.button, Qt.MouseButton.LeftButton)
    assert acts == [1]
    state.set_words("Nothing found for “nov”")
    assert state.title.text() == "Nothing found for “nov”"
    assert not state.words.isVisible()


@pytest.mark.parametrize("make", [Check, Radio])
def test_marks_are_pressed_by_space_and_by_their_words(qtbot, make):
    mark = make("Print receipt")
    _show_with_focus(qtbot, mark)
    plain = mark.grab().toImage()
    qtbot.keyClick(mark, Qt.Key.Key_Space)
    assert mark.isChecked()
    assert mark.grab().toImage() != plain
    assert mark.sizeHint().height() >= 28
    if make is Check:
        qtbot.mouseClick(mark, Qt.MouseButton.LeftButton, pos=mark.rect().center())
        assert not mark.isChecked()


def test_a_long_text_is_shortened_and_stays_whole_in_the_tool_tip(qtbot):
    label = ElidedLabel("A very long name that does not fit anywhere")
    _show_with_focus(qtbot, label)
    label.resize(60, 20)
    label.grab()
    assert label.toolTip() == "A very long name that does not fit anywhere"
    label.resize(900, 20)
    label.grab()
    assert label.toolTip() == ""


def test_a_label_shows_markup_as_it_is_typed(qtbot):
    label = Label("<b>Kofi</b>")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_tool_tip_shows_markup_as_it_is_typed(qtbot, look, qapp):
    """Names, notes and comments of others stand in tool tips: what looks like a picture must never be fetched."""
    words = '<b>Kofi</b> <img src="//elsewhere.example/x.png">'
    label = Label("Kofi")
    qtbot.addWidget(label)
    label.setToolTip(words)
    label.show()
    QToolTip.showText(label.mapToGlobal(label.rect().center()), label.toolTip(), label)
    (tip,) = [one for one in qapp.topLevelWidgets() if one.inherits("QTipLabel") and one.isVisible()]
    assert (tip.text(), tip.textFormat()) == (words, Qt.TextFormat.PlainText)
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_a_label_changes_its_tone(qtbot, look):
    label = Label("Late", "body", "text")
    qtbot.addWidget(label)
    label.set_tone("warn")
    assert label.palette().color(label.foregroundRole()) == look.colour("warn")


def test_facts_are_set_and_changed(qtbot):
    box = QWidget()
    grid = FactGrid(2)
    box.setLayout(grid)
    qtbot.addWidget(box)
    grid.set_fact("Phone", "0733 555 210")
    grid.set_fact("Email", "")
    assert grid._labels["Email"].text() == "–"
    grid.set_fact("Email", "n.costa@mail.example")
    assert grid.count() == 2
    assert grid._labels["Email"].text() == "n.costa@mail.example"


def test_a_flow_wraps_where_the_width_ends(qtbot):
    box = QWidget()
    flow = FlowLayout(box)
    for number in range(6):
        flow.addWidget(Badge(f"Badge {number}"))
    _show_with_focus(qtbot, box)
    assert flow.heightForWidth(1000) == 22
    assert flow.heightForWidth(150) > 3 * 22
    assert flow.itemAt(9) is None
    assert flow.takeAt(0) is not None
    assert flow.count() == 5


def test_pages_are_put_together_from_parts(qtbot):
    head = PageHead("People", "1,204 in all")
    head.set_words("Students", "")
    column = ScrollColumn(most=560)
    card = Card("Details")
    card.add(Well("info", "Nothing is lost."))
    card.add(IconText("hard-drive", "Saved on this computer 08:36", "ok"))
    for part in (head, card, SectionHead("More"), KeyHint("P", "present"), Skeleton(), Spinner()):
        column.body.addWidget(part)
    qtbot.addWidget(column)
    column.resize(700, 500)
    column.show()
    assert head.title.text() == "Students"
    assert not head.subtitle.isVisible()
    assert column.widget().findChild(Card).width() <= 560
    assert KeyCap("Ctrl K").accessibleName() == "Ctrl K"
    assert not column.grab().isNull()


def test_a_sentence_in_a_row_is_shown_whole(qtbot):
    sentence = "Studio 2 is taken: Advanced Diploma in Accounting and Business Administration, Tue 8 Dec 2026."
    rows = RowList()
    qtbot.addWidget(rows)
    rows.set_rows([RowContent("1", sentence, icon="circle-alert", wraps=True), RowContent("2", sentence)])
    rows.resize(320, 400)
    with qtbot.waitExposed(rows):
        rows.show()
    whole, cut = rows.rows
    assert whole.height() > cut.height() == cut.sizeHint().height()
    assert whole.heightForWidth(2_000) == whole.sizeHint().height()
    assert not whole.grab().isNull()


def test_one_long_name_leaves_room_for_the_other_filters(qtbot):
    row = FilterRow("Search")
    qtbot.addWidget(row)
    period = row.add_filter("period", "Period", [("", "Autumn 2026")])
    cohort = row.add_filter("cohort", "Cohort", [("", "All"), ("x", "A cohort with a long name " * 4)])
    row.resize(900, 40)
    with qtbot.waitExposed(row):
        row.show()
    assert period.width() >= period.sizeHint().width()
    assert cohort.width() <= 260


def test_a_name_of_another_direction_doesnt_turn_the_line_round():
    name = "عبد الرحمن الفارسي"
    assert in_reading_order(f"{name} · S-0100") == f"\u200e{name} · S-0100"
    assert in_reading_order("Hana Novák · S-0101") == "Hana Novák · S-0101"
    assert in_reading_order("") == ""
