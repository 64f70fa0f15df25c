"""A real PostgreSQL on loopback, made for the tests and thrown away; it ends with them, also if they are killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def _programs() -> Path | None:
    """Where Debian, or the PATH, keeps `initdb`."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    found = shutil.which("initdb")
    return debian[-1].parent if debian else Path(found).resolve().parent if found else None


def _as_user() -> list[str]:
    """PostgreSQL refuses to run as root; and it is to die with its parent, this process."""
    user = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *user, "--pdeathsig", "QUIT", "--"]


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a fresh cluster; skips where PostgreSQL is not installed."""
    pytest.importorskip("psycopg_pool", reason="没有 psycopg：pip install 'psycopg[binary,pool]'")
    programs = _programs()
    if programs is None or shutil.which("setpriv") is None:
        pytest.skip("没有 PostgreSQL：apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="talent-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = ("listen_addresses=127.0.0.1", "fsync=off", "shared_buffers=16MB", f"unix_socket_directories={folder}")
    make = [
        *_as_user(),
        str(programs / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "talent",
        "-A",
        "trust",
        "-N",
        "-E",
        "UTF8",
    ]
    serve = [*_as_user(), str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port)]
    null = subprocess.DEVNULL
    try:
        subprocess.run([*make, "--locale=C"], check=True, cwd=folder, timeout=60, stdout=null, stderr=null)
        serve += [p for s in settings for p in ("-c", s)]
        server = subprocess.Popen(serve, cwd=folder, stdout=null, stderr=null)
        try:
            _wait(server, port)
            yield f"postgresql://talent@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing is to be kept
            server.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
