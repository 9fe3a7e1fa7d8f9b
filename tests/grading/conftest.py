"""The plain look for pages of marking."""

import pytest

from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme


@pytest.fixture
def plain_look(qapp):
    """The light theme at 100 %; work in the background is over when a test ends."""
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    yield
    wait_for_background()
