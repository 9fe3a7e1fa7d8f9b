"""Loads the system's cameras and sounds at their first use."""

from __future__ import annotations

import importlib
from typing import Any

from PySide6.QtCore import QLoggingCategory


def load_multimedia() -> Any:
    """Return QtMultimedia, or None on a system that lacks what it stands on."""
    # Libraries for screen capture and video cards are tried and mostly absent; nothing here needs them.
    QLoggingCategory.setFilterRules("qt.multimedia.symbolsresolver=false")
    try:
        return importlib.import_module("PySide6.QtMultimedia")
    except ImportError:
        return None
