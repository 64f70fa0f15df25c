"""The running channel: PTB's application put together, started, looked after and stopped."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from telegram import BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, Application, CallbackContext, TypeHandler

from talent_bot.channels.telegram import wording
from talent_bot.channels.telegram.crowd import Crowd
from talent_bot.channels.telegram.delivery import Delivery, Draw
from talent_bot.channels.telegram.desk import Desk, Think, today
from talent_bot.channels.telegram.inbox import CHANNEL, Inbox, RecordingBot
from talent_bot.channels.telegram.incoming import ALLOWED, parse
from talent_bot.channels.telegram.network import AiohttpRequest
from talent_bot.settings import Settings, SettingsError
from talent_bot.store import Keys, Outgoing, Store

if TYPE_CHECKING:
    from starlette.routing import Route

POLL_SECONDS = 10
CARE_SECONDS = 15.0
LEASE_SECONDS = 600.0  # another host may be sending it: longer than any pause Telegram asks for
PATIENCE = 10.0
DAY = 86_400.0
MOST_RETRIES = 3
CONNECTIONS = 32  # so many carry hundreds of messages a second
_log = logging.getLogger(__name__)


class Telegram:
    """One bot: `start`, `stop`, and a `route` where updates come in by webhook."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        keys: Keys,
        think: Think,
        *,
        draw: Draw | None = None,
        on: Callable[[], date] = today,
        pace: float | None = None,
        timeout: float = 20.0,
        care_seconds: float = CARE_SECONDS,
    ) -> None:
        self._store = store
        self._care_seconds = care_seconds
        self.inbox = Inbox(store, keys)
        self.bot = _bot(settings, self.inbox, settings.telegram_pace if pace is None else pace, timeout)
        self._delivery = Delivery(store, self.bot, draw)
        self._desk = Desk(store, keys, self.bot, self._delivery, think, draw is not None, on)
        crowd = Crowd(self._desk.key_of, self._desk.refuse, settings.telegram_daily_limit, on)
        self.application: Application[Any, Any, Any, Any, Any, Any] = (
            Application.builder().bot(self.bot).concurrent_updates(crowd).post_init(_set_menu).build()
        )
        self.application.add_handler(TypeHandler(object, self._desk.handle))
        self.application.add_error_handler(self._failed)
        self._care: asyncio.Task[None] | None = None
        self._polling = False

    # ── start and stop ──────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Connect, and take up what was left unfinished. Raises SettingsError when the token is refused."""
        await self._until_reached(self.application.initialize)
        _log.info("connected as @%s", self.bot.username)
        await _set_menu(self.application)
        await self.application.start()
        left = await self._delivery.claim(CHANNEL, LEASE_SECONDS if self._store.shared else 0.0)
        for update in await self._store.waiting(CHANNEL):
            await self.application.update_queue.put(parse(update.raw))
        self._care = asyncio.create_task(self._look_after(left))

    async def poll(self, seconds: int = POLL_SECONDS) -> None:
        """Fetch updates from now on."""
        assert self.application.updater is not None
        self._polling = True
        await self.application.updater.start_polling(
            timeout=seconds, bootstrap_retries=-1, allowed_updates=ALLOWED, error_callback=_poll_failed
        )

    async def announce(self, url: str, secret: str) -> None:
        """Have updates sent to a webhook from now on."""

        async def announce() -> None:
            await self.bot.set_webhook(url, allowed_updates=ALLOWED, secret_token=secret, max_connections=40)

        await self._until_reached(announce)

    def route(self, path: str, secret: str) -> Route:
        """The webhook as a route of a web app."""
        from talent_bot.channels.telegram.webhook import webhook_route

        return webhook_route(path, secret, self.inbox, self.application.update_queue, self.bot)

    async def stop(self, patience: float = PATIENCE) -> None:
        """Finish what is being answered, but not for ever: the rest is in the inbox."""
        if self._care is not None:
            self._care.cancel()
            await asyncio.gather(self._care, return_exceptions=True)
        try:
            async with asyncio.timeout(patience):
                if self.application.updater is not None and self.application.updater.running:
                    await self.application.updater.stop()
                if self.application.running:
                    await self.application.stop()
        except TimeoutError:
            await self._desk.abandon()
            _log.warning("stopped before everything was answered; the inbox keeps it for the next start")
        self._desk.close()
        with suppress(RuntimeError, TelegramError):
            await self.application.shutdown()

    async def _until_reached(self, action: Callable[[], Awaitable[None]]) -> None:
        """Do something at Telegram, however long it is away. Raises SettingsError when it says no."""
        wait = 1.0
        while True:
            try:
                return await action()
            except InvalidToken:
                raise SettingsError("Telegram 不认这个 TALENT_TELEGRAM_TOKEN：请向 @BotFather 核对或重新领取") from None
            except BadRequest as error:
                raise SettingsError(f"Telegram 不接受 TALENT_TELEGRAM_WEBHOOK_URL：{error.message}") from None
            except (NetworkError, RetryAfter) as error:
                _log.warning("Telegram cannot be reached (%s), next try in %.0f s", type(error).__name__, wait)
                await asyncio.sleep(wait)
                wait = min(30.0, 2 * wait)

    # ── looking after it ────────────────────────────────────────────────────────────────────

    async def _look_after(self, left: Mapping[str, Sequence[Outgoing]]) -> None:
        """Every few seconds: what was left behind and a sign of life; once a day, who has been away."""
        swept = time.monotonic() - DAY
        while True:
            try:
                await self._delivery.catch_up(left)
                for item in tuple(self._desk.failed.values()):
                    await self.application.update_queue.put(item)
                if self._alive():
                    await self._store.heartbeat(CHANNEL)
                else:
                    _log.error("no updates could be fetched for a minute")
                if time.monotonic() - swept >= DAY:
                    await self._store.sweep()
                    swept = time.monotonic()
                await asyncio.sleep(self._care_seconds)
                left = await self._delivery.claim(CHANNEL, LEASE_SECONDS)
            except Exception as error:
                _log.error("the caretaker failed (%s)", type(error).__name__)
                await asyncio.sleep(self._care_seconds)
                left = {}

    def _alive(self) -> bool:
        return not self._polling or time.monotonic() - self.bot.polled < 6 * POLL_SECONDS

    async def _failed(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        await self._desk.on_error(update, context.error)


def _bot(settings: Settings, inbox: Inbox, pace: float, timeout: float) -> RecordingBot:
    server = settings.telegram_base_url
    return RecordingBot(
        inbox,
        token=settings.need_telegram_token(),
        base_url=f"{server}/bot",
        base_file_url=f"{server}/file/bot",
        request=AiohttpRequest(server, CONNECTIONS, timeout),
        get_updates_request=AiohttpRequest(server, 1, timeout),
        rate_limiter=AIORateLimiter(overall_max_rate=pace, max_retries=MOST_RETRIES),
    )


async def _set_menu(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """The commands, in Chinese and in English; the bot works without them too."""
    scope = BotCommandScopeAllPrivateChats()
    chinese = [BotCommand(name, text) for name, text, _ in wording.COMMANDS]
    english = [BotCommand(name, text) for name, _, text in wording.COMMANDS]
    try:
        await application.bot.set_my_commands(chinese, scope)
        await application.bot.set_my_commands(english, scope, language_code="en")
    except TelegramError as error:
        _log.warning("the menu could not be set (%s)", type(error).__name__)


def _poll_failed(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        _log.error("另一个程序正用同一个 token 取消息（409）：请只运行一个，或检查是否设过 webhook")
    else:
        _log.warning("fetching updates failed (%s), trying again", type(error).__name__)
