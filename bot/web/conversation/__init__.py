"""The conversation: the Gradio page, what its events do, and what the server keeps of it.

In: questions of a browser. Out: exchanges, drawn as HTML.
Open `chat` first.
"""
