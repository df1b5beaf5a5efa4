"""Readers of Word, PowerPoint, Excel and OpenDocument files.

In: the bytes of a file. Out: a `Document` with its tables, notes, equations and comments. Open
`docx`, `pptx`, `spreadsheets` or `odt`.
"""
