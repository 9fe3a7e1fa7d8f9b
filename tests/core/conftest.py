"""Whoever brings files in, and the trial that lets tests see what becomes of them."""

import pytest

from tests.core.uploads import Caller, with_trial


@pytest.fixture
def trial(monkeypatch):
    """What `with_trial` gives, until the test ends."""
    return with_trial(monkeypatch)


@pytest.fixture
def ama(trial, server):
    """A student who brings files in, on both databases."""
    return Caller.of(server, "ama", roles=("student",))
