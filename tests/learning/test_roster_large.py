"""A roster of 200,000 rows is read row by row: memory stays bounded and one bad row costs one row."""

import subprocess
import sys

import pytest

from tests.learning.roster_samples import OFFICE_HEADER, csv_text, office_rows, students

ROWS = 200_000
MEMORY_MIB = 300
READ = """
import re, sys
from pathlib import Path
from server.learning.roster.reading import open_roster

with open_roster(Path(sys.argv[1])) as roster:
    count = sum(1 for _ in roster.people())
status = Path("/proc/self/status")
if status.exists():  # what getrusage says of a child includes its parent before exec
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) // 1024
elif sys.platform == "win32":
    import psutil
    peak = psutil.Process().memory_info().peak_wset // 2**20
else:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20
print(count, roster.findings.error_count, peak)
"""


@pytest.mark.slow
def test_two_hundred_thousand_rows_stay_small_in_memory(tmp_path):
    rows = office_rows(students(ROWS))
    rows[150_000][3] = "no phone"
    path = tmp_path / "list.csv"
    path.write_text(csv_text(OFFICE_HEADER, rows), encoding="utf-8")
    result = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    count, errors, peak = map(int, result.stdout.split())
    assert (count, errors) == (ROWS - 1, 1)
    assert peak < MEMORY_MIB
