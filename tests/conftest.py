"""What all tests need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from talent_rules.tables import lean


@pytest.fixture(autouse=True, scope="session")
def _keep_pandas() -> Iterator[None]:
    """A command that tests run in their own process must not take pandas from the tests that come later."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lean, "without_pandas", lambda: None)
        yield
