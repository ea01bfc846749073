"""Doors that are no doors: what a story asks of them is kept, what they answer is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from made_facts import some_facts
from manylayers.doors.index import ProjectListing
from manylayers.doors.output import WrittenArchive
from manylayers.doors.question import Question
from manylayers.doors.resolve import Answer
from manylayers.doors.store import StoredWheel
from manylayers.errors.resolving import ProjectNotFoundError, UnresolvableError
from manylayers.formats.pins import DistributionFile, Pin
from manylayers.formats.wheel import WheelFacts, WheelMember
from manylayers.layer.contents import Layer
from manylayers.stories.doors import Doors
from manylayers.stories.progress import Silence


def a_file(filename: str, **more: object) -> DistributionFile:
    """A file on an index nobody asks; its SHA-256 follows from its name."""
    digest = f"{abs(hash(filename)):064x}"[:64]
    told = {"hashes": {"sha256": digest}, "size": 1000, **more}
    return DistributionFile(filename=filename, url=f"https://host/{filename}", **told)  # type: ignore[arg-type]


@dataclass(kw_only=True)
class FakeResolver:
    """Answers with what ``answers`` gives for a question; a text stands for a refusal."""

    answers: Callable[[Question], Mapping[str, str] | str]
    index: FakeIndex
    asked: list[Question] = field(default_factory=list)

    def resolve(self, question: Question) -> Answer:
        self.asked.append(question)
        answer = self.answers(question)
        if isinstance(answer, str):
            raise UnresolvableError(answer)
        pins = tuple(
            Pin(name=name, version=version, files=self.index.of(name, version))
            for name, version in answer.items()
        )
        return Answer(pins=pins, warnings=())


@dataclass(kw_only=True)
class FakeIndex:
    """Projects by name, each a list of file names."""

    projects: Mapping[str, tuple[DistributionFile, ...]] = field(default_factory=dict)

    def listing(self, name: str) -> ProjectListing:
        if name not in self.projects:
            raise ProjectNotFoundError(name, hint="check the spelling")
        return ProjectListing(name=name, files=self.projects[name], index_url="https://host/simple")

    def local(self, name: str) -> tuple[DistributionFile, ...]:
        return ()

    def of(self, name: str, version: str) -> tuple[DistributionFile, ...]:
        return tuple(f for f in self.projects.get(name, ()) if f"-{version}-" in f.filename)


@dataclass(kw_only=True)
class FakeStore:
    """Keeps facts by hash."""

    wheels: dict[str, StoredWheel] = field(default_factory=dict)

    def find(self, sha256: str) -> StoredWheel | None:
        return self.wheels.get(sha256)

    def unsure(self, sha256: str) -> Path | None:
        return None

    def learn(self, facts: WheelFacts) -> StoredWheel:
        return self.adopt(Path("again"), facts)

    @contextmanager
    def partial(self) -> Iterator[Path]:
        yield Path("partial")

    def adopt(self, partial: Path, facts: WheelFacts) -> StoredWheel:
        self.wheels[facts.sha256] = StoredWheel(path=partial, facts=facts)
        return self.wheels[facts.sha256]

    def lock(self, key: str) -> AbstractContextManager[object]:
        return nullcontext(key)


@dataclass(kw_only=True)
class FakeFetcher:
    """Gives the promised hash; keeps what was asked for."""

    fetched: list[str] = field(default_factory=list)

    def fetch(
        self, file: DistributionFile, destination: Path, *, on_bytes: Callable[[int], None] = print
    ) -> str:
        self.fetched.append(file.filename)
        on_bytes(file.size or 0)
        return file.sha256 or "0" * 64


@dataclass(kw_only=True)
class FakeArchive:
    """Finds in every wheel what its file name says and ``contents`` adds; writes nothing."""

    contents: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, bytes] = field(default_factory=dict)
    written: list[Layer] = field(default_factory=list)
    zip_size: int = 60_000_000
    size: int | None = None
    """Bytes that each member is said to have, whatever ``contents`` holds."""

    def verify_wheel(self, path: Path, *, filename: str, sha256: str | None = None) -> WheelFacts:
        name, version = filename.split("-")[:2]
        facts = some_facts(
            name.replace("_", "-"),
            dict(self.contents.get(name, {f"{name}.py": b""})),
            version=version,
            tag="-".join(filename.removesuffix(".whl").split("-")[-3:]),
            requires=self.requires.get(name, ()),
        )
        if self.size is not None:
            members = tuple(one._replace(size=self.size) for one in facts.members)
            facts = facts._replace(members=members)
        return _with_hash(facts, sha256 or facts.sha256)

    def refuse_bomb(self, path: Path, *, filename: str) -> tuple[str, ...]:
        return ()

    def read_member(self, path: Path, member: WheelMember) -> bytes:
        return self.texts.get(member.path, b"")

    def write_zip(
        self, destination: Path, layer: Layer, wheel_path: Callable[[str], Path]
    ) -> WrittenArchive:
        self.written.append(layer)
        return WrittenArchive(sha256="f" * 64, size=self.zip_size)

    def write_folder(
        self, destination: Path, layer: Layer, wheel_path: Callable[[str], Path]
    ) -> None:
        self.written.append(layer)


@dataclass(kw_only=True)
class FakeFiles:
    """Files in memory."""

    there: dict[Path, bytes] = field(default_factory=dict)

    def read(self, path: Path) -> bytes | None:
        return self.there.get(path)

    def write(self, path: Path, content: bytes) -> None:
        self.there[path] = content


@dataclass
class Heard(Silence):
    """Progress that keeps the steps that were said to begin."""

    steps: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.steps.append(text)


@dataclass(kw_only=True)
class World:
    """All fakes together and the doors made of them."""

    resolver: FakeResolver
    index: FakeIndex
    store: FakeStore = field(default_factory=FakeStore)
    fetcher: FakeFetcher = field(default_factory=FakeFetcher)
    archive: FakeArchive = field(default_factory=FakeArchive)
    files: FakeFiles = field(default_factory=FakeFiles)
    offline: bool = False

    @property
    def doors(self) -> Doors:
        return Doors(
            resolver=self.resolver,
            index=self.index,
            fetcher=self.fetcher,
            store=self.store,
            archive=self.archive,
            output=self.archive,
            files=self.files,
            offline=self.offline,
        )


def world(
    projects: Mapping[str, tuple[str | DistributionFile, ...]],
    answers: Callable[[Question], Mapping[str, str] | str],
) -> World:
    """A world whose index has ``projects`` (file names) and whose resolver answers ``answers``."""
    files = {
        name: tuple(one if isinstance(one, DistributionFile) else a_file(one) for one in those)
        for name, those in projects.items()
    }
    index = FakeIndex(projects=files)
    return World(resolver=FakeResolver(answers=answers, index=index), index=index)


def _with_hash(facts: WheelFacts, sha256: str) -> WheelFacts:
    return facts._replace(sha256=sha256)
