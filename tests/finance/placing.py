"""A server process of its own that places money on students, once it is told to go."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from server.app import build_context
from server.core.batch import Origin
from server.core.settings import load_settings
from server.people.organisations import system_actor
from shared.core.clock import ManualClock, instant_text, parse_instant
from shared.core.command import Command
from tests.serving import TestServer


def started(server: TestServer, person_id: str, commands: Sequence[Command]) -> "subprocess.Popen[str]":
    """Start it with what it is to do as a person; it waits for a line."""
    settings = server.settings
    given = {
        "CAMPUSDESK_DATA_DIR": str(settings.data_dir),
        "CAMPUSDESK_DATABASE_URL": settings.database.render_as_string(hide_password=False),
    }
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.finance.placing",
            server.organisation_id,
            person_id,
            instant_text(server.clock.now()),
        ],
        env={**os.environ, **given},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([one.model_dump(mode="json") for one in commands]) + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "ready\n"
    return process


def main() -> None:
    """Read the commands, wait for a line, and carry them out, one transaction each."""
    actor = system_actor(sys.argv[1], sys.argv[2], "Efua")
    commands = [Command.model_validate(one) for one in json.loads(sys.stdin.readline())]
    context = build_context(load_settings(), ManualClock(parse_instant(sys.argv[3])))
    print("ready", flush=True)
    sys.stdin.readline()
    for command in commands:
        (outcome,) = context.door.accept(actor, Origin(""), [command]).outcomes
        assert outcome.verdict == "applied", outcome
    context.close()


if __name__ == "__main__":
    main()
