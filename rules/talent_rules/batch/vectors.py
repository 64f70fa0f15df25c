"""Rows that are alike in some columns of small numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]
_ROOM, _TABLE = 1 << 62, 1 << 18


def distinct(columns: Sequence[npt.NDArray[np.integer]]) -> tuple[Indices, Indices]:
    """The first row of each kind, and the kind of each row; kinds are numbered as they first appear, whatever
    the numbers are, so that the same rows always come out the same. The numbers are not negative."""
    rows = len(columns[0])
    key, room = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        width = int(column.max(initial=0)) + 1
        if width == 1:
            continue
        if room * width >= _ROOM:
            distinct_keys, back = np.unique(key, return_inverse=True)
            key, room = back.reshape(-1).astype(np.int64), len(distinct_keys)
        key, room = key * width + column, room * width
    if room <= _TABLE:
        first, back = _by_table(key, room)
    else:
        _, first, back = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[back.reshape(-1)]


def _by_table(key: npt.NDArray[np.int64], room: int) -> tuple[Indices, Indices]:
    """The same without sorting."""
    place = np.full(room, -1, dtype=np.intp)
    place[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    present = np.flatnonzero(place >= 0)
    first = place[present]
    place[present] = np.arange(len(present))
    return first, place[key]
