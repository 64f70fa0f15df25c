"""The WeChat 公众号 channel: a route to mount beside the page, there only when it is set up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from starlette.routing import Route

from talent_bot.advisor import Advising
from talent_bot.channels.web.application import today_in_china
from talent_bot.channels.wechat.callback import CHANNEL, Callback
from talent_bot.channels.wechat.cipher import Cipher
from talent_bot.settings import Settings, SettingsError
from talent_bot.store import Store

PATH = "/wechat"


def wechat_routes(
    advisor: Advising, store: Store, settings: Settings, *, today: Callable[[], date] = today_in_china
) -> tuple[Route, ...]:
    """The callback's route; none without TALENT_WECHAT_TOKEN. Raises SettingsError for half a set-up."""
    callback = wechat_callback(advisor, store, settings, today=today)
    if callback is None:
        return ()
    return (
        Route(PATH, callback.verify, methods=["GET"]),
        Route(PATH, callback.receive, methods=["POST"]),
    )


def wechat_callback(
    advisor: Advising, store: Store, settings: Settings, *, today: Callable[[], date] = today_in_china
) -> Callback | None:
    """The callback of these settings, or None where WeChat is not set up."""
    if settings.wechat_token is None:
        return None
    cipher = None
    if settings.wechat_aes_key is not None:
        if not settings.wechat_app_id:
            raise SettingsError("设置了 TALENT_WECHAT_AES_KEY，还需要 TALENT_WECHAT_APP_ID：公众号后台的 AppID")
        try:
            cipher = Cipher.of(settings.wechat_aes_key.get_secret_value(), settings.wechat_app_id)
        except ValueError as error:
            raise SettingsError(str(error)) from error
    keys = settings.keys()
    token = settings.wechat_token.get_secret_value()
    return Callback(advisor, store, lambda person: keys.of(CHANNEL, person), today, token, cipher)


__all__ = ["PATH", "Callback", "wechat_callback", "wechat_routes"]
