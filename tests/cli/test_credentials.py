"""A secret in each place one can be, through each command and each failure: nothing written has it.

Everything a run writes is searched: both streams, outputs, locks, the whole cache folder with the
resolver's part, the folder for temporary files, all their names, and the arguments of the programs
that run while the index is asked. Secrets are looked for as they are, as URLs spell them, and in
base64.
"""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from command import Said
from loopback import Shelf, serving
from unruly_server import Request
from unruly_server import serving as unruly
from wheel_builder import build_wheel

SECRET = "pl4nted/s3cret@word"
SPELLED = quote(SECRET, safe="")
WHEEL = "demo-1.0-py3-none-any.whl"


class Place(NamedTuple):
    """Words, variables and files by which one command finds an index; ``{host}`` is the server."""

    words: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    login: str = f"bob:{SECRET}"
    query: str = ""


NETRC = (("home/.netrc", f"machine 127.0.0.1 login bob password {SECRET}\n"),)
KEYRING = (("bin/keyring", f"#!/bin/sh\necho '{SECRET}'\n"),)
TABLE = f"""
[tool.manylayers]
requirements = ["demo"]
index-url = "http://bob:{SPELLED}@{{host}}/simple"
"""
OPEN = ("--index-url", "http://{host}/simple")

PLACES = {
    "url": Place(("--index-url", f"http://bob:{SPELLED}@{{host}}/simple")),
    "token": Place(("--index-url", f"http://{SPELLED}@{{host}}/simple"), login=f"{SECRET}:"),
    "extra": Place(
        ("--extra-index-url", f"http://bob:{SPELLED}@{{host}}/simple"),
        (("UV_DEFAULT_INDEX", f"http://bob:{SPELLED}@{{host}}/none"),),
    ),
    "links": Place(("--no-index", "-f", f"http://bob:{SPELLED}@{{host}}/simple/demo/")),
    "named": Place(
        (),
        (
            ("UV_DEFAULT_INDEX", "corp=http://{host}/simple"),
            ("UV_INDEX_CORP_USERNAME", "bob"),
            ("UV_INDEX_CORP_PASSWORD", SECRET),
        ),
    ),
    "variable": Place((), (("UV_INDEX_URL", f"http://bob:{SPELLED}@{{host}}/simple"),)),
    "netrc": Place(OPEN, (), NETRC),
    "keyring": Place(
        ("--index-url", "http://bob@{host}/simple"),
        (("UV_KEYRING_PROVIDER", "subprocess"),),
        KEYRING,
    ),
    "file": Place(
        ("-r", "list.txt"),
        (),
        (("list.txt", f"--index-url http://bob:{SPELLED}@{{host}}/simple\ndemo\n"),),
    ),
    "link": Place(
        ("-r", "list.txt", "--no-index"),
        (),
        (("list.txt", f"demo @ http://bob:{SPELLED}@{{host}}/files/{WHEEL}\n"),),
    ),
    "signed link": Place(
        ("-r", "list.txt", "--no-index"),
        (),
        (("list.txt", f"demo @ http://bob:{SPELLED}@{{host}}/files/{WHEEL}?token={SPELLED}\n"),),
    ),
    "signed page": Place(OPEN, login="", query=f"?x=1&amp;X-Amz-Signature={SPELLED}"),
    "page with keys": Place(OPEN, login="", query=f"?x=1&amp;auth={SPELLED}"),
    "signed links": Place(
        ("--no-index", "-f", f"http://{{host}}/simple/demo/?sig={SPELLED}"), login=""
    ),
    "query of an index": Place(("--index-url", f"http://{{host}}/simple?key={SPELLED}"), login=""),
    "extra in file": Place(
        ("-r", "list.txt", "--index-url", "http://{host}/none"),
        (),
        (("list.txt", f"--extra-index-url http://bob:{SPELLED}@{{host}}/simple\ndemo\n"),),
    ),
    "links in file": Place(
        ("-r", "list.txt"),
        (),
        (("list.txt", f"--no-index\n-f http://bob:{SPELLED}@{{host}}/simple/demo/\ndemo\n"),),
    ),
    "table": Place((), (), (("pyproject.toml", TABLE),)),
    "extra variable": Place(
        (),
        (
            ("UV_DEFAULT_INDEX", "http://{host}/none"),
            ("UV_EXTRA_INDEX_URL", f"http://bob:{SPELLED}@{{host}}/simple"),
        ),
    ),
    "links variable": Place(
        (),
        (
            ("UV_NO_INDEX", "1"),
            ("UV_FIND_LINKS", f"http://bob:{SPELLED}@{{host}}/simple/demo/"),
        ),
    ),
    "proxy": Place(
        ("--index-url", "http://index.invalid/simple"),
        tuple((name, f"http://bob:{SPELLED}@{{host}}") for name in ("HTTP_PROXY", "http_proxy")),
    ),
    "proxy for all": Place(
        ("--index-url", "http://index.invalid/simple"),
        (("ALL_PROXY", f"http://bob:{SPELLED}@{{host}}"),),
    ),
}
COMMANDS = (
    ("build", "-vv", "--json", "-o", "layer.zip"),
    ("lock", "-vv", "-o", "pylock.toml"),
    ("lock", "--format", "requirements", "-o", "locked.txt"),
)


