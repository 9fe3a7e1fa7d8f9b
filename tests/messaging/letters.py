"""A server with people who get letters, and a sender that answers as it is told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from server.core.letters import Channel, Letter
from server.messaging import courier
from server.messaging.courier import Courier
from server.messaging.outcomes import Came, Outcome
from server.messaging.texts import Written
from server.messaging.ways import Way
from tests.serving import TestServer

CODE = "741-962"
SENT = Outcome(Came.SENT, provider_id="ATXid_1", parts=1, cost=300, currency="GHS")
LATER = Outcome(Came.RETRY, "smtp_451", "The mail server answered: 4.2.2 try later")
NEVER = Outcome(Came.FAILED, "smtp_550", "The mail server answered: 5.1.1 no such user", block="no_such_address")
AWAY = Outcome(Came.RETRY, "unreachable", "The mail server can't be reached: timeout", away=True)
UNKNOWN = Outcome(Came.UNKNOWN, "no_answer", "The letter may have gone out.")
STOPPED = Outcome(Came.STOPPED, "password_refused", "The mail server refused the password.")


class Post:
    """Letters of one server; `answers` gives what a sender says to each, by receiver, else `answer`."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.clock: Any = server.clock
        self.answer: Outcome | Callable[[], Outcome] = SENT
        self.answers: dict[str, Outcome] = {}
        self.sent: list[tuple[str, str]] = []
        self.letters: list[Written] = []
        self.opened = 0
        self.closed = 0

    def post(self, *letters: Letter) -> None:
        def work(db: Any) -> None:
            for one in letters:
                self.server.context.post(db, one)

        self.server.context.database.write(work)

    def letter(self, key: str, to: str = "ama@example.com", **more: Any) -> Letter:
        given: dict[str, Any] = {
            "organisation_id": self.server.organisation_id,
            "channel": Channel.MAIL,
            "template": "general",
            "key": key,
            "to": to,
            "values": {"title": f"Letter {key}", "message": "The office is closed."},
        }
        return Letter(**given | more)

    def code(self, key: str, to: str = "ama@example.com", **more: Any) -> Letter:
        given = {"template": "sign_in_code", "secrets": {"code": CODE}, "values": {"minutes": "5"}, "urgent": True}
        return self.letter(key, to, **given | more)

    def deliver(self) -> int:
        return Courier(self.server.context, self.make_sender).deliver()

    def make_sender(self, _way: Way, _institute: str) -> "Post":
        self.opened += 1
        return self

    def hand_over(self, _delivery_id: str, letter: Written, receiver: str, _at: datetime) -> Outcome:
        self.sent.append((receiver, letter.subject))
        self.letters.append(letter)
        if receiver in self.answers:
            return self.answers[receiver]
        return self.answer if isinstance(self.answer, Outcome) else self.answer()

    def close(self) -> None:
        self.closed += 1

    def rows(self, columns: str = "state, code, attempts") -> list[tuple[Any, ...]]:
        with self.server.context.database.read() as db:
            return [tuple(row) for row in db.rows(f"SELECT {columns} FROM delivery ORDER BY made_at, id")]

    def one(self, columns: str = "state, code, attempts") -> tuple[Any, ...]:
        (row,) = self.rows(columns)
        return row

    def attempts(self) -> list[tuple[Any, ...]]:
        with self.server.context.database.read() as db:
            found = db.rows("SELECT number, outcome, code, ended_at FROM delivery_attempt ORDER BY number")
        return [(row[0], row[1], row[2], row[3] is not None) for row in found]

    def run(self, statement: str, **places: Any) -> None:
        self.server.context.database.write(lambda db: db.run(statement, o=self.server.organisation_id, **places))


assert courier.JOB.waiting is not None
