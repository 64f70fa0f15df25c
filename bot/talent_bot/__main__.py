"""`python -m talent_bot` is `talent-bot`."""

from talent_bot.app import main

main()
