"""The forms of coming in: a forgotten password, an invitation, a registration with its code, waiting for a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal

from desktop.shell.entry_form import WIDE, EntryForm
from desktop.shell.strength_view import StrengthView
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.combo import Combo
from desktop.widgets.text_field import PasswordField, TextField
from shared.people.entry_rules import entry_errors
from shared.people.typed_codes import LONGEST


class ForgottenForm(EntryForm):
    """Asks for whom a code is to be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.title.setText(self.tr("Forgot your password?"))
        self.words.setText(self.tr("A code goes to the mail address or phone that the institute has of you. Whether the"
                                   " name is known isn't told here."))  # fmt: skip
        self.button.setText(self.tr("Send the code"))
        self.add_text("name", self.tr("Username, mail address or number"), TextField(icon="user", sized="sign-in"))
        self.have = Button(self.tr("I have a code"), kind=Kind.LINK)
        self.add_below(self.have)

    def faults(self) -> dict[str, str]:
        """A name is needed."""
        return {} if self.values()["name"] else {"name": self.tr("Enter your username, email or number.")}


class ResetForm(EntryForm):
    """Takes the code and the new password."""

    def __init__(self) -> None:
        super().__init__()
        self.title.setText(self.tr("Choose a new password"))
        self.words.setText(self.tr("The code counts once, for 30 minutes. Everyone who is signed in with your name is"
                                   " signed out. What you did on this computer stays."))  # fmt: skip
        self.button.setText(self.tr("Save password"))
        self.add_text("name", self.tr("Username, mail address or number"), TextField(icon="user", sized="sign-in"))
        self.add_text("code", self.tr("Code"), hint=self.tr("As it stands in the letter; dashes don't matter."))
        self.add_text("new", self.tr("New password"), PasswordField(sized="sign-in"))
        self.strength = StrengthView(self.line("new"), lambda: [self.line("name").text()])
        self.grid.addWidget(self.strength, self.grid.rowCount(), 0, 1, 2)

    def faults(self) -> dict[str, str]:
        """All three are needed."""
        held = self.values()
        words = {
            "name": self.tr("Enter your username, email or number."),
            "code": self.tr("Enter the code."),
            "new": self.tr("Enter a new password."),
        }
        return {name: sentence for name, sentence in words.items() if not held[name]}


class InvitationForm(EntryForm):
    """Takes the code of an invitation; once it is known, the username and the password wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.add_text("code", self.tr("Code"), hint=self.tr("It came by mail and is good for seven days."))
        self.add_text("username", self.tr("Username"), TextField(icon="user", sized="sign-in"),
                      hint=self.tr("Small letters, digits and dots, like ama.mensah."))  # fmt: skip
        self.add_text("new", self.tr("Password"), PasswordField(sized="sign-in"))
        self.strength = StrengthView(self.line("new"), lambda: [self.line("username").text()])
        self.grid.addWidget(self.strength, self.grid.rowCount(), 0, 1, 2)
        self.show_invited(None)

    def show_invited(self, invited: Mapping[str, Any] | None) -> None:
        """Ask for the code, or welcome whom it invites."""
        self.invited = invited
        for part in (self.fields["username"], self.fields["new"], self.strength):
            part.setVisible(invited is not None)
        self.line("code").setEnabled(invited is None)
        self.button.set_busy(False)
        if invited is None:
            self.title.setText(self.tr("You were invited"))
            self.words.setText(self.tr("Enter the code of your invitation."))
            self.button.setText(self.tr("Go on"))
            return
        name = f"{invited['given_name']} {invited['family_name']}"
        self.title.setText(self.tr("Welcome, {name}").format(name=name))
        self.words.setText(self.tr("Choose the name and the password with which you sign in from now on."))
        self.button.setText(self.tr("Come in"))
        self.line("username").setText(_suggested(invited))
        self.line("new").setFocus(Qt.FocusReason.OtherFocusReason)

    def faults(self) -> dict[str, str]:
        """The code first, then a username that can be one, and a password."""
        held = self.values()
        if self.invited is None:
            return {} if held["code"] else {"code": self.tr("Enter the code.")}
        faults = entry_errors({"username": held["username"]})
        return faults if held["new"] else {**faults, "new": self.tr("Enter a password.")}


class RegisterForm(EntryForm):
    """Everything that a student registers with; ``check_name`` and ``check_code`` ask about what was typed."""

    check_name = Signal(str)
    check_code = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=WIDE)
        self.title.setText(self.tr("Register as a student"))
        self.words.setText(self.tr("A code goes to your mail address, to prove that it is yours."))
        self.button.setText(self.tr("Register"))
        self.add_text("given_name", self.tr("First name"), TextField(sized="sign-in"), place=(0, 0))
        self.add_text("family_name", self.tr("Family name"), TextField(sized="sign-in"), place=(0, 1))
        self.add_text("email", self.tr("Mail address"), TextField(sized="sign-in"), place=(1, 0))
        self.add_text("username", self.tr("Username"), TextField(sized="sign-in"), place=(1, 1))
        self.add_text("password", self.tr("Password"), PasswordField(sized="sign-in"), place=(2, 0))
        names = ("given_name", "family_name", "email", "username")
        self.strength = StrengthView(self.line("password"), lambda: [self.line(name).text() for name in names])
        self.grid.addWidget(self.strength, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        self.study_time = Combo([
            ("", self.tr("No matter when")), ("morning", self.tr("Morning")), ("afternoon", self.tr("Afternoon")),
            ("evening", self.tr("Evening")), ("night", self.tr("Night")),
        ])  # fmt: skip
        self.experience = Combo([
            ("", self.tr("Not said")), ("beginner", self.tr("Beginner")), ("intermediate", self.tr("Intermediate")),
            ("advanced", self.tr("Advanced")),
        ])  # fmt: skip
        self.add_text("study_time", self.tr("When you like to study"), self.study_time, place=(3, 0))
        self.add_text("experience", self.tr("Experience"), self.experience, place=(3, 1))
        commas, sent = self.tr("Separated by commas."), self.tr("Code of whoever sent you")
        self.add_text("interests", self.tr("Interests"), optional=True, hint=commas, place=(4, 0))
        self.add_text("code", sent, TextField(sized="sign-in"), optional=True, place=(4, 1))
        self.line("code").setMaxLength(LONGEST)
        self.line("username").editingFinished.connect(self._ask_name)
        self.line("code").editingFinished.connect(self._ask_code)

    def _ask_name(self) -> None:
        username = self.line("username").text().strip()
        if username and not entry_errors({"username": username}):
            self.check_name.emit(username)

    def show_name(self, username: str, *, free: bool) -> None:
        """Say whether the username that was asked for may be had, where it is still the one in the field."""
        if self.line("username").text().strip() == username:
            field = self.fields["username"]
            field.set_error("" if free else self.tr("This username is taken. Choose another."))
            field.set_hint(self.tr("{name} is free.").format(name=username) if free else "")

    def _ask_code(self) -> None:
        code = self.line("code").text().strip()
        self.show_code(code, "")
        if code:
            self.check_code.emit(code)

    def show_code(self, code: str, sentence: str) -> None:
        """Say why a code isn't known, where it is still the one in the field; it stops nobody."""
        if self.line("code").text().strip() == code:
            self.fields["code"].set_error(sentence)

    def values(self) -> dict[str, Any]:
        """Return what is sent; interests as a list."""
        held = super().values()
        interests = [part.strip() for part in held.pop("interests").split(",")]
        chosen = {"study_time": self.study_time.chosen or None, "experience": self.experience.chosen or None}
        return {**held, **chosen, "interests": [part for part in interests if part]}

    def faults(self) -> dict[str, str]:
        """Check what both sides check alike."""
        held = self.values()
        password = held.pop("password")
        held.pop("experience")
        held.pop("code")
        return {**entry_errors(held), **({} if password else {"password": self.tr("Enter a password.")})}


