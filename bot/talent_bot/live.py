"""The advisor that answers now: a better published bundle replaces it while running, a bad one does not."""

from __future__ import annotations

import logging
import os
import threading
import time
from datetime import date
from pathlib import Path

from talent_bot.advisor import Advisor
from talent_rules import Rejected, published_stamp

EVERY = 2.0  # seconds between two looks
_log = logging.getLogger(__name__)


class Live:
    """An advisor read from a bundle or a folder of bundles, and looked after. A data folder is read once."""

    def __init__(self, place: str, data: Path | None) -> None:
        named = os.environ.get("TALENT_POLICY_DATA")
        self._place, self._data = place, data or (Path(named) if named else None)
        self._seen = self._stamp()
        self._advisor = Advisor.load(place, self._data)

    def now(self) -> Advisor:
        """The advisor for one turn."""
        return self._advisor

    def look(self) -> bool:
        """Take another bundle if one has to answer now. Whether the advisor changed; what is refused is logged."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        self._seen, before = stamp, self._advisor.base
        try:
            fresh = Advisor.load(self._place, self._data)
        except (Rejected, OSError) as error:
            reason = error.problems[0] if isinstance(error, Rejected) else error
            _log.error("新的发布包没有用：%s。仍由规则版本 %s 回答", reason, before.version[7:15])
            return False
        if (fresh.base.version, fresh.base.release) == (before.version, before.release):
            return False
        self._advisor = fresh
        _log.info("规则版本 %s 换成 %s", before.version[7:15], fresh.base.version[7:15])
        return True

    def watch(self, every: float = EVERY) -> None:
        """Look again and again beside the conversations, where there is something to look at."""
        if self._seen:
            threading.Thread(target=self._watch, args=(every,), name="rules", daemon=True).start()

    def _watch(self, every: float) -> None:
        while True:
            time.sleep(every)
            try:
                self.look()
            except Exception:  # whatever it was, the rules at hand go on answering, and the next look comes
                _log.exception("looking for new rules failed")

    def _stamp(self) -> tuple[object, ...]:
        return published_stamp(self._data, date.today()) if self._data else ()
