"""A student's portfolio: own work with a published mark, chosen, ordered and told of; staff look at it."""

import pytest

from desktop.grading.portfolio_page import PortfolioPage, portfolio_sheet
from desktop.grading.portfolio_store import could_show, move_item, read_portfolio, remove_item, save_item
from desktop.people.actions import take_back
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.grading.book_rows import class_rows, hand_in, work_id
from tests.grading.skill_screen import INSTRUCTOR, open_skills, person_id, shown_work

WHO = "Elif Demir"
ELIF = make_actor(person_id(WHO), WHO, Role.STUDENT)


@pytest.fixture
def opened(tmp_path, qtbot, plain_look):
    desks = []

    def show(actor=ELIF, rows=None, person=None):
        here = open_skills(tmp_path / str(len(desks)), actor, [*class_rows(), *(rows or shown_work(WHO))])
        desks.append(here)
        page = PortfolioPage(here.desk, person)
        page.here = here
        qtbot.addWidget(page)
        page.resize(1158, 712)
        page.show()
        return page

    yield show
    wait_for_background()
    for one in desks:
        one.close()


def titles(page):
    return [one.title for one in page.rows]


def sent(page):
    return page.here.store.next_request().commands


def test_work_is_chosen_told_of_and_taken_out(opened):
    page = opened()
    assert titles(page) == ["Portraits", "Interview"]
    assert [one.title for one in page.choices] == ["Sound essay"], "the mark of the last one isn't out"
    page.new()
    dialog = Dialog.opened_in(page)
    dialog.caption.setPlainText("x" * 2001)
    dialog.save()
    assert "At most 2,000 letters" in dialog.caption_field.error
    dialog.caption.setPlainText(" Only birds. ")
    dialog.save()
    assert titles(page) == ["Portraits", "Interview", "Sound essay"]
    assert page.rows[2].caption == "Only birds."
    assert not page.add_button.isEnabled()
    page.change(page.rows[0])
    dialog = Dialog.opened_in(page)
    dialog.caption.setPlainText("Light from a window.")
    dialog.save()
    assert page.rows[0].caption == "Light from a window."
    page.remove(page.rows[1])
    assert titles(page) == ["Portraits", "Sound essay"]
    assert {one.type for one in sent(page)} == {"SavePortfolioItem"}
    page.add_button.click()
    assert Dialog.opened_in(page)._choices.keys() == {one.id for one in could_show(page._desk)}


def test_each_step_is_taken_back(opened):
    page = opened()
    desk = page._desk
    for do in (
        lambda: remove_item(desk, page.rows[0]),
        lambda: save_item(desk, could_show(desk)[0], "Birds"),
        lambda: save_item(desk, page.rows[1], "Another caption"),
    ):
        take_back(desk, do())
        page.refresh()
        assert [(one.title, one.caption) for one in read_portfolio(desk, ELIF.person_id)] == [
            ("Portraits", "Light from the window alone."),
            ("Interview", "My first cut with two cameras."),
        ]


def test_work_moves_up_and_down(opened):
    page = opened()
    page.move_work(page.rows[0].id, 1)
    assert titles(page) == ["Interview", "Portraits"]
    assert move_item(page._desk, ELIF.person_id, page.rows[0].id, -1) is None
    assert move_item(page._desk, ELIF.person_id, "nowhere", 1) is None
    take_back(page._desk, move_item(page._desk, ELIF.person_id, page.rows[1].id, -1))
    page.refresh()
    assert titles(page) == ["Interview", "Portraits"]


def test_what_was_taken_out_comes_back_with_its_revision(opened):
    page = opened()
    page.remove(page.rows[0])
    again = next(one for one in could_show(page._desk) if one.title == "Portraits")
    save_item(page._desk, again, "Again")
    first, second = sent(page)
    assert second.base == first.id
    assert titles_of(page) == ["Interview", "Portraits"]


def titles_of(page):
    return [one.title for one in read_portfolio(page._desk, ELIF.person_id)]


def test_staff_look_and_change_nothing(opened):
    page = opened(INSTRUCTOR, None, ELIF.person_id)
    assert page.head.title.text() == "Portfolio of Elif Demir"
    assert titles(page) == ["Portraits", "Interview"]
    assert not page.add_button.isVisibleTo(page)
    with pytest.raises(CampusError) as told:
        save_item(page._desk, page.rows[0], "Mine")
    assert told.value.code == "not_allowed"
    nothing = opened(INSTRUCTOR, None, person_id("Chen Wei"))
    assert nothing.empty.title.text() == "Nothing chosen yet"


def test_without_a_published_mark_nothing_can_be_shown(opened):
    page = opened(rows=[row for row in shown_work(WHO) if row[0] not in {"portfolio_item", "mark"}])
    assert page.empty.title.text() == "Your portfolio is empty"
    assert "once its mark is published" in page.empty.words.text()
    page.new()
    assert Dialog.opened_in(page) is None
    ready = opened(rows=[row for row in shown_work(WHO) if row[0] != "portfolio_item"])
    one = ready.choices[0]
    ready.here.feed.bring([("mark", {**_mark(ready, one), "released_at": None})])
    with pytest.raises(CampusError) as told:
        save_item(ready._desk, one, "")
    assert told.value.code == "not_released"


def _mark(page, one):
    from shared.grading.ids import mark_id

    key = mark_id(one.submission["assignment_id"], one.submission["enrolment_id"])
    return page.here.store.get("mark", key)


def test_of_several_attempts_the_one_that_counts_is_offered(opened):
    rows = [row for row in shown_work(WHO) if row[0] != "portfolio_item"]
    page = opened(rows=[*rows, hand_in("Portraits", WHO, "2026-11-14T09:00:00.000Z", 2)])
    offered = [one.submission["attempt"] for one in page.choices if one.title == "Portraits"]
    assert offered == [2]


def test_the_list_goes_on_paper_and_files_stay_files(opened, qtbot):
    page = opened()
    sheet = portfolio_sheet(page._desk, page.rows, WHO)
    assert sheet.name == "Portfolio Elif Demir"
    assert sheet.rows[0] == (
        *(1, "Portraits", "Diploma in Accounting 1B", "10 Nov 09:30", "portraits.pdf"),
        "Light from the window alone.",
    )
    page.print_page()
    qtbot.waitUntil(lambda: Dialog.opened_in(page) is not None, timeout=5000)


def test_work_opens_from_the_portfolio_and_news_appear(opened, qtbot):
    page = opened()
    page._open_work(page.rows[0])
    assert page.here.opened.pages == [("grading.work", work_id("Portraits"), {})]
    item = {**page.rows[0].item, "caption": "From another machine", "revision": page.here.desk.ids()}
    page.here.feed.bring([("portfolio_item", item)])
    qtbot.waitUntil(lambda: page.rows[0].caption == "From another machine", timeout=3000)
