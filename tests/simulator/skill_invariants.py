"""What must hold of skills, observations and portfolios after every run."""

import orjson

from server.core.database import Db
from server.grading.skill_kinds import ITEM_KIND, OBSERVATION_KIND
from tests.simulator.invariants import require


def skills_are_true(db: Db) -> None:
    """Each accepted observation is there as it was made, the first signature stays, and nothing shows too soon."""
    rows = db.rows(f"SELECT {OBSERVATION_KIND.selected()} FROM skill_observation t")
    seen = {row[0]: OBSERVATION_KIND.body_of(row) for row in rows}
    asked = "SELECT target_id, verdict, detail FROM command_log WHERE type = 'RecordSkillObservation'"
    logged = list(db.rows(asked))
    require(seen.keys() <= {row[0] for row in logged}, "An observation was made up")
    for target_id, verdict, detail in logged:
        if verdict == "applied" and detail:
            payload, kept = orjson.loads(detail)["payload"], seen.get(target_id)
            same = kept is not None and (kept["judged"], kept["note"]) == (payload["judged"], payload["note"])
            require(same, "An observation was lost or changed:", target_id)
    for one in seen.values():
        require((one["signature"] is None) == (one["signed_at"] is None), "A signature without its time:", one["id"])
    _only_what_is_out_is_shown(db)


def _only_what_is_out_is_shown(db: Db) -> None:
    released = {(row[0], row[1]) for row in db.rows("SELECT assignment_id, enrolment_id FROM mark"
                                                    " WHERE released_at IS NOT NULL")}  # fmt: skip
    for row in db.rows(f"SELECT {ITEM_KIND.selected()} FROM portfolio_item t"):
        item = ITEM_KIND.body_of(row)
        require((item["assignment_id"], item["enrolment_id"]) in released, "Work is shown too soon:", item["id"])