PROGRAM = ("-m", "manylayers")
WITHOUT_PAUSES = """
from manylayers.hands import patience
patience.FIRST_PAUSE = 0.0
from manylayers.__main__ import run
run()
"""
IMPATIENT = ("-c", WITHOUT_PAUSES)
"""The same program, but that it does not pause before it asks again."""


class Run:
    """A folder of its own for what a person has, and one beside it for what a command writes."""

    def __init__(
        self, folder: Path, place: Place, host: str, program: tuple[str, ...] = PROGRAM
    ) -> None:
        self._program = program
        self._own, self._work, self._place, self._host = folder / "own", folder / "w", place, host
        self._work.mkdir()
        for name, text in place.files:
            path = (self._own if "/" in name else self._work) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("{host}", host))
            path.chmod(0o700)
        (self._own / "tmp").mkdir(parents=True)

    def __call__(self, command: str, *words: str) -> Said:
        in_files = {"list.txt", "pyproject.toml"} & {name for name, _ in self._place.files}
        named = in_files or command not in ("build", "lock")
        found = [word.replace("{host}", self._host) for word in self._place.words]
        asked = [] if named else ["demo"]
        return self.plainly(command, *words, *asked, "--python", "3.12", *found)

    def plainly(self, *words: str) -> Said:
        """With the variables of the place, and no word more than these."""
        return quietly(
            *words,
            folder=self._work,
            program=self._program,
            HOME=str(self._own / "home"),
            TMPDIR=str(self._own / "tmp"),
            PATH=f"{self._own / 'bin'}{os.pathsep}{os.environ['PATH']}",
            **{name: text.replace("{host}", self._host) for name, text in self._place.variables},
        )

    def leaks(self, said: Said) -> list[str]:
        """Where the secret stands, but for the files that a person put it into."""
        own = {self._work / name for name, _ in self._place.files}
        own |= {self._own / name for name, _ in self._place.files}
        files = [
            path
            for folder in (self._work, self._own)
            for path in folder.rglob("*")
            if path.is_file() and path not in own
        ]
        texts = [("stdout", said.out.encode()), ("stderr", said.err.encode())]
        texts += [(str(path), str(path).encode() + path.read_bytes()) for path in files]
        return [name for name, text in texts if has_secret(text)]


