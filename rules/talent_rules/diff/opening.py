"""Opening a version: a data folder, one rule file, or either as it stood at a git revision."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from talent_rules.compiler.load import load_folder
from talent_rules.model import Place, Problem, Rejected
from talent_rules.rulebase import RuleBase


@contextmanager
def opened(name: str, data: Path, place: str = "ordos", cwd: Path | None = None) -> Iterator[RuleBase]:
    """The rule base a name stands for: `DIR`, `FILE.yaml`, `REV:DIR` or `REV:FILE.yaml`.

    A folder is a data folder, or the folder of one place; that, or a single file, is read with the
    vocabulary of `data`. Raises Rejected when there is no such thing or its files are bad.
    """
    path = Path(name)
    if path.exists():
        yield _loaded(path, data, place)
    elif ":" in name:
        revision, _, inside = name.partition(":")
        with TemporaryDirectory(prefix="talent-diff-") as folder:
            _checkout(revision, inside, Path(folder), cwd or Path.cwd())
            yield _loaded(Path(folder) / inside, data, place)
    else:
        raise _refused(name, "没有这个文件夹、文件，也不是 `修订:路径`")


def _refused(name: str, message: str) -> Rejected:
    hint = "写文件夹、规则文件，或 git 修订，例如 `HEAD~1:policy_data`"
    return Rejected((Problem(Place(name), "D801", message, hint),))


def _loaded(path: Path, data: Path, place: str) -> RuleBase:
    if path.is_file():
        return _read(data, [path], place, alone=True)
    if (path / "vocabulary.yaml").is_file() and ((path / "reference").is_dir() or (path / place).is_dir()):
        return _read(path, sorted((path / place).rglob("*.yaml")), place)
    with TemporaryDirectory(prefix="talent-place-") as made:  # so that the words of the place are found beside it
        folder = Path(made)
        for name in ("vocabulary.yaml", "reference"):
            (folder / name).symlink_to((data / name).resolve())
        (folder / place).symlink_to(path.resolve())
        return _read(folder, sorted(p for p in (folder / place).rglob("*.yaml") if p.parent.name != "reference"), place)


def _read(folder: Path, files: Sequence[Path], place: str, alone: bool = False) -> RuleBase:
    """The rule base of some files; one read alone may name benefits of files that are not there."""
    base, problems = load_folder(folder, files, place)
    errors = tuple(p for p in problems if p.severity == "error" and not (alone and p.code == "R508"))
    if base is None or errors:
        raise Rejected(errors)
    return base


def _checkout(revision: str, inside: str, folder: Path, cwd: Path) -> None:
    """The files of a revision below a path, without touching the work tree."""
    command = ["git", "archive", "--format=tar", revision, "--", inside]
    if revision.startswith("-"):
        raise _refused(f"{revision}:{inside}", f"`{revision}` 不是修订")
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        words = getattr(error, "stderr", b"") or b""
        raise _refused(
            f"{revision}:{inside}", f"git 读不出这一版：{words.decode('utf-8', 'replace').strip()}"
        ) from None
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
