"""The words of the second factor: what each way is called, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

ICONS = {
    "app": "tablet-smartphone",
    "mail": "mail",
    "sms": "message-square",
    "recovery": "file-text",
    "password": "lock",
}


def _tr(words: str) -> str:
    return QCoreApplication.translate("FactorWords", words)


def way_name(kind: str) -> str:
    """Return what a way is called."""
    names = {
        "app": _tr("Authenticator app"),
        "mail": _tr("Code by mail"),
        "sms": _tr("Code by SMS"),
        "recovery": _tr("Recovery code"),
        "password": _tr("Password"),
    }
    return names.get(kind, kind)


def way_choice(kind: str, to: str) -> str:
    """Return a way as a choice: with the address that codes go to."""
    return _tr("{way} to {address}").format(way=way_name(kind), address=to) if to else way_name(kind)


def what_to_do(kind: str, to: str = "") -> str:
    """Return what the person does for a way; `to` is where a code was sent."""
    told = {
        "app": _tr("Open the authenticator app on your phone and enter the six digits it shows for this institute."),
        "mail": _tr("Enter the six digits of the mail to {address}. They hold for ten minutes."),
        "sms": _tr("Enter the six digits of the SMS to {address}. They hold for ten minutes."),
        "recovery": _tr("Enter one of the recovery codes that you kept. It is used up by this."),
        "password": _tr("Enter the password that you sign in with."),
    }
    return told[kind].format(address=to) if to else told[kind]


def field_name(kind: str) -> str:
    """Return the label of the field for a way."""
    if kind == "password":
        return _tr("Password")
    return _tr("Recovery code") if kind == "recovery" else _tr("Code")


def not_whole(kind: str) -> str:
    """Return what is said of a field that holds no whole code."""
    if kind == "password":
        return _tr("Enter your password.")
    return _tr("A recovery code has ten letters and digits.") if kind == "recovery" else _tr("A code has six digits.")
