"""The settings, from the environment, a `.env` file or a folder of secrets; secrets never show themselves."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from talent_bot.store import Keys, StoreError, secret_from_file, sqlite_path

TELEGRAM_SERVER = "https://api.telegram.org"
SECRETS = Path("/run/secrets")
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which, and what to do."""


class Settings(BaseSettings):
    """All that is set from outside, as `TALENT_…`."""

    model_config = SettingsConfigDict(
        env_prefix="TALENT_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )

    place: str = "ordos"
    policy_data: Path | None = None
    store: SecretStr | None = None  # a URL may hold a password
    secret: SecretStr | None = None
    secret_file: Path | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000

    telegram_token: SecretStr | None = None
    telegram_base_url: str = TELEGRAM_SERVER
    telegram_webhook_url: str = ""
    telegram_webhook_secret: SecretStr | None = None
    telegram_daily_limit: Annotated[int, Field(ge=1)] = 500
    telegram_pace: Annotated[int, Field(ge=0)] = 30  # messages a second to all chats together; 0: as many as come

    wechat_token: SecretStr | None = None
    wechat_aes_key: SecretStr | None = None
    wechat_app_id: str = ""
    wechat_app_secret: SecretStr | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any, info: Any) -> Any:
        if isinstance(value, str):
            value = value.strip()
            return cls.model_fields[info.field_name].default if value == "" else value
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("应是 @BotFather 给的一串：数字、冒号、字母")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("只能用字母、数字、- 和 _，最多 256 个")
        return value

    @field_validator("telegram_base_url", "telegram_webhook_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/\s]+", value):
            raise ValueError("应以 https:// 开头（本机测试可用 http://）")
        return value.rstrip("/")

    def need_telegram_token(self) -> str:
        """The token. Raises SettingsError with how to get one."""
        if self.telegram_token is None:
            raise SettingsError(
                "没有设置 TALENT_TELEGRAM_TOKEN：请在 Telegram 里找 @BotFather 新建机器人，"
                "把它给的 token 写进环境变量或 .env 文件。只想试聊请运行 make chat，不需要 token。"
            )
        return self.telegram_token.get_secret_value()

    def need_webhook_secret(self) -> str:
        """The secret Telegram sends with each update. Raises SettingsError."""
        if self.telegram_webhook_secret is None:
            raise SettingsError(
                "设置了 TALENT_TELEGRAM_WEBHOOK_URL，还需要 TALENT_TELEGRAM_WEBHOOK_SECRET："
                "任意 32 个以上字母数字，可用 openssl rand -hex 32 生成。"
            )
        return self.telegram_webhook_secret.get_secret_value()

    def store_url(self) -> str:
        """Where dialogues are kept: TALENT_STORE, or a file in the state folder of this user."""
        if self.store is not None:
            return self.store.get_secret_value()
        return f"sqlite:///{_state_folder() / 'chat.db'}"

    def keys(self) -> Keys:
        """The keys of dialogues, by TALENT_SECRET or the secret file. Raises SettingsError."""
        try:
            return Keys(self._key_secret())
        except (StoreError, OSError) as error:
            raise SettingsError(str(error)) from error

    def _key_secret(self) -> bytes:
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        if self.secret_file is not None:
            return secret_from_file(self.secret_file)
        url = self.store_url()
        if not url.startswith(("sqlite:", "memory:")):
            raise SettingsError("几台主机共用 PostgreSQL 时，请给它们设置同一个 TALENT_SECRET（32 个以上随机字符）")
        path = sqlite_path(url)
        return os.urandom(32) if path == ":memory:" else secret_from_file(Path(f"{path}.secret"))


def load_settings(**given: Any) -> Settings:
    """The settings of this process. Raises SettingsError in words, without showing any value."""
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = [f"TALENT_{str(e['loc'][0]).upper()}：{_in_chinese(e)}" for e in error.errors(include_input=False)]
        raise SettingsError("设置有误\n" + "\n".join(lines)) from None


def _in_chinese(error: Any) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    known = {"int_parsing": "应是整数", "greater_than_equal": "太小", "less_than_equal": "太大"}
    return known.get(error["type"], "写法不对")


def _state_folder() -> Path:
    root = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(root) / "talent-policy"
