"""A document is read in a process of its own: what it does to that process, and what comes back of it. S04 for documents of plans.

Real children. `broken` puts another reader, or a watchman, into one: the package `actions` that the child finds first leads to ours.
"""

import io
import json
import resource
import signal
import socket
import textwrap
import zipfile

import pytest

from actions.reading import child
from actions.reading.child import ReaderDied, read_in_child
from actions.reading.draft import DraftStatus, NotAPlan
from actions.reading.files import read
from tests.actions.test_tables import zipped
from tests.faults.test_import_faults import PLAN

MB = 2**20


@pytest.fixture
def broken(monkeypatch, tmp_path):
    """Call it with Python that runs in the child before it reads; `read` may be made anew there."""

    def put(code: str) -> None:
        package = tmp_path / "actions"
        package.mkdir(exist_ok=True)
        lines = [
            "import os, resource, signal, sys, time",
            f"sys.path.append({str(child.ROOT)!r})",
            f"__path__ = [{str(child.ROOT / 'actions')!r}]",
            "import actions.reading.files as files",
            textwrap.dedent(code),
        ]
        (package / "__init__.py").write_text("\n".join(lines))
        monkeypatch.setattr(child, "ROOT", tmp_path)

    return put


def reader(line: str) -> str:
    return f"def read(*args, **kwargs):\n    {line}\nfiles.read = read"


class TestWhatComesBack:
    def test_a_plan(self):
        draft = read_in_child(PLAN.encode(), "streets.txt")
        assert draft.counts()["action_steps"] == 2
        assert [status.name for status in draft.statuses] == ["Not Started", "Done"]  # lowest first
        assert draft.source == PLAN.rstrip("\n").split("\n")

    def test_the_sentence_of_what_is_no_plan(self):
        """Within 5 seconds of the processor, starting included (S04)."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        with pytest.raises(NotAPlan, match=r"No plan was found in “letter\.txt”"):
            read_in_child(b"Dear parents,\nschool begins on Monday.\n", "letter.txt")
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5

    def test_statuses_that_are_known_already(self):
        """Without a legend in the document, words of the plan's own scale are statuses."""
        plan = "Goal 1: Roads\n\nStrategy 1.1: Quiet roads\nAction Step 1.1.1: Count the cars\tHalfway there\n"
        known = [DraftStatus("Halfway there", 2, "under_way"), DraftStatus("Not yet", 1, "not_started")]
        (step,) = read_in_child(plan.encode(), "roads.txt", known_statuses=known).all_steps()
        assert step.status == "Halfway there"

    def test_the_part_that_was_asked_for(self):
        with pytest.raises(NotAPlan, match="holds 1 plan, so there is no part 7 in it"):
            read_in_child(PLAN.encode(), "streets.txt", part=7)
        assert read_in_child(PLAN.encode(), "streets.txt", part=1).counts()["action_steps"] == 2

    def test_a_name_that_is_hostile_is_only_a_name(self):
        for name in ("a\nb.txt", '"; rm -rf /; ".txt', "../../etc/passwd", "é 🙂.txt", "\x00.txt"):
            assert read_in_child(PLAN.encode(), name).counts()["action_steps"] == 2


class TestItEnds:
    def test_by_a_crash(self, broken):
        broken(reader("os.kill(os.getpid(), signal.SIGSEGV)"))
        with pytest.raises(ReaderDied, match=r"“plan.txt” made the program that reads documents end \(signal 11\)"):
            read_in_child(PLAN.encode(), "plan.txt")

    def test_by_an_error_of_ours(self, broken):
        broken(reader("raise RuntimeError('inside-of-the-program')"))
        with pytest.raises(ReaderDied, match="could not be read: something in the program went wrong") as died:
            read_in_child(PLAN.encode(), "plan.txt")
        assert "inside-of-the-program" not in died.value.sentence

    def test_before_it_took_the_file(self, broken):
        """The pipe breaks while a large file is still on its way."""
        broken("os._exit(3)")
        with pytest.raises(ReaderDied, match="went wrong"):
            read_in_child(b"x" * 5 * MB, "plan.txt")

    def test_because_of_memory(self, broken):
        broken(reader("bytearray(600 * 2**20)"))
        with pytest.raises(ReaderDied, match=r"would take more memory than a document may \(512 MB\)"):
            read_in_child(PLAN.encode(), "plan.txt")

    def test_because_of_time(self, broken, monkeypatch):
        broken(reader("time.sleep(60)"))
        monkeypatch.setattr(child, "SECONDS", 1)
        with pytest.raises(ReaderDied, match="took longer than 1 seconds"):
            read_in_child(PLAN.encode(), "plan.txt")

    def test_because_of_the_processor(self, broken):
        """Where the clock would still allow it; the kernel ends it, and the sentence is the same."""
        broken(reader("resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\n    while True: pass"))
        with pytest.raises(ReaderDied, match="took longer than 60 seconds"):
            read_in_child(PLAN.encode(), "plan.txt")

    def test_and_leaves_nothing_running(self, broken, monkeypatch, tmp_path):
        there = tmp_path / "pid"
        broken(f"open({str(there)!r}, 'w').write(str(os.getpid()))\n{reader('time.sleep(60)')}")
        monkeypatch.setattr(child, "SECONDS", 3)
        with pytest.raises(ReaderDied):
            read_in_child(PLAN.encode(), "plan.txt")
        with pytest.raises(ProcessLookupError):
            signal.pidfd_send_signal(_pidfd(int(there.read_text())), 0)


