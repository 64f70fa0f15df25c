"""Signature, encrypted mode and XML: WeChat's published sample, and what is refused."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talent_bot.channels.wechat.cipher import Cipher, Forged, signature, signed
from talent_bot.channels.wechat.envelope import Malformed, read_envelope, write_envelope

# The values of the sample program WeChat publishes with its encrypted mode.
TOKEN, STAMP, NONCE = "spamtest", "1409735669", "1320562132"
KEY, APP_ID = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx2c2769f8efd9abc2"
PROOF = "5d197aaffba7e9b25a30732f161a50dee96bd5fa"
SEALED = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrX"
    "pbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzj"
    "lpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI"
    "1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)


def test_the_published_sample_is_read() -> None:
    assert signature(TOKEN, STAMP, NONCE, SEALED) == PROOF and signed(PROOF, TOKEN, STAMP, NONCE, SEALED)
    fields = read_envelope(Cipher.of(KEY, APP_ID).decrypt(SEALED))
    assert fields["Content"] == "abcdteT" and fields["MsgId"] == "6054768590064713728"
    assert fields["FromUserName"] == "oyORnuP8q7ou2gfYjqLzSIWZf0rs"


def test_another_account_cannot_read_it() -> None:
    with pytest.raises(Forged):
        Cipher.of(KEY, "wx_another").decrypt(SEALED)
    with pytest.raises(Forged):
        Cipher.of(KEY[::-1], APP_ID).decrypt(SEALED)


@pytest.mark.parametrize("key", ["", "short", "é" * 43, "!" * 43, KEY + "x"])
def test_a_key_of_the_wrong_shape_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        Cipher.of(key, APP_ID)


def test_the_key_does_not_show() -> None:
    assert "abcdef" not in repr(Cipher.of(KEY, APP_ID)) and "key" not in repr(Cipher.of(KEY, APP_ID))


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again(message: bytes) -> None:
    cipher = Cipher.of(KEY, APP_ID)
    assert cipher.decrypt(cipher.encrypt(message)) == message


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda b: b64encode(b).decode()))
def test_rubbish_is_forged_and_nothing_else(text: str) -> None:
    with pytest.raises(Forged):
        Cipher.of(KEY, APP_ID).decrypt(text)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
XXE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<xml><Content>",
        BOMB,
        XXE,
        b"<!DOCTYPE xml><xml></xml>",
        b'<?xml-stylesheet href="x"?><xml></xml>',
        b"<xml>" + b"<a>" * 50 + b"</a>" * 50 + b"</xml>",
        b"<xml>" + b"".join(b"<a%d>1</a%d>" % (i, i) for i in range(100)) + b"</xml>",
        b"<xml><Content>" + b"a" * 70_000 + b"</Content></xml>",
        b"\xff\xfe<xml></xml>",
        b"<xml>&unknown;</xml>",
    ],
)
def test_dangerous_or_broken_xml_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_envelope(body)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
def test_any_text_survives_the_envelope(text: str) -> None:
    assert read_envelope(write_envelope({"Content": text, "CreateTime": 5}).encode()) == {
        "Content": text,
        "CreateTime": "5",
    }


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        read_envelope(body)
