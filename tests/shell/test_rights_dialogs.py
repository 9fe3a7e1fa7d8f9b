"""A dialog whose person loses the right for it while it is open, or while it waits to be opened again."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label


class Charging(Dialog):
    """Needs what a registrar has; one field and the button that saves."""

    needs = ("finance.charge",)

    def __init__(self, window):
        super().__init__(window, "Add charge")
        self.saved = []
        self.field = QLineEdit()
        self.add(self.field)
        self.cancel = self.add_cancel()
        self.save = self.add_button(primary("Save", on_click=lambda: self.saved.append("button")))
        self.save.setToolTip("Save (Ctrl S)")
        self.on_key("Ctrl+S", lambda: self.saved.append("key"))


def test_the_button_of_a_dialog_that_may_no_longer_save_is_greyed_and_says_why(window, told, qtbot):
    window.open_page("people.person", "someone")
    dialog = Charging(window)
    dialog.open_dialog()
    qtbot.keyClicks(dialog.field, "half a word")
    had = window.desk.actor.permissions
    told(permissions=had - {"finance.charge"}, wait=False)
    lets = "Charge students and reverse charges"
    why = f'You may no longer save this. Your roles don\'t include "{lets}". Ask an administrator.'
    assert (dialog.barred, dialog.save.toolTip()) == (why, why)
    assert [one.text() for one in dialog.findChildren(Label) if one.isVisible() and one.text() == why] == [why]
    dialog.save.setEnabled(True)  # as its form does while one types
    dialog.save.click()
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.saved
    assert not dialog.save.isEnabled()
    assert dialog.field.text() == "half a word"
    assert dialog.cancel.isEnabled()
    assert not window.toasts.toasts, "no message lies over what the dialog says"
    told(permissions=had, wait=False)
    assert (dialog.barred, dialog.save.toolTip()) == ("", "Save (Ctrl S)")
    dialog.save.click()
    assert dialog.saved == ["button"]


def test_a_dialog_that_is_kept_to_be_opened_again_follows_too(window, told, qtbot):
    window.open_page("people.person", "someone")
    dialog = Charging(window)
    had = window.desk.actor.permissions
    told(permissions=had - {"finance.charge"})
    assert dialog.open_dialog()
    assert dialog.barred
    dialog.reject()
    told(permissions=had)
    dialog.open_dialog()
    assert not dialog.barred
