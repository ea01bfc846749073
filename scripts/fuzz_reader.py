"""Look for wheels that our reader and others understand differently, led by coverage.

    pip install --group fuzz
    python scripts/fuzz_reader.py CORPUS [-max_total_time=600] [libFuzzer's options]

CORPUS is a folder for the inputs that reach new code; it begins with the samples of the tests.
An input must be refused cleanly, or be read as `zipfile` and `unzip` read it and give a layer that
they find sound, within five seconds and 500 MB. What is not goes to a file `crash-…` in the folder
where this was started; under 4 kB it belongs into `tests/finds`, where a test runs it.

Half of the changes are made by structure (`tests/zip_mutations.py`), half by libFuzzer.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from random import Random

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

with atheris.instrument_imports(include=["manylayers"]):
    from reading_alike import refused_or_read_alike

from wheel_samples import NAME, samples
from zip_mutations import changed

BOUNDS = ["-timeout=5", "-rss_limit_mb=500", "-max_len=16384"]


def mutated(data: bytes, max_size: int, seed: int) -> bytes:
    """``data`` changed, in its structure where it has one."""
    random = Random(seed)  # noqa: S311
    if random.random() < 0.5:
        try:
            return changed(data, random)[:max_size]
        except ValueError:
            pass  # too damaged to have a structure
    return bytes(atheris.Mutate(data, max_size))


def main() -> None:
    """Fill the corpus and fuzz until a find or the end of time."""
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(samples()):
        (corpus / f"sample-{number}").write_bytes(sample)
    with tempfile.TemporaryDirectory() as folder:
        wheel, layer = Path(folder) / NAME, Path(folder) / "layer.zip"

        def one_input(data: bytes) -> None:
            wheel.write_bytes(data)
            refused_or_read_alike(wheel, layer)

        atheris.Setup([*sys.argv, *BOUNDS], one_input, custom_mutator=mutated)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
