"""Saved web pages: the article, its metadata and the furniture (boilerplate) around it.

In: HTML. Out: a `Document` whose menus, notices and teasers are marked as skipped. Open `html`
first.
"""
