"""The roles page, its dialog and table, and the card on a person's page, on a real store."""

import pytest

from desktop.people import role_actions, role_store
from desktop.people.actions import add_person, set_state, take_back
from desktop.people.area import area, may_see_roles
from desktop.people.person_page import PersonPage
from desktop.people.roles_page import RolesPage
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from shared.people.role_commands import new_role
from shared.people.role_rules import role_id
from shared.people.vocabulary import BUILT_IN_ROLES, ORGANISATION, PERSON, ROLE, PersonState, Role
from tests.desks import ORGANISATION as HOME
from tests.people.desks import ADMINISTRATOR, INSTRUCTOR, REGISTRAR, person, person_id


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


def role(key, own=(), inherits=(), **more):
    made = {**new_role(key, role_id(HOME, key)), "own": list(own), "permissions": list(own), "inherits": list(inherits)}
    return ROLE, {**made, "name": key.replace("_", " ").capitalize(), **more}


def built_in(key, **more):
    words = sorted(map(str, BUILT_IN_ROLES[Role(key)]))
    return role(key, words, **{"built_in": True, **more})


@pytest.fixture
def opened(qtbot, desks):
    """`opened(rows, actor)` shows the page."""

    def open_page(rows=(), actor=ADMINISTRATOR):
        made = desks(rows, actor)
        page = RolesPage(made.desk)
        qtbot.addWidget(page)
        page.resize(1232, 844)
        page.show()
        return made, page

    return open_page


def dialog_of(page):
    return Dialog.opened_in(page.window())


LAB = role("lab_technician", ["kit.manage"], ["attendance_officer"])


# ------------------------------------------------------------------------------------------------------------- list


def test_the_list_has_every_role_with_who_holds_it(opened):
    people = [person("a", roles=["lab_technician"]), person("b", roles=["lab_technician", "student"]), person("c")]
    _made, page = opened([LAB, built_in("instructor", name="Trainer"), *people])
    lines = {line.body["key"]: line for line in role_store.role_lines(page._desk)}
    assert next(iter(lines)) == "student"
    assert list(lines)[-1] == "lab_technician"
    assert (lines["instructor"].name, lines["registrar"].name) == ("Trainer", "Registrar")
    assert (lines["lab_technician"].people, lines["lab_technician"].over) == (2, ("Attendance officer",))
    assert page.table.record_model.rowCount() == len(Role) + 1
    page.table.go_to("lab_technician")
    assert page.holders_button.isEnabled()
    page.holders_button.click()
    assert _made.opened.pages[-1] == ("people.list", None, {"role": "lab_technician"})
    page.table.go_to("cashier")
    assert not page.holders_button.isEnabled()
    assert page.holders_button.toolTip() == "Nobody holds this role."


def test_the_institutes_words_name_a_role_that_has_no_name_of_its_own(opened):
    organisation = (
        ORGANISATION,
        {"id": HOME, "name": "KM", "role_words": {"instructor": "Tutor", "cashier": "Bursar"}},
    )
    _made, page = opened([organisation, built_in("cashier", name="Cash desk")])
    names = role_store.role_names(page._desk.store, HOME)
    assert (names["instructor"], names["cashier"], names["auditor"]) == ("Tutor", "Cash desk", "Auditor")
    assert role_store.named_roles(page._desk, ["instructor", "gone_role"]) == "Tutor, Gone role"
    assert role_store.named_roles(page._desk, None) == ""


def test_a_removed_role_is_shown_nowhere(opened):
    _made, page = opened([LAB, role("old", retired=True)])
    assert "old" not in role_store.role_rows(page._desk.store, HOME)
    assert page.table.record_model.rowCount() == len(Role) + 1


# ------------------------------------------------------------------------------------------------------------ table


def test_the_table_says_what_comes_by_way_of_which_role(opened):
    _made, page = opened([LAB])
    lines = {str(one.line.word): one for one in role_store.permission_lines(page._desk)}
    assert lines["kit.manage"].roles["lab_technician"] == "own"
    assert lines["kit.lend"].roles["lab_technician"] == "attendance_officer"
    assert lines["audit.read"].roles["lab_technician"] == ""
    assert lines["audit.read"].roles["auditor"] == "own"
    assert lines["kit.manage"].area == "Timetable"
    columns = {column.key: column for column in page.permissions.record_model.columns}
    assert set(columns) == {"area", "lets", *Role, "lab_technician"}
    cells = [columns["lab_technician"].cell_of(lines[word]).text for word in ("kit.manage", "kit.lend", "audit.read")]
    assert cells == ["Yes", "By Attendance officer", ""]


