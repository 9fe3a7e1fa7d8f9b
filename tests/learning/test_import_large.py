"""A large roster against the database: time is printed, memory is bounded.

`LARGE_IMPORT_ROWS=200000` measures the whole size; every build imports a part of it.
"""

import os
import subprocess
import sys

import pytest

from server.core.settings import with_driver
from server.migrations.running import migrate
from tests.learning.roster_samples import OFFICE_HEADER, csv_text, office_rows, students

ROWS = int(os.environ.get("LARGE_IMPORT_ROWS", "10000"))
MEMORY_MIB = 500
IMPORT = """
import re, sys, time
from dataclasses import asdict
from pathlib import Path

from server.areas import AREAS
from server.assembly import assemble
from server.core.batch import Origin
from server.core.database import Database
from server.learning.imports.columns import mapping_of, options_of
from server.learning.imports.importer import Ask, By, Importer
from server.learning.roster.reading import inspect_roster
from server.people import organisations
from shared.core.clock import ManualClock

path, url = Path(sys.argv[1]), sys.argv[2]
database, clock = Database(url, pool_size=2), ManualClock()
parts = assemble(database, clock)
organisation_id = organisations.create(database, clock, parts.new_id, organisations.NewOrganisation("big", "Big"))
actor = organisations.system_actor(organisation_id, parts.new_id())
importer = Importer(database, parts.door, clock, parts.new_id)
mapping = mapping_of(inspect_roster(path), None, {})
ask, steps = Ask(path, path.name, mapping, options_of(mapping, None, other_doubles="make")), path.with_name("steps")


def bring(what):
    began, used = time.monotonic(), time.process_time()
    found = asdict(importer.dry_run(actor, ask, steps))
    planned = time.monotonic()
    entry = importer.apply(By(actor, Origin("")), path.name, steps, found, [])
    status = Path("/proc/self/status")
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) // 1024 if status.exists() else 0
    took = [round(one, 1) for one in (planned - began, time.monotonic() - planned, time.process_time() - used)]
    print(what, database.dialect, "dry run, apply, CPU in s:", *took, "peak MiB:", peak, file=sys.stderr)
    counts = entry["counts"]
    print(found["rows"], found["created"], found["unchanged"], found["error_count"], counts["left"], peak)


bring("first")
bring("again")
database.close()
"""


@pytest.mark.slow
def test_many_rows_come_in_and_come_again(database_url, tmp_path):
    migrate(with_driver(database_url.owner_url), with_driver(database_url.application_url))
    rows = office_rows(students(ROWS))
    rows[ROWS * 3 // 4][3] = "no phone"
    path = tmp_path / "list.csv"
    path.write_text(csv_text(OFFICE_HEADER, rows), encoding="utf-8")

    words = [sys.executable, "-c", IMPORT, str(path), database_url.application_url]
    result = subprocess.run(words, capture_output=True, text=True, check=False)

    print(result.stderr)
    assert result.returncode == 0, result.stderr
    first, again = (list(map(int, line.split())) for line in result.stdout.splitlines())
    assert first[:5] == [ROWS, ROWS - 1, 0, 1, 0]
    assert again[:5] == [ROWS, 0, ROWS - 1, 1, 0]
    assert max(first[5], again[5]) < MEMORY_MIB
