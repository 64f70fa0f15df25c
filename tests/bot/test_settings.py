"""Settings: what is missing or wrong is said in Chinese, and no secret shows itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from talent_bot.settings import Settings, SettingsError, load_settings

TOKEN = "123456:AAabcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("TALENT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert (settings.place, settings.telegram_base_url) == ("ordos", "https://api.telegram.org")
    assert settings.store_url().endswith("/state/talent-policy/chat.db")


def test_a_missing_token_is_explained() -> None:
    with pytest.raises(SettingsError, match=r"BotFather.*make chat"):
        load_settings().need_telegram_token()


def test_the_token_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_TELEGRAM_TOKEN", f" {TOKEN}\n")
    monkeypatch.setenv("TALENT_STORE", "postgresql://u:PASSWORD@h/d")
    settings = load_settings()
    assert settings.need_telegram_token() == TOKEN
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert "AAabc" not in shown
    assert "PASSWORD" not in shown


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TALENT_TELEGRAM_TOKEN", "not-a-SECRETVALUE", "BotFather"),
        ("TALENT_TELEGRAM_WEBHOOK_SECRET", "SECRETVALUE 密", "字母"),
        ("TALENT_TELEGRAM_BASE_URL", "SECRETVALUE", "https://"),
        ("TALENT_PORT", "SECRETVALUE", "整数"),
        ("TALENT_PORT", "99999", "太大"),
    ],
)
def test_a_wrong_value_is_named_but_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert f"{name}：" in str(caught.value)
    assert said in str(caught.value)
    assert "SECRETVALUE" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TALENT_TELEGRAM_TOKEN", "TALENT_PORT", "TALENT_POLICY_DATA", "TALENT_TELEGRAM_BASE_URL"):
        monkeypatch.setenv(name, "")
    assert load_settings() == Settings()


def test_a_file_works_like_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"TALENT_TELEGRAM_TOKEN={TOKEN}\nTALENT_PLACE=shifan\n其他=1\n", encoding="utf-8")
    settings = load_settings()
    assert (settings.need_telegram_token(), settings.place) == (TOKEN, "shifan")


def test_a_server_may_be_given_with_or_without_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_TELEGRAM_BASE_URL", "http://127.0.0.1:8081/")
    assert load_settings().telegram_base_url == "http://127.0.0.1:8081"


def test_a_webhook_needs_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_TELEGRAM_WEBHOOK_URL", "https://example.org/in")
    with pytest.raises(SettingsError, match="TALENT_TELEGRAM_WEBHOOK_SECRET"):
        load_settings().need_webhook_secret()


def test_the_key_secret_lives_beside_the_file_and_stays(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path}/chat.db")
    assert settings.keys().of("web", 1) == settings.keys().of("web", 1)
    assert (tmp_path / "chat.db.secret").stat().st_mode & 0o777 == 0o600


def test_several_hosts_must_share_a_secret() -> None:
    with pytest.raises(SettingsError, match="TALENT_SECRET"):
        Settings(store="postgresql://h/d").keys()
    assert Settings(store="postgresql://h/d", secret="x" * 32).keys()
