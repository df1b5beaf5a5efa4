"""The other formats, one module each: Markdown, text, CSV, JSON, EPUB, RTF, subtitles.

In: the bytes of a file. Out: a `Document`. Open the module named after the format.
"""
