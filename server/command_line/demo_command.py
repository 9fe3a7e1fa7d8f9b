"""`demo`: makes the sample institute, once, and serves it on this machine."""

import argparse
import time
from typing import Any

from server.app import build_context
from server.command_line import serve_command
from server.command_line.terminal import say, say_json
from server.core.context import Context
from server.core.database import Db
from server.core.keys import make_keys
from server.core.passwords import hash_here
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.demo.plan import PASSWORD, SamplePerson, SamplePlan
from server.demo.seeding import seed_institute
from server.demo.transfer_proof import put_slip
from server.migrations.running import migrate
from server.people.credentials import make_institute_key, set_password
from server.people.sample_routes import SampleSignIn, offer
from shared.core.text import text

_STUDENTS_WHO_SIGN_IN = 2


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parser."""
    demo = commands.add_parser("demo", parents=[shared], help="make the sample institute, once")
    demo.add_argument("--serve", action="store_true", help="serve it afterwards, on this machine alone")
    demo.add_argument("--port", type=int, help="the port to listen at; 0 takes any free one")
    demo.set_defaults(run=run_demo, host="127.0.0.1", plain_http=True)


def run_demo(options: argparse.Namespace, settings: Settings) -> int:
    """Make the sample where it isn't yet; the second time is quick."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_keys(settings.keys_path)
    migrate(settings.owner_database, settings.database)
    context = build_context(settings, SystemClock())
    try:
        began = time.monotonic()
        made = make_sample(context)
    finally:
        context.close()
    if not options.serve:
        _tell(options, made, time.monotonic() - began)
        return 0
    whole = argparse.Namespace(wait=None, migrate=False, workers=None, log_level=None, log_file=None)
    vars(whole).update(vars(options))
    return serve_command.run_serve(whole, settings)


def make_sample(context: Context) -> bool:
    """Make the sample institute with everybody's password; False where it is there already."""
    with context.database.read() as db:
        if db.one("SELECT value FROM server_state WHERE name = 'sample_people'") is not None:
            return False
    organisation_id, plan = seed_institute(context.database, context.clock, keys=context.keys)
    hashed = hash_here(PASSWORD, context.keys.pepper, context.settings.password_cost)
    now = context.clock.now()

    def work(db: Db) -> None:
        for person in _who_sign_in(plan):
            set_password(db, organisation_id, person.id, hashed, now)
        make_institute_key(db, context.keys, organisation_id, now)
        slug = str(plan.organisation["slug"])
        offer(db, [_offered(slug, person) for person in _who_sign_in(plan)])

    context.database.write(work)
    put_slip(context, organisation_id, plan)
    return True


def _who_sign_in(plan: SamplePlan) -> list[SamplePerson]:
    return [*plan.staff, *plan.students[:_STUDENTS_WHO_SIGN_IN]]


def _offered(slug: str, person: SamplePerson) -> SampleSignIn:
    username = str(person.fields["username"])
    return SampleSignIn(organisation=slug, name=person.name, role=person.role, username=username, password=PASSWORD)


def _tell(options: argparse.Namespace, made: bool, seconds: float) -> None:
    if options.json:
        say_json({"made": made, "seconds": round(seconds, 1), "password": PASSWORD})
    elif made:
        say(text("The sample institute is ready. Its people's password is {password}", password=PASSWORD))
    else:
        say(text("The sample institute is there already."))
