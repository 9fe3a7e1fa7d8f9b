"""Series of classes planned and changed at simulated devices of the office."""

import random
from datetime import timedelta

from desktop.core.outbox import Ask
from tests.simulator.device import Device
from tests.simulator.timeline import START


def plan_series(device: Device, chance: random.Random) -> list[Ask]:
    """A few classes by a rule, in days to come; something may clash."""
    cohorts = sorted(device.store.page("cohort", limit=-1), key=lambda row: row["id"])
    if not cohorts:
        return []
    first = (START + timedelta(days=chance.randrange(1, 9))).date()
    payload = {
        "cohort_id": chance.choice(cohorts)["id"],
        "rule": chance.choice(("FREQ=WEEKLY;COUNT=3", "FREQ=DAILY;COUNT=2", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4")),
        "starts_at_local": f"{first.isoformat()}T{chance.randrange(7, 17):02}:00",
        "minutes": chance.choice((60, 90)),
        "time_zone": "Africa/Accra",
        "room": chance.choice(("", "Room 1", "Room 2")),
        "title": f"Series {chance.randrange(9)}",
        "despite_clash": chance.random() < 0.3,
    }
    return [Ask("PlanSessionSeries", device.new_id(), payload)]


def edit_series(device: Device, chance: random.Random) -> list[Ask]:
    """Another room for a series, or its end."""
    rows = sorted(device.store.page("session_series", limit=-1), key=lambda row: row["id"])
    if not rows:
        return []
    row = chance.choice(rows)
    if chance.random() < 0.3:
        wanted = {"state": "active" if row["state"] == "cancelled" else "cancelled"}
    else:
        wanted = {"room": chance.choice(("Room 1", "Room 2", "Room 3"))}
    changes = {name: {"old": row[name], "new": value} for name, value in wanted.items()}
    from_day = str(row["starts_at_local"])[:10]
    payload = {"changes": changes, "from_day": from_day, "despite_clash": chance.random() < 0.3}
    return [Ask("EditSessionSeries", row["id"], payload, row["revision"])]