def _pidfd(pid: int) -> int:
    import os

    return os.pidfd_open(pid)


def test_secrets_of_the_parent_are_not_in_it(broken, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary-of-a-key")
    broken(reader("import json; from actions.reading.draft import NotAPlan; raise NotAPlan(json.dumps(dict(os.environ)))"))
    with pytest.raises(NotAPlan) as said:
        read_in_child(PLAN.encode(), "plan.txt")
    assert "PATH" in json.loads(str(said.value))
    assert "canary" not in str(said.value)
    assert "DATABASE_URL" not in str(said.value)


WORKBOOK = b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets><sheet name="a" sheetId="1" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></sheets></workbook>'
WORD = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})
OTHERS = {
    "plan.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "is a PDF, which cannot be read yet"),
    "plan.png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is a picture, which cannot be read yet"),
    "plan.jpg": (b"\xff\xd8\xff\xe0" + bytes(range(256)), "is a picture"),
    "plan.docx": (WORD, "is a Word file, which cannot be read yet"),
    "plan.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "is an old Office file"),
    "plan.rtf": (b"{\\rtf1\\ansi Goal 1: x}", "is a rich text file"),
    "plan.zip": (zipped({"a.txt": b"Goal 1"}), "is an archive, but no XLSX workbook"),
    "plan.xlsx": (b"PK\x03\x04" + b"\0" * 200, "is damaged"),
    "plan.exe": (b"MZ" + bytes(range(256)) * 9, "cannot be read as a plan"),
    "plan.html": (b"<html><script>alert(1)</script></html>", "No plan was found"),
    "plan.json": (b'{"goal_areas": "none"}', "plan"),
    "empty.txt": (b" \n\n", "is empty"),
    "plan.txt": (b"\xff\xfe\x00", "cannot be read as a plan"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_kind_of_file_is_refused_in_one_sentence(name):
    """By the very reader that a child runs, here without one: none of them is large, and a child takes half a second to start."""
    data, words = OTHERS[name]
    with pytest.raises(NotAPlan) as said:
        read(data, name)
    assert words in str(said.value)
    assert len(str(said.value)) < 400
    assert "Traceback" not in str(said.value)


def deep(depth: int) -> bytes:
    return b'{"goal_areas": ' + b"[" * depth + b"]" * depth + b"}"


def shared_strings(size: int) -> bytes:
    """A workbook whose texts, unpacked, are so large; packed about fifty times, as a table of like rows may be."""
    texts = b"".join(b"<si><t>%09d is a text of many like it</t></si>" % n for n in range(size // 46))
    return zipped({"xl/workbook.xml": WORKBOOK, "xl/sharedStrings.xml": b"<sst>" + texts + b"</sst>"})


BOMBS = {
    "sheets.xlsx": lambda: zipped({"xl/workbook.xml": b"x", **{f"xl/worksheets/sheet{n}.xml": b"\0" * 30 * MB for n in range(8)}}),
    "texts.xlsx": lambda: shared_strings(30 * MB),
    "laughs.xlsx": lambda: zipped({"xl/workbook.xml": laughs()}),
    "nested.zip": lambda: zipped({"a.zip": zipped({"b": b"\0" * 10 * MB})}),
    "deep.json": lambda: deep(200_000),
    "wide.json": lambda: wide(2 * MB),
    "line.txt": lambda: b"Goal 1: " + b"x" * 19 * MB,
    "lines.txt": lambda: lines(20_000),
    "table.md": lambda: b"# Plan\n\n" + b"|" * 2 * MB + b"\n",
    "quotes.md": lambda: b">" * MB + b" # a\n",
    "brackets.md": lambda: b"# Goal 1: a\n\n" + b"[" * MB,
    "cells.csv": lambda: b"Level,Code,Title\n" + b"," * 5 * MB,
    "quote.csv": lambda: quote(MB // 4),
    "number.json": lambda: b'{"goal_areas": ' + b"9" * 5 * MB + b"}",
}
LARGER = {"wide.json": lambda: wide(6 * MB), "lines.txt": lambda: lines(100_000), "quote.csv": lambda: quote(2 * MB)}


def wide(count: int) -> bytes:
    return b'{"goal_areas": [' + b"{}," * count + b"{}]}"


def lines(count: int) -> bytes:
    return b"Goal 1: a\n" * count


def quote(count: int) -> bytes:
    return b'Level,Code,Title\nGoal area,1,"' + b"a\n" * count


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{entities}]><workbook>&l9;</workbook>'.encode()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_neither_memory_nor_time_and_gets_a_sentence(name):
    """What is larger than it looks ends as no plan, as a reader that was stopped, or as a plan with what is odd about it; never otherwise."""
    burst(name, BOMBS[name]())


@pytest.mark.faults
@pytest.mark.parametrize("name", LARGER)
def test_a_larger_bomb_does_not_either(name):
    burst(name, LARGER[name]())


def burst(name: str, data: bytes) -> None:
    try:
        draft = read_in_child(data, name)
    except NotAPlan as error:
        sentence = str(error)
    except ReaderDied as error:
        sentence = error.sentence
        assert "memory" in sentence or "took longer" in sentence, sentence
    else:
        sentence = f"{draft.counts()}"
    assert 10 < len(sentence) < 500


class TestItReachesForNothing:
    """A document that points elsewhere: at a server of this machine that counts its callers, and at a file with a canary in it."""

    @pytest.fixture
    def server(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.setblocking(False)
            yield listening
            with pytest.raises(BlockingIOError):
                listening.accept()

    def watched(self, broken) -> None:
        """Python tells of every connection and every program that is started: the child ends at the first."""
        broken(
            """
            def watch(event, args):
                if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec"):
                    os._exit(77)
                if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+") and "__pycache__" not in str(args[0]):
                    os._exit(78)
            sys.addaudithook(watch)
            """
        )

    def test_the_watchman_would_see_it(self, broken):
        self.watched(broken)
        package = child.ROOT / "actions" / "__init__.py"
        package.write_text(package.read_text() + "\nimport socket\n" + reader("socket.create_connection(('127.0.0.1', 9))"))
        with pytest.raises(ReaderDied, match="went wrong"):
            read_in_child(PLAN.encode(), "plan.txt")

    @pytest.mark.parametrize("kind", ["xlsx", "md", "json", "txt"])
    def test_of_what_a_document_names(self, broken, server, tmp_path, kind):
        self.watched(broken)
        secret = tmp_path / "secret"
        secret.write_text("canary-of-a-file")
        there = f"http://127.0.0.1:{server.getsockname()[1]}/"
        try:
            said = repr(read_in_child(pointing(kind, there, f"file://{secret}"), f"plan.{kind}"))
        except NotAPlan as error:
            said = str(error)
        assert "canary-of-a-file" not in said


def pointing(kind: str, there: str, file: str) -> bytes:
    if kind == "xlsx":
        entity = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "{file}"><!ENTITY b SYSTEM "{there}">]>'
        sheet = f'{entity}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c t="inlineStr"><is><t>&a;&b;</t></is></c></row></sheetData></worksheet>'
        links = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="{there}" TargetMode="External"/></Relationships>'
        return zipped(
            {"xl/workbook.xml": WORKBOOK, "xl/worksheets/sheet1.xml": sheet.encode(), "xl/_rels/workbook.xml.rels": links.encode()}
        )
    if kind == "json":
        area = {"code": "1", "title": "a", "$ref": there, "description": f"![]({there}) {file}"}
        return json.dumps({"$schema": there, "title": "a", "goal_areas": [area]}).encode()
    if kind == "md":
        return f"# Plan\n\n## Goal 1: a\n\n![a]({there})\n<img src='{there}'>\n\n- [b]({file})\n\n[c]: {there}\n".encode()
    return PLAN.replace("Safe ways", f"{there} {file} safe ways").encode()


def test_the_zip_of_the_tests_is_one():
    assert zipfile.ZipFile(io.BytesIO(WORD)).namelist() == ["[Content_Types].xml", "word/document.xml"]
