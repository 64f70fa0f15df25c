"""The wording: the English catalogue is complete and current, and numbers survive it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po

from talent_bot.words import load_words, negotiate

HERE = Path(__file__).parent
PO = HERE.parents[1] / "bot" / "talent_bot" / "locale" / "en" / "LC_MESSAGES" / "chat.po"


def test_the_catalogues_are_current_and_complete() -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "catalogue.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_translation_keeps_its_places() -> None:
    with PO.open("rb") as handle:
        for message in read_po(handle):
            if message.id:
                assert set(re.findall(r"{(\w+)}", str(message.id))) == set(re.findall(r"{(\w+)}", str(message.string)))


def test_channels_language_codes_are_understood() -> None:
    assert [negotiate(c) for c in ("zh-hans", "zh", "en-GB", "en_US", "mn", "")] == ["zh", "zh", "en", "en", "zh", "zh"]


def test_a_sentence_is_said_in_the_language_asked_for() -> None:
    words = load_words()
    assert words["zh"]("合计：{total}", total="40万元") == "合计：40万元"
    assert words["en"]("合计：{total}", total="40万元") == "Total: 40万元"