class FoundForm(EntryForm):
    """An institute with its first administrator, where the server lets institutes register."""

    def __init__(self) -> None:
        super().__init__(width=WIDE)
        self.title.setText(self.tr("Register an institute"))
        self.words.setText(self.tr("You become its administrator once your mail address is confirmed."))
        self.button.setText(self.tr("Register"))
        self.add_text("institute", self.tr("Name of the institute"), TextField(sized="sign-in"), place=(0, 0))
        self.add_text("slug", self.tr("Short name"), TextField(sized="sign-in"), place=(0, 1))
        self.add_text("given_name", self.tr("Your first name"), TextField(sized="sign-in"), place=(1, 0))
        self.add_text("family_name", self.tr("Your family name"), TextField(sized="sign-in"), place=(1, 1))
        self.add_text("email", self.tr("Mail address"), TextField(sized="sign-in"), place=(2, 0))
        self.add_text("username", self.tr("Username"), TextField(sized="sign-in"), place=(2, 1))
        self.add_text("password", self.tr("Password"), PasswordField(sized="sign-in"), place=(3, 0))
        names = ("institute", "slug", "given_name", "family_name", "email", "username")
        self.strength = StrengthView(self.line("password"), lambda: [self.line(name).text() for name in names])
        self.grid.addWidget(self.strength, 3, 1, Qt.AlignmentFlag.AlignVCenter)

    def faults(self) -> dict[str, str]:
        """Check what both sides check alike."""
        held = self.values()
        password = held.pop("password")
        return {**entry_errors(held), **({} if password else {"password": self.tr("Enter a password.")})}


class VerifyForm(EntryForm):
    """Takes the code that proves a mail address; ``again`` wants another one."""

    again = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title.setText(self.tr("Confirm your mail address"))
        self.button.setText(self.tr("Confirm"))
        self.add_text("code", self.tr("Code"), hint=self.tr("Eight letters and digits; dashes don't matter."))
        self.resend = Button(self.tr("Send another code"), kind=Kind.LINK, on_click=self.again.emit)
        self.add_below(self.resend)

    def show_address(self, email: str) -> None:
        """Say where the code went."""
        self.words.setText(self.tr("A code went to {email}. It is good for a day.").format(email=email))

    def faults(self) -> dict[str, str]:
        """The code is needed."""
        return {} if self.values()["code"] else {"code": self.tr("Enter the code.")}


class BrowserForm(EntryForm):
    """Shown while the system browser has the word."""

    def __init__(self) -> None:
        super().__init__()
        self.title.setText(self.tr("Go on in the browser"))
        self.button.hide()
        self.back.setText(self.tr("Cancel"))
        self.back.set_icon_name("x")

    def show_provider(self, name: str) -> None:
        """Say where to sign in."""
        self.words.setText(self.tr("Sign in with {name} in the window that opened. This window goes on by"
                                   " itself.").format(name=name))  # fmt: skip


def _suggested(invited: Mapping[str, Any]) -> str:
    local = str(invited.get("email") or "").partition("@")[0].lower()
    return "" if entry_errors({"username": local}) else local
