"""Signs in without a network and takes a roll, one line for each mark that is on disk, until it is killed."""

import json
import sys
from pathlib import Path

from desktop.attendance.actions import RollCall
from desktop.core.settings import Server
from shared.attendance.vocabulary import AttendanceState
from tests.walks.office import computer


def main(folder: str, server: str, name: str, session_id: str, most: str) -> None:
    """Mark so many of those without a mark present, and wait to be killed; the password comes in on standard input."""
    place = computer(Path(folder), "Laptop 3").sign_in(
        Server.model_validate_json(server), name, sys.stdin.readline().rstrip("\n")
    )
    roll = RollCall(place.desk, session_id)
    told = {"online": place.signed_in.online, "marked": len(roll.roll.rows) - len(roll.roll.unmarked)}
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()
    for row in roll.roll.unmarked[: int(most)]:
        roll.mark(row.id, AttendanceState.PRESENT)
        sys.stdout.write(f"{row.id}\n")
        sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
