"""`python -m bot.cli` is `pincite`."""

from .app import main

if __name__ == "__main__":
    main()