def test_the_table_gets_a_column_with_a_new_role(opened, qtbot):
    made, page = opened()
    page.tabs.choose("permissions")
    assert page.permissions.isVisible()
    role_actions.save_role(made.desk, None, {"name": "Lab", "own": ["kit.lend"], "inherits": []})
    qtbot.waitUntil(lambda: "lab" in {column.key for column in page.permissions.record_model.columns})
    assert page.permissions.record_model.rowCount() == len(role_store.permission_lines(made.desk))


# ----------------------------------------------------------------------------------------------------------- dialog


def test_a_role_is_made_in_the_dialog_and_taken_back(opened):
    made, page = opened()
    page.new_button.click()
    dialog = dialog_of(page)
    dialog.name.setText("Lab technician")
    dialog.over["attendance_officer"].click()
    lent = dialog.words["kit.lend"]
    assert lent.isChecked()
    assert not lent.isEnabled(), "it comes with the role taken over"
    assert lent.text().endswith("(by way of Attendance officer)")
    assert lent.toolTip() == "It comes with Attendance officer."
    dialog.words["kit.manage"].click()
    dialog.factor.click()
    dialog.save_button.click()
    row = made.store.get(ROLE, role_id(HOME, "lab_technician"))
    assert (row["name"], row["own"], row["inherits"]) == ("Lab technician", ["kit.manage"], ["attendance_officer"])
    assert row["needs_factor"] is True
    assert [toast.words for toast in toasts_of(page).toasts] == ["Role Lab technician made"]
    toasts_of(page).toasts[-1].action_button.click()
    assert made.store.get(ROLE, role_id(HOME, "lab_technician"))["retired"] is True
    sent = made.store.next_request().commands
    assert [one.type for one in sent] == ["SaveRole", "RemoveRole"]


def test_what_was_inherited_and_is_let_go_is_as_it_was(opened):
    made, page = opened([role("lab", ["kit.lend"], ["attendance_officer"])])
    page.edit("lab")
    dialog = dialog_of(page)
    assert dialog.words["registers.take_any"].isChecked()
    dialog.over["attendance_officer"].click()
    assert not dialog.words["registers.take_any"].isChecked()
    assert dialog.words["kit.lend"].isChecked(), "that one is the role's own"
    assert dialog.words["kit.lend"].isEnabled()
    dialog.save()
    assert made.store.get(ROLE, role_id(HOME, "lab"))["inherits"] == []
    assert made.store.get(ROLE, role_id(HOME, "lab"))["own"] == ["kit.lend"]


def test_a_dialog_in_which_nothing_changes_saves_nothing(opened):
    made, page = opened([LAB])
    page.edit("lab_technician")
    dialog_of(page).save_button.click()
    assert made.store.next_request().commands == ()


def test_what_cannot_be_saved_is_said_in_the_dialog(opened):
    _made, page = opened([LAB])
    page.new()
    dialog = dialog_of(page)
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.name.setText("lab TECHNICIAN")
    dialog.save()
    assert dialog.isVisible()
    with pytest.raises(CampusError, match="called lab TECHNICIAN already"):
        role_actions.save_role(page._desk, None, dialog.wanted())


def test_of_a_built_in_role_the_name_and_the_factor_change(opened):
    made, page = opened([built_in("instructor")])
    page.edit("instructor")
    dialog = dialog_of(page)
    assert not any(check.isEnabled() for check in dialog.words.values())
    assert not dialog.remove_button.isEnabled()
    assert dialog.remove_button.toolTip() == "A built-in role stays. Give it another name instead."
    dialog.name.setText("Trainer")
    dialog.save()
    assert role_store.role_names(made.store, HOME)["instructor"] == "Trainer"
    changes = made.store.next_request().commands[0].payload["changes"]
    assert set(changes) == {"name"}


def test_nobody_gives_out_of_reach(opened):
    limited = ADMINISTRATOR.model_copy(update={"permissions": frozenset({"roles.edit", "kit.lend"})})
    _made, page = opened([LAB, role("small", ["kit.lend"])], limited)
    page.new()
    dialog = dialog_of(page)
    assert dialog.words["kit.lend"].isEnabled()
    assert not dialog.words["audit.read"].isEnabled()
    assert "Read the log of all changes" in dialog.words["audit.read"].toolTip()
    assert not dialog.words["platform.organisations"].isEnabled()
    assert not dialog.over["registrar"].isEnabled()
    assert dialog.over["small"].isEnabled()
    assert "platform_administrator" not in dialog.over
    wanted = {"name": "Sly", "own": ["audit.read"], "inherits": [], "needs_factor": False}
    with pytest.raises(CampusError, match="may not do yourself"):
        role_actions.save_role(page._desk, None, wanted)
    row = role_store.role_rows(page._desk.store, HOME)["lab_technician"]
    assert "isn't yours" in role_actions.why_not_removed(page._desk, row, 0)


