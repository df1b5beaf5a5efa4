"""What readers of several formats share: encodings, lines, headings, dates, metadata.

In: bytes or text of any format. Out: decoded text, blocks, metadata.
Open `assembly` first: it puts the text and the blocks of a document together.
"""
