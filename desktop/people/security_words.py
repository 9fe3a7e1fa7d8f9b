"""The security log in words: what happened, and what is known of it."""

from collections.abc import Mapping
from typing import Any

from desktop.people.words import role_word, state_word
from shared.core.text import text
from shared.people.security import EndReason, SecurityKind

Body = Mapping[str, Any]
_BAD = {SecurityKind.SUSPICIOUS, SecurityKind.LOCKED_OUT, SecurityKind.DEVICE_LOST}
_WARN = {SecurityKind.SIGN_IN_FAILED, SecurityKind.ACCESS_DENIED, SecurityKind.EXPORTED, SecurityKind.ROLES_CHANGED}


def kind_words() -> dict[str, str]:
    """Return what each kind is called."""
    kind = SecurityKind
    return {
        kind.SIGNED_IN: text("Signed in"),
        kind.SIGN_IN_FAILED: text("Wrong password"),
        kind.LOCKED_OUT: text("Locked out"),
        kind.UNLOCKED: text("Unlocked"),
        kind.SIGNED_OUT: text("Signed out"),
        kind.SIGN_IN_ENDED: text("Sign-in ended"),
        kind.SUSPICIOUS: text("Suspicious use"),
        kind.ACCESS_DENIED: text("Access denied"),
        kind.PASSWORD_CHANGED: text("Password changed"),
        kind.PASSWORD_RESET: text("Password given"),
        kind.FACTOR_CHANGED: text("Second factor changed"),
        kind.ROLES_CHANGED: text("Roles changed"),
        kind.STATE_CHANGED: text("State changed"),
        kind.EXPORTED: text("Data exported"),
        kind.DEVICE_LOST: text("Computer marked as lost"),
        kind.DEVICE_FOUND: text("Lost computer found"),
        kind.DEVICE_WIPED: text("Lost computer wiped"),
        kind.WORK_DELIVERED: text("Work delivered"),
    }


def kind_tone(kind: str) -> str:
    """Return the state tone of a kind."""
    return "bad" if kind in _BAD else "warn" if kind in _WARN else "neu"


def end_words(reason: str) -> str:
    """Return why a sign-in ended."""
    why = EndReason
    return {
        why.REPLACED: text("signed in again on the same computer"),
        why.PASSWORD_CHANGED: text("the password was changed"),
        why.FACTOR_CHANGED: text("the second factor was changed"),
        why.SUSPENDED: text("the person was suspended"),
        why.MERGED: text("the entry was merged into another"),
        why.TOKEN_REUSED: text("used from two places"),
        why.TOKEN_EXPIRED: text("not used for too long"),
        why.DEVICE_LOST: text("the computer was marked as lost"),
        why.TOO_MANY: text("signed in on too many computers"),
        why.TOO_LONG: text("lasted as long as any may"),
        why.BY_OWNER: text("ended by its owner"),
        why.BY_OFFICE: text("ended by the office"),
        why.MOVED_TOO_FAST: text("used in two countries within a short time"),
        why.MANY_ADDRESSES: text("used from many addresses within a short time"),
    }.get(EndReason(reason) if reason in set(EndReason) else EndReason.SIGNED_OUT, "")


def what_words(event: Body, names: Mapping[str, str] | None = None) -> str:
    """Return what is known of a line beside who, when and where; `names` are what the institute calls its roles."""
    details: Mapping[str, Any] = event["details"]
    kind = event["kind"]
    if kind == SecurityKind.SIGNED_IN:
        parts = [str(details.get("device") or "")]
        parts += [text("new device")] if details.get("new_device") else []
        parts += [text("new country")] if details.get("new_country") else []
        return ", ".join(part for part in parts if part)
    if "from" in details and "to" in details:
        before, after = (_access_words(str(details[end] or ""), names or {}) for end in ("from", "to"))
        return text("{before} to {after}", before=before, after=after)
    if kind == SecurityKind.ACCESS_DENIED:
        return str(details.get("request") or "")
    if kind == SecurityKind.EXPORTED:
        return text("{what}, {n} rows", what=details.get("what") or "", n=details.get("rows") or 0)
    if kind in {SecurityKind.DEVICE_LOST, SecurityKind.DEVICE_FOUND, SecurityKind.DEVICE_WIPED}:
        return ", ".join(str(details[name]) for name in ("device", "reason") if details.get(name))
    if kind in {SecurityKind.SIGN_IN_FAILED, SecurityKind.LOCKED_OUT}:
        return text("try {n}", n=details.get("tries") or 1)
    return end_words(str(details.get("reason") or ""))


def _access_words(value: str, names: Mapping[str, str]) -> str:
    """Return a state, or roles by their keys, as a person reads them."""
    said = [names.get(one) or role_word(state_word(one)) for one in value.split(", ") if one]
    return ", ".join(said) or text("none")
