"""What all tests need."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from talent_rules.tables import lean


def pytest_configure() -> None:
    """Tests started in the background have Ctrl+C ignored, and so would every command they start and stop with it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _keep_pandas() -> Iterator[None]:
    """A command that tests run in their own process must not take pandas from the tests that come later."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lean, "without_pandas", lambda: None)
        yield
