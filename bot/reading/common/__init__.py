"""Code shared by readers of several formats: encodings, lines, headings, dates, metadata.

In: bytes or text of any format. Out: decoded text, blocks, metadata. Open `assembly` first: it
combines the text and the blocks of a document.
"""
