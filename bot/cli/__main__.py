"""Makes `python -m bot.cli` the same as `pincite`."""

from .app import main

if __name__ == "__main__":
    main()
