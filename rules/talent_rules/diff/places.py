"""Which place two data folders differ in, where nobody said: comparing another would prove that nothing changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from talent_rules.model import Place, Problem, Rejected

USUAL = "ordos"
_SHARED = ("reference", "locale")


def differing_place(old: str, new: str, data: Path) -> str:
    """The place to compare two versions of: the only one that differs, else the usual one.

    Raises Rejected where several differ. Versions in git are not looked into.
    """
    before, after = Path(old), Path(new)
    if not (_is_data(before) and _is_data(after)):
        return next((p for p in (_of_file(before, data), _of_file(after, data)) if p), USUAL)
    files = _files(before), _files(after)
    differing = [p for p in sorted(files[0].keys() | files[1].keys()) if files[0].get(p) != files[1].get(p)]
    if len(differing) > 1:
        message = f"两版里改了 {len(differing)} 个地区：{'、'.join(differing)}"
        raise Rejected((Problem(Place(new), "D802", message, f"一次比一个，例如加上 `--place {differing[0]}`"),))
    return differing[0] if differing else USUAL


def lacks(folder: str, place: str) -> bool:
    """Whether a data folder has nothing of a place, so that all of it is new or abolished."""
    return _is_data(Path(folder)) and not any((Path(folder) / place).rglob("*.yaml"))


def _is_data(path: Path) -> bool:
    return (path / "vocabulary.yaml").is_file() and (path / "reference").is_dir()


def _of_file(path: Path, data: Path) -> str:
    """The place a rule file, or the folder of a place, belongs to."""
    name = path.parent.name if path.is_file() else path.name
    return name if path.exists() and name and (data / name).is_dir() and name not in _SHARED else ""


def _files(folder: Path) -> Mapping[str, Mapping[str, bytes]]:
    """The rule files of each place, by name."""
    places = (p for p in folder.iterdir() if p.is_dir() and p.name not in _SHARED and any(p.rglob("*.yaml")))
    return {p.name: {f.relative_to(p).as_posix(): f.read_bytes() for f in p.rglob("*.yaml")} for p in places}
