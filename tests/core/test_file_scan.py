"""Files and the virus scanner: a real daemon finds what it knows, and one that is away lets nothing through."""

import shutil
import socket
import threading

import pytest

from server.core.file_scan import ClamScanner, NoScanner, Scanned, ScanVerdict, make_scanner, read_answer
from tests.clamav import EICAR, LARGEST, MARK, running_clamav
from tests.core.file_kinds import PDF
from tests.core.uploads import PIECE, Caller, sha
from tests.serving import server_settings

HONEST = PDF + b"nothing of note " * 500
CARRIER = PDF + b"words " * 2_000 + MARK + b" and more " * 1_000


@pytest.fixture(scope="module")
def clamav():
    with running_clamav() as address:
        yield address


@pytest.fixture
def scanner(clamav):
    return ClamScanner(clamav, LARGEST, 120)


def _file(folder, content):
    path = folder / "a.part"
    path.write_bytes(content)
    return path


def test_the_daemon_finds_what_it_knows(scanner, tmp_path):
    assert scanner.scan(_file(tmp_path, HONEST)) == Scanned(ScanVerdict.CLEAN)
    found = scanner.scan(_file(tmp_path, EICAR))
    assert (found.verdict, "Eicar" in found.words) == (ScanVerdict.INFECTED, True)
    assert scanner.scan(_file(tmp_path, CARRIER)).verdict is ScanVerdict.INFECTED


def test_of_a_longer_file_the_beginning_is_looked_at(scanner, tmp_path):
    assert scanner.scan(_file(tmp_path, CARRIER + bytes(LARGEST))).verdict is ScanVerdict.INFECTED
    assert scanner.scan(_file(tmp_path, HONEST + bytes(LARGEST))).verdict is ScanVerdict.CLEAN


def test_limits_that_do_not_fit_are_an_error_and_not_clean(clamav, tmp_path):
    told = ClamScanner(clamav, LARGEST * 2, 120).scan(_file(tmp_path, HONEST + bytes(LARGEST)))
    assert told.verdict is ScanVerdict.ERROR


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("stream: OK\0", ScanVerdict.CLEAN),
        ("stream: Win.Test FOUND\0", ScanVerdict.INFECTED),
        ("INSTREAM size limit exceeded. ERROR\0", ScanVerdict.ERROR),
        ("", ScanVerdict.ERROR),
        ("stream: OKAY", ScanVerdict.ERROR),
        ("<html>OK</html>", ScanVerdict.ERROR),
    ],
)
def test_what_is_not_understood_is_no_good_answer(said, verdict):
    assert read_answer(said).verdict is verdict


def _hang_up(listening):
    listening.accept()[0].close()


def test_a_scanner_that_is_away_or_silent_says_so(tmp_path):
    part = _file(tmp_path, HONEST)
    assert ClamScanner(f"unix:{tmp_path}/nobody.sock", LARGEST, 1).scan(part).verdict is ScanVerdict.ERROR
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        assert ClamScanner(address, LARGEST, 0.05).scan(part).verdict is ScanVerdict.ERROR
        thread = threading.Thread(target=_hang_up, args=(silent,))
        _hang_up(silent)
        thread.start()
        assert ClamScanner(address, LARGEST, 120).scan(part).verdict is ScanVerdict.ERROR
        thread.join()


def test_the_settings_choose(tmp_path, clamav):
    assert isinstance(make_scanner(server_settings(tmp_path)), NoScanner)
    chosen = make_scanner(server_settings(tmp_path, scanner=clamav, scanner_largest_bytes=LARGEST))
    assert chosen.scan(_file(tmp_path, EICAR)).verdict is ScanVerdict.INFECTED


@pytest.fixture
def scanned(monkeypatch, clamav):
    """Every server built from now on asks this daemon; `away` takes it off the line."""

    class Line:
        away = False

        def scan(self, part):
            address = "unix:/nowhere" if self.away else clamav
            return ClamScanner(address, LARGEST, 120).scan(part)

    line = Line()
    monkeypatch.setattr("server.core.file_routes.make_scanner", lambda _settings: line)
    return line


def test_an_infected_file_is_put_aside_and_nobody_gets_it(trial, scanned, server):
    ama = Caller.of(server, "ama", roles=("student",))
    trial.readers[sha(CARRIER)] = {ama.person_id}
    told = ama.bring("essay.pdf", CARRIER)
    assert (told.status, told.code) == (422, "file_infected")
    assert b"virus" in told.body
    assert ama.ask("GET", f"/api/v1/files/{sha(CARRIER)}").status == 404
    assert [(one.state, one.code) for one in trial.told] == [("quarantined", "file_infected")]
    assert ama.bring("essay.pdf", HONEST).status == 204


def test_while_the_scanner_is_away_files_wait_and_go_on_by_themselves(trial, scanned, server):
    ama = Caller.of(server, "ama", roles=("student",))
    trial.readers[sha(HONEST)] = {ama.person_id}
    scanned.away = True
    told = ama.bring("essay.pdf", HONEST)
    assert (told.status, told.code, told.headers["retry-after"]) == (503, "scanner_away", "60")
    assert ama.ask("GET", f"/api/v1/files/{sha(HONEST)}").status == 404, "no answer isn't a good answer"
    assert trial.told == []
    place = ama.place("essay.pdf", HONEST)
    scanned.away = False
    end = {"upload_offset": str(len(HONEST)), "content_type": PIECE}
    assert ama.ask("PATCH", place, **end).status == 204
    assert ama.ask("GET", f"/api/v1/files/{sha(HONEST)}").body == HONEST


def test_the_daemon_is_there():
    assert shutil.which("clamd") or shutil.which("/usr/sbin/clamd")
