"""What every test stands on: no screen, no network, no noise, and real databases."""

import os
import tempfile
from pathlib import Path

import hypothesis

from tests.fixtures.memory import keep_in_memory, where

keep_in_memory()
# Before Qt is imported, which reads these once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_ACCESSIBILITY"] = "0"
# Nothing here may touch the keychain, the settings or the data of the person who runs the tests.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for _name in [
    name for name in os.environ if name.startswith("CAMPUSDESK_") and not name.startswith("CAMPUSDESK_TEST_")
]:
    del os.environ[_name]
for _name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
    os.environ[_name] = str(Path(tempfile.gettempdir()) / f"campusdesk-tests-{os.getpid()}" / _name.lower())

# Two busy cores make honest examples slow; the run as a whole has its own time limit.
hypothesis.settings.register_profile("campusdesk", deadline=None, print_blob=True)
hypothesis.settings.load_profile("campusdesk")

pytest_plugins = [
    "pytester",
    "tests.fixtures.databases",
    "tests.fixtures.institutes",
    "tests.fixtures.isolation",
    "tests.fixtures.noise",
    "tests.fixtures.order",
    "tests.fixtures.servers",
    "tests.fixtures.windows",
]


def pytest_sessionstart(session):
    if not hasattr(session.config, "workerinput"):
        print(f"\n{where()}", flush=True)
