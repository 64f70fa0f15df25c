"""Keep secrets and people's words out of the log, whatever a library writes and at whatever level."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Iterable
from typing import Any

HIDDEN = "•••"
_TOKEN = re.compile(r"\d{5,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")  # any bot token, also one that is not ours
_QUIET = {
    "telegram": logging.INFO,
    "telegram.ext.ExtBot": logging.CRITICAL + 1,  # it writes updates that it cannot read into the log, whole
    "aiohttp": logging.WARNING,
}


def hide(text: str, secrets: Iterable[str] = ()) -> str:
    """A text without secrets."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _TOKEN.sub(HIDDEN, text)


def protect(secrets: Iterable[str]) -> Callable[[], None]:
    """Hide secrets in every log record from now on, in tracebacks too; returns how to stop it.

    A filter on a logger does not see what its children write, and one on a handler not what later
    handlers do; so this is where records are made. At DEBUG, the libraries would also log the texts of
    messages: they are kept above that.
    """
    known = tuple(secret for secret in secrets if secret)
    make = logging.getLogRecordFactory()

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            record.msg, record.args = hide(record.getMessage(), known), ()
        except (TypeError, ValueError):  # the arguments do not fit the message
            record.msg, record.args = hide(str(record.msg), known), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = hide("".join(traceback.format_exception(*record.exc_info)).rstrip(), known)
            record.exc_info = None
        return record

    logging.setLogRecordFactory(factory)
    levels = {name: logging.getLogger(name).level for name in _QUIET}
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)

    def stop() -> None:
        logging.setLogRecordFactory(make)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)

    return stop
