"""The platform's own people in the world of the matrix: with an organisation of their own, and looks at institutes."""

from typing import Any

from shared.people.vocabulary import Role

OWN, SAME, OTHER, FOREIGN = "own", "same course", "other course", "other organisation"
RELATIONS = (OWN, SAME, OTHER, FOREIGN)
OPERATOR, LOOKING, COLLEAGUE = "operator", "operator with a look", "colleague of operators"
"""The platform's own people: two run it, one of whom said why he looks at an institute; the third is its office."""
OPERATORS = {OPERATOR: Role.PLATFORM_ADMINISTRATOR, LOOKING: Role.PLATFORM_ADMINISTRATOR, COLLEAGUE: Role.REGISTRAR}
_LOOKS = "/api/v1/platform/organisations/{}/access"


class PlatformPeople:
    """What a builder of the world adds for them; `platform` is their organisation."""

    world: Any
    server: Any
    home: str
    away: str
    platform: str
    course: Any
    someone: Any
    _sign_in: Any
    _own: Any

    def _put_in_operators(self, words: dict[str, frozenset[str]]) -> None:
        """Put in the platform's people, whose own organisation is as full as an institute, and their looks."""
        ours = self.course("ops", self.platform, [], [self.someone("opspeer", ("student",), self.platform)])
        for key, role in OPERATORS.items():
            person_id = self.someone(key, (str(role),), self.platform)
            self._sign_in(key, person_id, words[str(role)], "platform")
            self.world._rows[key, OWN] = self._own(key, person_id, ours)
            for relation in (SAME, OTHER, FOREIGN):
                self.world._rows[key, relation] = dict(self.world._rows["", relation])
        another = self.someone("operator too", (str(Role.PLATFORM_ADMINISTRATOR),), self.platform)
        self._sign_in("", another, frozenset(), "platform")
        theirs, token = self.world.whos.pop("").token, self.world.whos[LOOKING].token
        ended = self._look(self.home, token)
        self.server.ask("DELETE", f"{_LOOKS.format(self.home)}/{ended}", None, token)
        looks = [self._look(self.home, token), self._look(self.home, theirs), ended, self._look(self.away, token)]
        for (_, relation), rows in self.world._rows.items():
            rows["look"] = looks[RELATIONS.index(relation)]

    def _look(self, organisation_id: str, token: str) -> str:
        reason = {"reason": "The office asked why a student is missing.", "minutes": 240}
        return str(self.server.post(_LOOKS.format(organisation_id), reason, token).data["id"])
