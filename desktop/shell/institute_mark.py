"""The institute as the shell shows it: its name, short where there is little room, and its logo."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from PySide6.QtGui import QImage

from desktop.core.desk import Desk
from shared.people.vocabulary import ORGANISATION


def institute_of(desk: Desk) -> Mapping[str, Any]:
    """Return the institute's row, empty until it came."""
    known = ORGANISATION in desk.store.area.kinds
    return (desk.store.get(ORGANISATION, desk.actor.organisation_id) if known else None) or {}


def short_name(institute: Mapping[str, Any]) -> str:
    """Return what the institute is called where there is little room; empty until it is known."""
    return str(institute.get("short_name") or institute.get("name") or "")


def logo_bytes(institute: Mapping[str, Any]) -> bytes | None:
    """Return the PNG of the logo, None where there is none."""
    try:
        return base64.b64decode(str(institute.get("logo") or ""), validate=True) or None
    except binascii.Error:
        return None


def logo_image(institute: Mapping[str, Any]) -> QImage | None:
    """Return the logo, None where there is none or it can't be read."""
    content = logo_bytes(institute)
    image = QImage.fromData(content) if content else QImage()
    return None if image.isNull() else image
