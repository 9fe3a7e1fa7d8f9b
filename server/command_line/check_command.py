"""`check`: looks through everything that must agree, and with `--mend` puts right what the rows themselves decide."""

import argparse
from collections.abc import Iterator
from typing import Any

from server.app import build_context
from server.areas import AREAS
from server.command_line.database_check import check_database
from server.command_line.terminal import say, say_json
from server.core import feeds
from server.core.agreement import Agreement, Disagreement, files_agree, head_agrees, log_agrees, rows_agree
from server.core.batch import Origin
from server.core.context import Context
from server.core.database import Db
from server.core.file_stores import make_file_store
from server.core.isolation import each_organisation
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.people.organisations import system_actor
from shared.core.text import plural, text

NOTE = "what didn't agree"
"""What the audit log says of a batch that mended."""
TOGETHER = 500
"""How many rows are mended in one transaction."""


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parser."""
    check = commands.add_parser("check", parents=[shared], help="find what doesn't agree, and mend it")
    check.add_argument("--mend", action="store_true", help="put right what can be without anybody's decision")
    check.set_defaults(run=run_check)


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    """Look through every institute, while the server runs or not; 0 where all agrees, or does after mending."""
    check_database(settings)
    context = build_context(settings, SystemClock())
    found: list[dict[str, Any]] = []
    try:
        for organisation_id in each_organisation(context.database):
            for one, mended in _through(context, organisation_id, mend=options.mend):
                told = {"organisation_id": organisation_id, "code": one.code, "kind": one.kind, "id": one.id}
                found.append({**told, "sentence": one.sentence, "can_mend": one.mend is not None, "mended": mended})
    finally:
        context.close()
    _tell(options, found)
    return int(any(not one["mended"] for one in found))


def _through(context: Context, organisation_id: str, *, mend: bool) -> Iterator[tuple[Disagreement, bool]]:
    agreements: tuple[Agreement, ...] = (
        log_agrees(context.keys.lease_key.public_key()),
        head_agrees,
        rows_agree,
        files_agree(make_file_store(context.settings)),
        *(agrees for area in AREAS for agrees in area.agrees),
    )
    for agrees in agreements:
        with context.database.read() as db:
            found = list(agrees(db, organisation_id))
        waiting = [one for one in found if one.mend is not None] if mend else []
        for at in range(0, len(waiting), TOGETHER):
            _mend(context, organisation_id, waiting[at : at + TOGETHER])
        for one in found:
            yield one, one in waiting


def _mend(context: Context, organisation_id: str, found: list[Disagreement]) -> None:
    def work(db: Db) -> None:
        batch = context.door.batch(db, system_actor(organisation_id, context.new_id()), Origin(""))
        for one in found:
            if one.mend is not None:
                one.mend(batch)
        feeds.write(batch, [], NOTE)

    context.database.write(work)


def _tell(options: argparse.Namespace, found: list[dict[str, Any]]) -> None:
    if options.json:
        say_json({"found": found})
        return
    for one in found:
        done = text("mended") if one["mended"] else text("can be mended") if one["can_mend"] else text("look at it")
        say(f"{one['code']}: {one['sentence']} ({done})")
    if not found:
        say(text("Everything agrees."))
        return
    left = sum(1 for one in found if not one["mended"])
    say(plural("{n} thing is left.", "{n} things are left.", left) if left else text("All of it agrees now."))
    if any(one["can_mend"] and not one["mended"] for one in found):
        say(text("Run the command with --mend to put right what can be."))
