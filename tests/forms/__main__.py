"""Runs every value in every field of every form and prints what came of it: `python -m tests.forms`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="beginnings of forms' names; all without any")
    parser.add_argument("--folder", type=Path, help="where a sample server is kept from run to run")
    parser.add_argument("--values", default="", help="names of values, with commas")
    parser.add_argument("--good", action="store_true", help="good values only")
    parser.add_argument("--few", action="store_true", help="as the tests do: one value in each field")
    parser.add_argument("--all", action="store_true", help="print each try")
    return parser.parse_args()


def main() -> int:
    """Return 1 where a fault was found."""
    options = asked()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # A page is opened more often here than a person may ask in a quarter of an hour.
    os.environ.setdefault("CAMPUSDESK_LIMITS", '[{"path": "/", "anonymous": 1000000, "person": 1000000}]')
    from desktop.app import make_application

    app = make_application()
    from desktop.shell.embedded_server import EmbeddedServer
    from desktop.shell.watch import Watch
    from tests.forms.catalogue import BOOK
    from tests.forms.sample import Sample
    from tests.forms.trying import tries_of

    folder = options.folder or Path(tempfile.mkdtemp(prefix="campusdesk-forms-"))
    server = EmbeddedServer(folder)
    sample = Sample(server)
    tries = []
    begun = time.monotonic()
    try:
        with Watch() as watch:
            for form in (one for forms in BOOK.values() for one in forms):
                if options.names and not form.name.startswith(tuple(options.names)):
                    continue
                for done in tries_of(options, form, sample, watch):
                    tries.append(done)
                    if done.faults or options.all or done.value == "good":
                        print(done, flush=True)
    finally:
        sample.close()
        server.stop()
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    app.quit()
    return told(tries, time.monotonic() - begun)


def told(tries: Sequence[Any], seconds: float) -> int:
    """Print the counts; 1 where there is a fault."""
    verdicts = Counter(done.verdict for done in tries)
    forms, fields = {done.form for done in tries}, {(done.form, done.field) for done in tries if done.field}
    faults = [done for done in tries if done.faults]
    print(
        f"{len(forms)} forms, {len(fields)} fields, {len(tries)} tries in {seconds:.0f} s:"
        f" {', '.join(f'{count} {name}' for name, count in verdicts.items())}; {len(faults)} faults"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
