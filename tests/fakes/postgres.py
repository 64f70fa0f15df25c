"""A real PostgreSQL on loopback, made for these tests and thrown away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def _programs() -> Path | None:
    """Where Debian, or the PATH, keeps `initdb`."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    found = shutil.which("initdb")
    return debian[-1].parent if debian else Path(found).resolve().parent if found else None


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a fresh cluster; skips where PostgreSQL is not installed."""
    pytest.importorskip("psycopg_pool", reason="没有 psycopg：pip install 'psycopg[binary,pool]'")
    programs = _programs()
    if programs is None:
        pytest.skip("没有 PostgreSQL：apt-get install postgresql")
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="talent-pg-"))
    if user:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*user, str(programs / program), *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=60
        )

    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=16MB"
    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "talent", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
        yield f"postgresql://talent@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*user, str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop"], check=False, cwd=folder
        )
        shutil.rmtree(folder, ignore_errors=True)
