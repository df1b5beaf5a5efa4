"""Lets `python -m pincite` run the `pincite` command."""

from .cli.app import main

if __name__ == "__main__":
    main()
