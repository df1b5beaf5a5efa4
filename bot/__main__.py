"""`python -m pincite` is `pincite`."""

from .cli.app import main

if __name__ == "__main__":
    main()
