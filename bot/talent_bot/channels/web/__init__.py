"""The web page: server-rendered, works without a script, phone first; and the JSON API beside it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import uvicorn

from talent_bot.advisor import Advising
from talent_bot.channels.web.application import create_app, today_in_china
from talent_bot.settings import Settings
from talent_bot.store import Store, open_store

SWEEP_SECONDS = 24 * 3600


def serve(settings: Settings, advisor: Advising) -> None:
    """Serve until stopped; idle dialogues are swept every day. Raises StoreError or SettingsError at the start."""
    asyncio.run(_serve(settings, advisor))


async def _serve(settings: Settings, advisor: Advising) -> None:
    from talent_bot.channels.wechat import wechat_routes

    store = await open_store(settings.store_url())
    try:
        app = create_app(advisor, store, settings, routes=wechat_routes(advisor, store, settings))
        config = uvicorn.Config(
            app, host=settings.host, port=settings.port, server_header=False, log_level="warning", access_log=False
        )
        sweeping = asyncio.create_task(_sweep(store))
        await uvicorn.Server(config).serve()
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping
    finally:
        await store.close()


async def _sweep(store: Store) -> None:
    while True:
        try:
            await store.sweep()
        except Exception:  # a failed sweep is tried again tomorrow; the service goes on
            logging.getLogger(__name__).exception("sweep failed")
        await asyncio.sleep(SWEEP_SECONDS)


__all__ = ["create_app", "serve", "today_in_china"]
