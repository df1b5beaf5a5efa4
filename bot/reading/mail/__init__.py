"""Mail: the parts of a message, forwarded messages, quoted history and attachments.

In: the bytes of a message. Out: a `Document`. Open `reader` first.
"""
