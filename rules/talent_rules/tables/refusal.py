"""A file that is not read: one Chinese sentence, and what to do instead."""

from __future__ import annotations


class Refused(Exception):
    """The file as a whole cannot be read; `code` is stable, `hint` says what to do."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint

    def __str__(self) -> str:
        return self.message + (f"。{self.hint}" if self.hint else "")

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str, str]]:
        return (Refused, (self.code, self.message, self.hint))
