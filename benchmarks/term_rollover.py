"""How long rolling a term with 1,000 students over takes, and taking it back: `python -m benchmarks.term_rollover`."""

import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from server.core.batch import Origin
from server.people import organisations
from tests.learning.test_rollover import School
from tests.serving import TestServer, server_settings

COHORTS, STUDENTS = 25, 40


def filled(school: School) -> list[dict[str, Any]]:
    """Put cohorts of students and classes in; returns the choices that take everybody along."""
    server, actor = school.server, organisations.system_actor(school.server.organisation_id, school.server.new_id())
    choices = []
    for at in range(COHORTS):
        cohort = school.cohort(f"C{at}", f"Class {at}")
        people = [server.new_id() for _ in range(STUDENTS)]
        asks = [("AddPerson", one, {"given_name": "N", "roles": ["student"], "number": one[-12:]}) for one in people]
        asks += [("EnrolPerson", server.new_id(), {"cohort_id": cohort, "person_id": one}) for one in people]
        commands = [server.command(*ask).model_copy(update={"device_seq": n}) for n, ask in enumerate(asks, 1)]
        server.context.door.accept(actor, Origin(""), commands)
        times = {"minutes": 90, "time_zone": "Africa/Accra", "rule": "FREQ=WEEKLY;BYDAY=MO,WE", "until": "2026-12-15"}
        school.do("PlanSessionSeries", {**times, "cohort_id": cohort, "starts_at_local": "2026-09-07T18:00"})
        choices.append({"cohort_id": cohort, "students": "continue"})
    return choices


def main() -> None:
    """Measure on SQLite and print the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        server = TestServer(server_settings(Path(folder)))
        school = School(server)
        choices = filled(school)
        moments = [time.perf_counter()]
        plan = school.preview(*choices)
        moments.append(time.perf_counter())
        told = school.ask("POST", "term-rollovers", {**school.wanted(*choices), "token": plan["token"]}).data
        moments.append(time.perf_counter())
        school.ask("POST", f"term-rollovers/{told['id']}/undo")
        moments.append(time.perf_counter())
        server.close()
    seconds = [f"{after - before:.2f} s" for before, after in pairwise(moments)]
    sys.stdout.write(f"{told['counts']}\npreview {seconds[0]}, carried out {seconds[1]}, taken back {seconds[2]}\n")


if __name__ == "__main__":
    main()
