"""What published grades tell of students, for a term's roll-over."""

from collections.abc import Sequence

import orjson

from server.core.database import Db
from server.core.sql import SetSql

_RESULTS = SetSql(
    "SELECT g.enrolment_id, g.result FROM {ids} i {by} course_grade g"
    " ON g.organisation_id = :organisation_id AND g.cohort_id = i.id"
)


def results(db: Db, organisation_id: str, cohort_ids: Sequence[str]) -> dict[str, str]:
    """Return the published percentages of cohorts by enrolment id, such as `81.5`."""
    packed = orjson.dumps(sorted(cohort_ids)).decode()
    return {row[0]: str(row[1]) for row in db.rows(_RESULTS, organisation_id=organisation_id, ids=packed)}
