"""Parses XML into element trees, without expanding entities or fetching anything."""

from __future__ import annotations

from ..common.parsing import Element


def parse_xml(data: bytes) -> Element:
    """Returns the root of an XML file; entities stay unexpanded, depth and size are limited.

    Raises lxml's errors for a damaged file.
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
