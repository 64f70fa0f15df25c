"""What keeps a process that works with Arrow small."""

from __future__ import annotations

import ctypes
import sys


class _WithoutPandas:
    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ImportError(name)


def without_pandas() -> None:
    """From now on there is no pandas in this process: Arrow loads it, where it is installed, merely to see that
    nobody uses it, which takes half a second and 40 MB."""
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _WithoutPandas())


def give_back() -> None:
    """Hand memory that is free back to the system, as far as it can be told to take it."""
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libc.so.6").malloc_trim(0)
        except (OSError, AttributeError):
            return  # another C library: nothing is lost
