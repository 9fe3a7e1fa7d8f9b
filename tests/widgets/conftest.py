"""Every widget test starts with the light theme at 100 %, whatever the test before it chose."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop.widgets.theme import Scheme, theme


@pytest.fixture(autouse=True)
def look(qapp):
    """The theme in force, put back to its plain state; widgets of earlier tests are gone by then."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    in_force = theme()
    in_force.apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    return in_force
