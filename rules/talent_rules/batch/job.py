"""The job folder: what was asked, and the chunks done, so that an interrupted run goes on where it stood."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from talent_rules.batch.chunks import Kept, read_kept, write_whole

FORMAT = 6
_WORDS = {
    "input_sha256": "输入文件",
    "rule_base": "规则版本",
    "as_of": "申请日期",
    "mapping": "列的对应",
    "sheets": "工作表",
    "engine": "引擎",
    "limit": "--limit",
    "place": "地区",
    "format": "程序版本",
    "chunk": "程序版本",
    "figures": "结果的格式",
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything the result depends on."""

    input_sha256: str
    rule_base: str
    as_of: str
    place: str
    sheets: tuple[str, ...]
    mapping: tuple[tuple[int, str, str, str], ...]
    engine: str
    limit: int | None
    chunk: int
    figures: bool = False
    format: int = FORMAT

    def to_json(self) -> str:
        """One line, keys sorted."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def differences(self, other: dict[str, Any]) -> list[str]:
        """What is not the same, in words."""
        mine = json.loads(self.to_json())
        return list(dict.fromkeys(_WORDS.get(k, k) for k in mine if mine[k] != other.get(k)))


class JobFolder:
    """`结果.xlsx.job/` beside the output: a manifest and numbered chunk files."""

    def __init__(self, output: Path) -> None:
        self.path = output.with_name(output.name + ".job")
        self._gone = output.with_name(output.name + ".job.gone")

    @property
    def manifest(self) -> dict[str, Any] | None:
        """What an earlier run was asked; None when there is none, or it cannot be read."""
        try:
            found = json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def start(self, manifest: Manifest) -> None:
        """Begin anew, clearing what an earlier job of ours left."""
        self.sweep()
        if self.path.exists():
            self.clear()
        self.path.mkdir(mode=0o700)
        write_whole(self.path / "manifest.json", manifest.to_json().encode())

    def clear(self) -> None:
        """Remove the folder, at once for everybody who looks. Raises FileExistsError when it is not a job's."""
        if self.path.exists():
            names = {p.name for p in self.path.iterdir()}
            if not all(n.startswith(("manifest.json", "chunk-", "out-", "xlsx-", "tmp")) for n in names):
                raise FileExistsError(self.path)
            self.sweep()
            self.path.rename(self._gone)
            shutil.rmtree(self._gone)

    def sweep(self) -> None:
        """Remove what is left of a folder whose removal was interrupted."""
        shutil.rmtree(self._gone, ignore_errors=True)

    def part(self, number: int = 0) -> Part:
        """The chunks of one table of the job."""
        return Part(self.path, number)


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a job: its chunks and its marks."""

    job: Path
    number: int = 0

    def chunk(self, number: int) -> Path:
        """Where chunk `number` is or will be."""
        return self.job / f"chunk-{self.number:06d}-{number:06d}.arrow"

    def done(self, number: int) -> Kept | None:
        """What is known of a finished chunk; None when it is still to do."""
        path = self.chunk(number)
        try:
            return read_kept(path) if path.exists() else None
        except (OSError, ValueError, KeyError):
            path.unlink(missing_ok=True)
            return None

    def mark(self, word: str) -> Path:
        """The file that says that a step is claimed or done."""
        return self.job / f"tmp-{self.number:06d}.{word}"


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 of a file, and its line breaks (a guess at its rows)."""
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
            lines += piece.count(b"\n")
    return digest.hexdigest(), lines
