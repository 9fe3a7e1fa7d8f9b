"""The budgets of the house: small files, short functions, a purpose on every module, and tests that keep up."""

import ast
import graphlib
import statistics

import grimp

from tests.architecture.house import SIDES, functions, modules

FILE_LINES = 400
FUNCTION_LINES = 40
LINES_OF_TESTS = 0.5
"""The house means to reach 1; this only ever goes up."""
MEDIAN_LINES = 140


def _length(function):
    """Lines of a function from its name to its end, its docstring left out."""
    last = function.end_lineno
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = function.body[0].end_lineno - function.body[0].lineno + 1 if documented else 0
    return last - function.lineno + 1 - docstring


def test_no_file_is_too_long():
    long = {module.name: len(module.lines) for module in modules() if len(module.lines) > FILE_LINES}
    assert long == {}, f"at most {FILE_LINES} lines a file"


def test_no_function_is_too_long():
    long = {
        f"{module.name}:{function.lineno} {function.name}": _length(function)
        for module in modules()
        # A migration is a list of statements, read once from top to bottom.
        if not module.name.startswith("server/migrations/versions/")
        for function in functions(module)
        if _length(function) > FUNCTION_LINES
    }
    assert long == {}, f"at most {FUNCTION_LINES} lines a function"


def test_a_docstring_doesnt_count_as_length():
    tree = ast.parse('def one():\n    """A\n    long\n    story."""\n    return 1\n')
    assert _length(tree.body[0]) == 2


def test_the_middle_file_is_small():
    sizes = [len(module.lines) for module in modules(*SIDES) if not module.is_package_file]
    assert statistics.median(sizes) <= MEDIAN_LINES


def test_lines_of_tests_keep_up_with_lines_of_code():
    code = sum(len(module.lines) for module in modules(*SIDES))
    tests = sum(len(module.lines) for module in modules("tests"))
    assert tests >= LINES_OF_TESTS * code, f"{tests / code:.2f} lines of tests for each line of code"


def test_every_module_says_what_it_is_for():
    silent = []
    for module in modules():
        purpose = (ast.get_docstring(module.tree) or "").partition("\n")[0]
        if len(purpose.split()) < 3 and module.source.strip():
            silent.append(module.name)
    assert silent == [], "a sentence at the top of every module"


def test_no_module_imports_itself_in_a_ring():
    graph = grimp.build_graph(*SIDES, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    graphlib.TopologicalSorter(imports).prepare()  # a ring raises CycleError, which names its members
