"""`python -m bot.cli` is `pincite`."""

from .app import main

main()
