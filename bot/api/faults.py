"""Error messages for people and programs on the network."""

from __future__ import annotations

import logging

from ..errors import PinciteError

_log = logging.getLogger(__name__)


def public_message(error: Exception) -> str:
    """Returns the message of a PinciteError as a sentence, and a generic message for other errors.

    An unexpected error may name anything, so its text goes to the log and not over the network.
    """
    if not isinstance(error, PinciteError):
        _log.error("An error inside pincite.", exc_info=error)
    return message_of(error)


def message_of(error: Exception) -> str:
    """Like `public_message`, for an error that is already in the log.

    The command line puts "error:" before a message, so messages begin in lower case. This
    capitalises the first word, unless it is a file name.
    """
    if isinstance(error, PinciteError):
        message = str(error)
        word = message.partition(" ")[0]
        return message[:1].upper() + message[1:] if word.isalpha() else message
    return "An error inside pincite; the terminal that runs it shows which."
