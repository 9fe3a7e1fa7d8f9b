"""The words for what an import changes: fields with their new values, and the old ones before them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.people.words import field_word, state_word

_tr = partial(QCoreApplication.translate, "ImportReview")


def fields_words(fields: Mapping[str, tuple[Any, Any]], change: str) -> str:
    """Return the fields with their new values, and the old ones before them where a row changes."""
    parts = []
    for name, (old, new) in fields.items():
        if change == "created":
            if new not in (None, "", []):
                parts.append(_tr("{field}: {new}").format(field=field_word(name), new=_shown(new)))
        else:
            words = _tr("{field}: {old} → {new}")
            shown = _shown_state if name == "state" else _shown
            parts.append(words.format(field=field_word(name), old=shown(old), new=shown(new)))
    return "; ".join(parts)


def _shown_state(value: Any) -> str:
    return state_word(str(value)) if value else "–"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(str(value[part]) for part in ("name", "relation", "phone", "email") if value.get(part))
    if isinstance(value, list | tuple):
        return ", ".join(_shown(one) for one in value) or "–"
    return "–" if value in (None, "") else str(value)
