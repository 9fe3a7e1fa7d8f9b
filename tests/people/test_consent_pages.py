"""Consents and breaches on screen: asked once after signing in, shown under My account, kept by the data officer."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.people.breach_dialogs import BreachLineDialog, NoteBreachDialog
from desktop.people.consent_dialog import ConsentCard, ConsentDialog
from desktop.people.consent_store import own_answers, to_ask
from desktop.people.consent_text_dialog import ConsentTextDialog
from desktop.people.consents_card import ConsentsCard
from desktop.people.data_protection_page import BreachDialog, DataProtectionPage
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.core.ids import derived_id
from shared.people.consent import CONSENT_TEXT
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.people.desks import ADMINISTRATOR, INSTRUCTOR
from tests.serving import running_server

MADE = {"made_at": "2026-11-20T08:00:00.000Z", "author_id": "a", "author_name": "Akua Boahen"}


def version(purpose, number=1, **more):
    words = {"title": f"{purpose} {number}", "body": "We may show photos of classes. " * 20}
    body = {
        "id": derived_id("text", purpose, str(number)),
        "purpose": purpose,
        "version": number,
        **words,
        **MADE,
        **more,
    }
    return CONSENT_TEXT, body


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def show(qtbot):
    def shown(widget, width=900, height=640):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        return widget

    return shown


def dialog(widget, kind):
    return next(one for one in widget.window().findChildren(kind) if one.isVisible())


@pytest.fixture
def carded(qtbot, show):
    """`carded(card)` shows a card within a page."""

    def shown(card):
        page = QWidget()
        QVBoxLayout(page).addWidget(card)
        pages.append(show(page))
        return card

    pages = []
    return shown


def test_one_is_asked_once_about_each_new_text(qtbot, desks, carded) -> None:
    made = desks([version("privacy"), version("photos", 1), version("photos", 2)], INSTRUCTOR)
    card = carded(ConsentCard(made.desk))
    qtbot.waitUntil(lambda: bool(card.window().findChildren(ConsentDialog)))
    asked = dialog(card, ConsentDialog)
    assert asked.heading.text() == "privacy 1"
    assert asked.refuse_button.isHidden(), "a notice is read, not agreed to"
    asked.agree()
    assert asked.heading.text() == "photos 2"
    asked.refuse()
    assert not asked.isVisible()
    qtbot.waitUntil(card.isHidden)
    assert [(one.purpose, one.told) for one in own_answers(made.desk)] == [
        ("privacy", "Read"),
        ("photos", "Not agreed"),
    ]
    assert to_ask(made.desk) == []


def test_who_decides_later_is_offered_it_on_today(qtbot, desks, carded) -> None:
    made = desks([version("photos")], INSTRUCTOR)
    card = carded(ConsentCard(made.desk))
    qtbot.waitUntil(lambda: bool(card.window().findChildren(ConsentDialog)))
    dialog(card, ConsentDialog).reject()
    assert card.words.text() == "1 text waits for your answer."
    assert [one["id"] for one in to_ask(made.desk)] == [derived_id("text", "photos", "1")]
    card.button.click()
    assert dialog(card, ConsentDialog).isVisible()


def test_nothing_is_asked_where_nothing_is_published(desks, carded) -> None:
    assert carded(ConsentCard(desks([], INSTRUCTOR).desk)).isHidden()


def test_what_was_agreed_to_is_withdrawn_under_my_account(desks, carded) -> None:
    made = desks([version("photos")], INSTRUCTOR)
    card = carded(ConsentsCard(made.desk))
    card.buttons["photos"].click()
    assert own_answers(made.desk)[0].told == "Agreed"
    card.buttons["photos"].click()
    assert own_answers(made.desk)[0].told == "Withdrawn"
    card.buttons["photos"].click()
    assert own_answers(made.desk)[0].told == "Agreed"


@pytest.fixture
def officer(desks, show, sqlite_server):
    """The page of a data officer at a running server."""
    esi = sqlite_server.add_person("esi")
    device = sqlite_server.device()
    tokens = sqlite_server.sign_in("esi", device).data
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        transport = HttpTransport(url)
        client = ApiClient(transport, sqlite_server.clock, lambda _seconds: True)
        client.use(Tokens.model_validate(tokens), device.id, DeviceKey())
        made = desks([version("photos")], make_actor(esi, "Esi", Role.ADMINISTRATOR))
        object.__setattr__(made.desk, "client", client)
        yield show(DataProtectionPage(made.desk), 1200, 760)
        # What the page still asks would open a connection anew.
        wait_for_background()
        transport.close()


def test_a_breach_is_entered_and_added_to(qtbot, officer) -> None:
    qtbot.waitUntil(officer.note_button.isVisible)
    officer.note()
    asked = dialog(officer, NoteBreachDialog)
    asked.save()
    assert asked.problem.text() == "Enter what the breach is called."
    asked.title_field.setText("Lost laptop")
    asked.what.setPlainText("Left in a taxi.")
    asked.people.set_value(41)
    asked.noticed.time.setText("25:00")
    asked.save()
    assert "the time" in asked.problem.text()
    asked.noticed.time.setText("8:00")
    asked.save()
    qtbot.waitUntil(lambda: len(officer.rows("breaches")) == 1)
    officer.open_breach(officer.rows("breaches")[0]["id"])
    dialog(officer, BreachDialog)._add_line()
    line = dialog(officer, BreachLineDialog)
    line.step.choose("told_authority")
    line.words.setPlainText("By their form")
    line.moment.time.setText("08:10")
    line.save()
    qtbot.waitUntil(lambda: bool(officer.rows("breaches")[0]["lines"]))
    assert officer.rows("breaches")[0]["told_at"]


def test_a_text_is_published_from_the_page(officer) -> None:
    officer.publish()
    asked = dialog(officer, ConsentTextDialog)
    asked.purpose.choose("photos")
    assert asked.title_field.text() == "photos 1", "the version before is what one begins with"
    asked.words.setPlainText(" ")
    asked.save()
    assert asked.problem.text() == "A text has a title and words. Enter both."
    asked.words.setPlainText("May we show photos of classes and of work?")
    asked.save()
    assert not asked.isVisible()
    assert len(officer.rows("texts")) == 2


def test_without_a_server_the_page_says_what_it_needs(qtbot, desks, show) -> None:
    page = show(DataProtectionPage(desks([], ADMINISTRATOR).desk))
    qtbot.waitUntil(page.parts.currentWidget().away.isVisible)
