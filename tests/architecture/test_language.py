"""How the house speaks: British spelling, plain names, and sentences for people without begging or shouting."""

import ast
import re

import pytest

from tests.architecture.house import ROOT as TOP
from tests.architecture.house import SIDES, functions, modules, tracked_files

VAGUE = {"util", "utils", "helper", "helpers", "misc", "manager", "managers", "common"}
TRANSLATING = {"text", "plural", "tr", "translate", "QT_TRANSLATE_NOOP"}
AMERICAN = re.compile(
    r"\b(color(s|ed|ing)?|center(s|ed)?|enrollments?|enroll(s)?|behaviors?|organizations?|organize[sd]?"
    r"|authoriz\w+|recogniz\w+|synchroniz\w+|initializ\w+|normaliz\w+|summariz\w+|minimiz\w+|customiz\w+|catalogs?"
    r"|canceled|canceling|labeled|labeling|gray|favorites?|installments?|honors?|neighbors?|analyz\w+|fulfill"
    r")\b",
    re.IGNORECASE,
)
NAMES_OF_OTHERS = {"Authorization"}  # HTTP's header
BEGGING = re.compile(r"\b(please|sorry|oops|whoops|uh-oh|successfully)\b|!(?!=)", re.IGNORECASE)
CODE_IN_MARKDOWN = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)|<[^>]*>", re.DOTALL)


def _documents():
    for path in tracked_files():
        if path.suffix == ".md" and path.parts[0] in {"README.md", "docs"}:
            yield path.as_posix(), CODE_IN_MARKDOWN.sub("", (TOP / path).read_text(encoding="utf-8"))


def _docstrings():
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, kinds) and (said := ast.get_docstring(node)):
                yield f"{module.name}:{getattr(node, 'lineno', 1)}", CODE_IN_MARKDOWN.sub("", said)


def _sentences_for_people():
    for module in modules(*SIDES):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _called(node) in TRANSLATING:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield f"{module.name}:{node.lineno}", argument.value


def _called(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _words(name):
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


def test_spelling_is_british():
    sources = [*_documents(), *_docstrings(), *_sentences_for_people()]
    matches = [(place, match[0]) for place, said in sources for match in AMERICAN.finditer(said)]
    assert [f"{place}: {word}" for place, word in matches if word not in NAMES_OF_OTHERS] == []


def test_sentences_for_people_neither_beg_nor_shout():
    found = [f"{place}: {said}" for place, said in _sentences_for_people() if BEGGING.search(said)]
    assert found == []


def test_no_file_or_folder_has_a_name_that_says_nothing():
    parts = {part.split(".")[0] for path in tracked_files() if path.suffix == ".py" for part in path.parts}
    assert {part for part in parts if _words(part) & VAGUE} == set()


def test_nothing_in_the_code_has_a_name_that_says_nothing():
    found = []
    for module in modules(*SIDES):
        classes = [node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
        found += [f"{module.name}: {node.name}" for node in classes if _words(node.name) & VAGUE]
        # A function may well ask whether a password is a common one.
        found += [
            f"{module.name}: {node.name}" for node in functions(module) if _words(node.name) & (VAGUE - {"common"})
        ]
    assert found == []


@pytest.mark.parametrize("word", ["color", "centered", "enrollment", "organization", "gray", "canceled", "Behavior"])
def test_american_spelling_is_seen(word):
    assert AMERICAN.search(f"the {word} of it")


@pytest.mark.parametrize("word", ["colour", "centre", "enrolment", "organisation", "grey", "cancelled", "behaviour"])
def test_british_spelling_passes(word):
    assert not AMERICAN.search(f"the {word} of it")
