"""Runs the readers in a separate process with limits on memory and time.

In: bytes and a suffix. Out: a `Document`, or a `ReadError`. Open `bounded` first; `worker` is the
process that it starts.
"""
