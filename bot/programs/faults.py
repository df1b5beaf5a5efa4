"""What people and programs are told over a network when something goes wrong."""

from __future__ import annotations

import logging

from ..errors import PinciteError

_log = logging.getLogger(__name__)


def told(error: Exception) -> str:
    """The message of a deliberate error as a sentence; of any other only that there was one.

    An error that nobody foresaw may name anything: it goes to the log and not over the network.
    """
    if not isinstance(error, PinciteError):
        _log.error("An error inside pincite.", exc_info=error)
    return told_again(error)


def told_again(error: Exception) -> str:
    """As `told`, of an error that the log has already.

    The command line puts "error:" before a message, which therefore begins in lower case; where
    it begins with a file's name, that is left alone.
    """
    if isinstance(error, PinciteError):
        message = str(error)
        word = message.partition(" ")[0]
        return message[:1].upper() + message[1:] if word.isalpha() else message
    return "An error inside pincite; the terminal that runs it shows which."
