"""A bot in a process of its own, to be killed: `python bot_process.py API_URL DATABASE`."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from fakes.bot_api import TOKEN
from fakes.turns import counting
from talent_bot.channels.telegram import serve
from talent_bot.settings import Settings

if __name__ == "__main__":
    given: dict[str, Any] = {
        "telegram_token": TOKEN,
        "telegram_base_url": sys.argv[1],
        "store": f"sqlite:///{sys.argv[2]}",
    }
    settings = Settings(_env_file=None, telegram_daily_limit=100_000, **given)
    asyncio.run(serve(settings, counting))
