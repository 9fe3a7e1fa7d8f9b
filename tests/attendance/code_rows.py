"""Rows of class codes as the server sends them, and the code on show at a time."""

from shared.attendance.check_in import CLASS_CODE, CLASS_CODE_SEED
from shared.attendance.class_code import anchor_of, code_at, step_at
from shared.core.ids import derived_id

SEED = "5e" * 32


def code_rows(session_id, seed=SEED):
    """The anchor and the seed of a class's code."""
    base = {"id": derived_id(CLASS_CODE, session_id), "session_id": session_id}
    return [
        (CLASS_CODE, {**base, "anchor": anchor_of(session_id, seed)}),
        (CLASS_CODE_SEED, {**base, "seed": seed}),
    ]


def code_on_show(session, now, seed=SEED):
    """The code that a class's screen shows at `now`."""
    return code_at(session["id"], seed, step_at(session, now))
