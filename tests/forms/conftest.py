"""The sample institute for forms: its server once for a worker, desks of their own for each file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from desktop.shell.embedded_server import EmbeddedServer
from tests.forms.sample import Sample


@pytest.fixture(scope="session")
def sample_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The sample's server, running."""
    made = EmbeddedServer(tmp_path_factory.mktemp("forms"))
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def sample(qapp: Any, sample_server: EmbeddedServer) -> Iterator[Sample]:
    """The sample with whoever a test asks for; what is saved at their desks is taken back."""
    made = Sample(sample_server)
    try:
        yield made
    finally:
        made.close()
