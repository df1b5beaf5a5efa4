"""Word, PowerPoint, Excel and OpenDocument.

In: the bytes of a file. Out: a `Document` with its tables, notes, equations and comments.
Open `docx`, `pptx`, `spreadsheets` or `odt`.
"""