def test_a_role_is_removed_only_when_nobody_needs_it(opened):
    made, page = opened([LAB, role("head", [], ["lab_technician"]), person("a", roles=["head"])])
    rows = role_store.role_rows(made.store, HOME)
    assert "Head takes this role over" in role_actions.why_not_removed(made.desk, rows["lab_technician"], 0)
    assert "Someone holds this role" in role_actions.why_not_removed(made.desk, rows["head"], 1)
    with pytest.raises(CampusError):
        role_actions.remove_role(made.desk, rows["head"], 1)
    done = role_actions.remove_role(made.desk, rows["head"], 0)
    page.edit("lab_technician")
    dialog_of(page).remove_button.click()
    assert set(role_store.role_rows(made.store, HOME)) == set(Role)
    take_back(made.desk, done)
    assert role_store.role_rows(made.store, HOME)["head"]["inherits"] == ["lab_technician"]


def test_who_may_not_make_roles_reads_why(opened):
    helper = ADMINISTRATOR.model_copy(update={"permissions": frozenset({"roles.assign", "people.see"})})
    made, page = opened([LAB], helper)
    assert not page.new_button.isEnabled()
    assert page.new_button.toolTip() == 'Your roles don\'t include "Make and edit roles". Ask an administrator.'
    page.new()
    page.edit("lab_technician")
    assert dialog_of(page) is None
    with pytest.raises(CampusError, match="Make and edit roles"):
        role_actions.save_role(made.desk, None, {"name": "X"})
    assert "Make and edit roles" in role_actions.why_not_removed(
        made.desk, role_store.role_rows(made.store, HOME)["lab_technician"], 0
    )


def test_the_page_is_for_those_who_make_or_give_roles():
    assert [may_see_roles(one) for one in (ADMINISTRATOR, REGISTRAR, INSTRUCTOR)] == [True, False, False]
    made = area()
    assert made.guards["people.roles"](ADMINISTRATOR)
    assert "people.roles" in made.pages


# -------------------------------------------------------------------------------------------------- a person's card


def test_a_person_gets_a_role_of_the_institutes_own(qtbot, desks):
    made = desks([person("ama"), LAB, role("old", retired=True)], ADMINISTRATOR)
    page = PersonPage(made.desk, person_id("ama"))
    qtbot.addWidget(page)
    page.show()
    assert "old" not in page.roles.checks
    assert page.roles.checks["lab_technician"].text() == "Lab technician"
    page.roles.checks["lab_technician"].click()
    assert made.store.get(PERSON, person_id("ama"))["roles"] == ["student", "lab_technician"]
    assert "Lab technician" in page.head.facts.text()
    made.feed.bring([role("new_one", ["kit.lend"]), role("lab_technician", retired=True)])
    page.refresh()
    assert "new_one" in page.roles.checks
    assert "lab_technician" not in page.roles.checks


def test_roles_out_of_reach_are_disabled_with_the_reason(qtbot, desks):
    helper = ADMINISTRATOR.model_copy(
        update={"permissions": frozenset({"roles.assign", "people.edit", "people.see", "kit.manage"})}
    )
    made = desks([person("ama"), role("lab", ["kit.manage"]), person("boss", roles=["administrator"])], helper)
    page = PersonPage(made.desk, person_id("ama"))
    qtbot.addWidget(page)
    page.show()
    assert page.roles.checks["lab"].isEnabled()
    assert not page.roles.checks["registrar"].isEnabled()
    assert page.roles.checks["registrar"].toolTip() == "You give only roles whose permissions you hold yourself."
    with pytest.raises(CampusError):
        set_state(made.desk, [person_id("boss")], PersonState.SUSPENDED)
    with pytest.raises(CampusError):
        add_person(made.desk, {"given_name": "Sly"}, ["registrar"])
    assert add_person(made.desk, {"given_name": "Abena"}, ["lab"]).id
    boss = PersonPage(made.desk, person_id("boss"))
    qtbot.addWidget(boss)
    boss.show()
    assert boss.roles.checks["lab"].toolTip() == "Only someone who holds all of this person's roles changes them."