def quietly(
    *words: str, folder: Path, program: tuple[str, ...] = PROGRAM, **environment: str
) -> Said:
    """As `command.run`, but that a traceback, which ``-vv`` asks for, is searched too."""
    brief = {"MANYLAYERS_CACHE_DIR": str(folder / ".cache"), "UV_HTTP_RETRIES": "0"}
    done = subprocess.run(
        [sys.executable, *program, *words],
        cwd=folder,
        env={**os.environ, **brief, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return Said(status=done.returncode, out=done.stdout, err=done.stderr)


def has_secret(text: bytes) -> bool:
    """Whether the secret stands in it: as it is, as in a URL, or as in a header."""
    plain = [word.encode() for word in (SECRET, SPELLED, SPELLED.lower())]
    headers = [b64encode(login.encode()) for login in (f"bob:{SECRET}", f"{SECRET}:")]
    return any(word in text for word in (*plain, *headers))


@dataclass(kw_only=True)
class Onlooker(Shelf):
    """An index that looks, whenever it is asked, at what programs are told that run meanwhile."""

    told: set[bytes] = field(default_factory=set)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                self.told.add(place.read_bytes())
        return super().answer(path)

    @property
    def leaks(self) -> list[bytes]:
        ours = b"\0-m\0manylayers\0"  # as a person typed it
        return [words for words in self.told if ours not in words and has_secret(words)]


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_stands_nowhere_where_all_goes_well(
    tmp_path: Path, wheels: Path, place: str
) -> None:
    build_wheel(wheels)
    login, query = PLACES[place].login, PLACES[place].query
    shelf = Onlooker(wheels=wheels, password=login, query=query.replace("&amp;", "&"))
    with serving(shelf) as host:
        invoke = Run(tmp_path, PLACES[place], host)
        for command, *words in COMMANDS:
            said = invoke(command, *words)
            assert said.status == 0, (command, said.err)
            assert invoke.leaks(said) == [], command
    assert (shelf.leaks, bool(shelf.told)) == ([], Path("/proc").is_dir())


def test_a_secret_among_misplaced_words_is_not_repeated(tmp_path: Path) -> None:
    words = ("wheels", "demo", f"demo@http://bob:{SPELLED}@127.0.0.1:9/x.whl")
    for form in ((), ("--json",)):
        said = quietly(*words, *form, folder=tmp_path)
        assert (said.status, has_secret((said.out + said.err).encode())) == (2, False)


def test_other_commands_write_no_secret_of_a_build_either(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    with serving(Shelf(wheels=wheels, password=f"bob:{SECRET}")) as host:
        invoke = Run(tmp_path, PLACES["variable"], host)
        assert invoke("build", "--json", "-o", "layer.zip").status == 0
        commands: tuple[tuple[str, ...], ...] = (
            ("wheels", "demo", "-vv", "--json", "--python", "3.12"),
            ("wheels", "demo", "--link", "--python", "3.12"),
            ("check", "layer.zip", "-vv", "--json"),
            ("report", "layer.zip", "-o", "page.html"),
            ("diff", "layer.zip", "layer.zip", "--json"),
            ("explain", "No module named demo", "--layer", "layer.zip", "-vv"),
            ("fix", "layer.zip", "-o", "fixed.zip", "-vv"),
            ("cache", "size", "-v"),
            ("cache", "verify", "-v", "--json"),
        )
        for words in commands:
            said = invoke.plainly(*words)
            assert said.status == 0, (words, said.err)
            assert invoke.leaks(said) == [], words


def test_credentials_follow_nobody_to_another_host(tmp_path: Path, wheels: Path) -> None:
    """Neither those of our session nor of the resolver: pages and files are moved elsewhere."""
    build_wheel(wheels)
    heard: list[str] = []

    class Elsewhere(Shelf):
        def admits(self, authorization: str) -> bool:
            heard.append(authorization)
            return True

    with serving(Elsewhere(wheels=wheels)) as other:

        def moved(request: Request) -> None:
            place = f"http://localhost:{other.rpartition(':')[2]}{request.path}"
            request.give(302, Location=place)

        with unruly(moved) as server:
            invoke = Run(tmp_path, PLACES["url"], server.url.partition("://")[2])
            for words in (("build",), ("lock",), ("wheels", "demo")):
                assert invoke(*words).status == 0
            assert any(authorization for _, authorization in server.seen)
    assert heard
    assert set(heard) == {""}


def refusing(request: Request) -> None:
    request.give(401)


def telling(request: Request) -> None:
    """A server that repeats what it was told, in header and body."""
    body = f"<a href='http://bob:{SPELLED}@h/x'>no {SECRET}</a>".encode()
    kind = f"text/html; charset={SECRET}"
    request.give(403, body, Content_Type=kind, Set_Cookie=f"a={SPELLED}", X_Told=SECRET)


def sending_away(request: Request) -> None:
    request.give(302, Location=f"http://bob:{SECRET}@127.0.0.1:9{request.path}?token={SPELLED}")


def of_its_own_type(request: Request) -> None:
    request.give(200, b"", Content_Type=f"text/{SECRET}")


def proxying(request: Request) -> None:
    request.give(407, Proxy_Authenticate=f'Basic realm="{SPELLED}"')


def nonsense(request: Request) -> None:
    request.give(200, b'{"files": [', Content_Type="application/json")


def other_bytes(request: Request) -> None:
    if "/simple/" in request.path:
        page = f'<a href="/files/{WHEEL}#sha256={"0" * 64}">{WHEEL}</a>'.encode()
        request.give(200, page, Content_Type="text/html")
    else:
        request.give(200, b"no wheel")


@pytest.mark.parametrize(
    "fault", [refusing, telling, sending_away, of_its_own_type, proxying, nonsense, other_bytes]
)
@pytest.mark.parametrize("place", ["url", "keyring", "signed link", "proxy"])
def test_a_secret_stands_nowhere_where_it_fails(tmp_path: Path, place: str, fault: object) -> None:
    with unruly(fault) as server:  # type: ignore[arg-type]
        invoke = Run(tmp_path, PLACES[place], server.url.partition("://")[2])
        said = invoke("build", "-vv", "--json")
        assert said.status in (4, 5), said.err
        assert said.json["message"]
        assert "Traceback" in said.err
        assert invoke.leaks(said) == []


@pytest.mark.parametrize("place", ["url", "link", "signed link"])
@pytest.mark.parametrize("host", ["127.0.0.1:9", "index.invalid"])
def test_a_secret_stands_nowhere_where_nobody_answers(
    tmp_path: Path, place: str, host: str
) -> None:
    invoke = Run(tmp_path, PLACES[place], host, IMPATIENT)
    said = invoke("build", "-vv")
    assert said.status == 4, said.err
    assert invoke.leaks(said) == []
