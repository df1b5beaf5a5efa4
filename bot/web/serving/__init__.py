"""Serving the chat: the ASGI application, who may ask it, and from where.

In: settings. Out: a running server.
Open `app` first, then `guard`, the one gate in front of every address.
"""
