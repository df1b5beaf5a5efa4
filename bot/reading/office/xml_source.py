"""XML from bytes to a tree of elements: nothing is expanded, nothing is fetched."""

from __future__ import annotations

from ..common.parsing import Element


def parse_xml(data: bytes) -> Element:
    """The root of an XML file; entities of its own stay unexpanded, depth and size are bounded.

    Raises what lxml raises for a file that is damaged.
    """
    from lxml.etree import XMLParser, fromstring

    parser = XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return fromstring(data, parser)
