"""Whole programs of several people at one server: each has a computer of its own and a window that is really there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from desktop.areas import areas
from desktop.core.http_transport import HttpTransport
from desktop.core.keychain import MemoryKeychain
from desktop.core.settings import Server, Settings
from desktop.core.transport import Reply, Request
from desktop.shell.gate import Gate
from desktop.shell.preferences import Preferences
from desktop.shell.program import Folders, Plan, Program
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from shared.core.clock import instant_text
from shared.core.ids import IdMaker
from shared.people.vocabulary import PERSON
from tests.serving import PASSWORD, TestServer, running_server

WAIT = 20_000


class PluggedTransport(HttpTransport):
    """The network of one computer, whose plug can be pulled."""

    def __init__(self, url: str, unplugged: set[Path], folder: Path) -> None:
        super().__init__(url)
        self._unplugged, self._folder = unplugged, folder

    def send(self, request: Request) -> Reply:
        """Send a request, or learn that nobody answers."""
        if self._folder in self._unplugged:
            return HttpTransport("http://127.0.0.1:9").send(request)
        return super().send(request)


class House:
    """A server and the computers around it, which all go by its clock."""

    def __init__(self, server: TestServer, url: str, folder: Path, qtbot: Any) -> None:
        self.server, self.url, self._folder, self._qtbot = server, url, folder, qtbot
        self._programs: list[Program] = []
        self._unplugged: set[Path] = set()

    def program(self, institute: str = "") -> Any:
        """A computer nobody uses yet, before its sign-in window, connected to an institute of this server."""
        folder, clock = self._folder / str(len(self._programs)), self.server.clock
        stores = tuple(one.store for one in areas())
        gate = Gate(
            folder / "stores", stores, clock, IdMaker(clock), lambda _seconds: True, open_secrets=MemoryKeychain,
            make_transport=lambda server: PluggedTransport(server.url, self._unplugged, folder), scrypt_n=2**4,
        )  # fmt: skip
        folders = Folders(folder / "settings", folder / "stores", folder / "sample")
        place = Server(url=self.url, organisation=institute or self.server.slug)
        plan, preferences = Plan(folders, areas(), server=place, clock=clock), Preferences(Settings(), folders.settings)
        made = Program(plan, preferences, gate)
        self._programs.append(made)
        made.start()
        return made

    def give_password(self, program: Any, name: str) -> Any:
        """Type name and password, press sign in; gives the sign-in window."""
        window = program.sign_in_window
        window.form.name.setText(name)
        window.form.password.setText(PASSWORD)
        window.form.submit()
        return window

    def enter(self, name: str, program: Any = None) -> Any:
        """Somebody's program with the main window open and everything fetched."""
        program = program or self.program()
        self.give_password(program, name)
        self.wait(lambda: program.main_window is not None)
        program.main_window.resize(1366, 768)
        desk = program.workplace.desk
        self.wait(lambda: desk.store.get(PERSON, desk.actor.person_id))
        self.settle(program)
        return program

    def wait(self, seen: Callable[[], Any]) -> None:
        """Wait for what is shown."""
        self._qtbot.waitUntil(lambda: bool(seen()), timeout=WAIT)

    def settle(self, program: Any) -> None:
        """Wait until everything is sent and a look at the server's news has ended."""
        store, link = program.workplace.desk.store, program.workplace.link

        def settled() -> bool:
            pending = store.pending()
            return not pending.waiting and not pending.sending and link.state.last_sync and not link.state.waiting

        self.wait(settled)

    def meets(self, program: Any, seen: Callable[[], Any]) -> None:
        """Let a computer have its next contact with the server, and wait for what comes of it."""
        program.workplace.link.sync_now()
        self.wait(seen)

    def unplug(self, program: Any) -> None:
        """Take a computer's network away; its window says so."""
        self._unplugged.add(program.plan.folders.stores.parent)
        self.meets(program, lambda: program.workplace.link.state.label.startswith("Offline"))

    def plug_in(self, program: Any) -> None:
        """Give a computer its network back."""
        self._unplugged.discard(program.plan.folders.stores.parent)

    def close(self) -> None:
        """Close every program."""
        for program in self._programs:
            if program.main_window is not None:
                program.main_window.close()
            if program.sign_in_window is not None:
                program.sign_in_window.close()
            program.close()
        wait_for_background()


def class_on(server: TestServer, instructor_id: str, student_id: str) -> tuple[str, str, str, str]:
    """Let someone teach a student in a class that is on now: the ids of course, cohort, class session, enrolment."""
    now = server.clock.now()
    times = {"starts_at": instant_text(now - timedelta(minutes=5)), "ends_at": instant_text(now + timedelta(hours=1))}
    course, cohort, session, enrolment = (server.new_id() for _ in range(4))
    named = {"course_id": course, "code": "P-1", "name": "Photography 1", "instructors": [instructor_id]}
    for kind, target, payload in (
        ("AddCourse", course, {"code": "PHOTO", "title": "Photography"}),
        ("AddCohort", cohort, named),
        ("EnrolPerson", enrolment, {"cohort_id": cohort, "person_id": student_id}),
        ("PlanClassSession", session, {"cohort_id": cohort, "room": "Studio 1", **times}),
    ):
        assert server.do(server.command(kind, target, payload)).verdict == "applied"
    return course, cohort, session, enrolment


@contextmanager
def house_of(server: TestServer, folder: Path, qtbot: Any) -> Iterator[House]:
    """Serve, and close every window at the end."""
    with running_server(server.settings, server.app) as url:
        made = House(server, url, folder, qtbot)
        try:
            yield made
        finally:
            made.close()


def dialog(program: Any, kind: type[Any]) -> Any:
    """The dialog that is open in a program's window."""
    found = Dialog.opened_in(program.main_window)
    assert isinstance(found, kind), found
    return found
