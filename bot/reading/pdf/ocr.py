"""Optical character recognition: finds the words in a page image with tesseract.

tesseract runs once per page, as in OCRmyPDF: a page that crashes it or takes too long costs only
that page. Images and words go through pipes, because the reading process may not write files.
"""

from __future__ import annotations

import re
import resource
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from os import environ
from shutil import which
from statistics import median

from ...errors import ReadError, SettingsError
from ..common.characters import storable
from ..common.parsing import Element, parsing
from ..office.xml_source import parse_xml
from .lines import PageLine, Part, turned

PROGRAM = "tesseract"

PAGE_SECONDS = 60
MEMORY_BYTES = 2 * 1024**3
"""The limits of tesseract for one page."""

_LISTING_SECONDS = 20
_FEW_LETTERS = 10
_DOUBTFUL = 70
"""Confidence in percent below which a page may be rotated."""

_AUTOMATIC, _AUTOMATIC_TURNED = "3", "1"
"""Page segmentation modes of tesseract: for upright pages, and with detection of rotation."""

_LEAST_OF_NOISE = 50
_NUMBERS = r"(-?[\d.]+)"
_BOX = re.compile(rf"bbox {_NUMBERS} {_NUMBERS} {_NUMBERS} {_NUMBERS}")
_SURE = re.compile(rf"x_wconf {_NUMBERS}")
_SIZE = re.compile(rf"x_size {_NUMBERS}")
_ANGLE = re.compile(rf"textangle {_NUMBERS}")
_BASELINE = re.compile(rf"baseline {_NUMBERS} {_NUMBERS}")


@dataclass(frozen=True, slots=True)
class Image:
    """The image of a page as a Netpbm file, and its scale in dots per point."""

    data: bytes
    height: int
    scale: float


def netpbm(width: int, height: int, grey: bytes, scale: float) -> Image:
    """Returns a page image from its greyscale pixels, one byte each."""
    return Image(b"P5 %d %d 255\n" % (width, height) + grey, height, scale)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The lines on a page, and tesseract's confidence in their words, in percent."""

    lines: list[PageLine]
    sure: int


def require_ocr(languages: str) -> None:
    """Raises SettingsError unless the languages in the setting `ocr` can be read here."""
    if find_spec("PIL") is None:
        raise SettingsError(
            "ocr: reading scans needs pincite[ocr]. Run: pip install 'pincite[ocr]', or leave ocr "
            "empty."
        )
    if which(PROGRAM) is None:
        raise SettingsError(
            f"ocr: reading scans needs the program {PROGRAM}, which is not installed. On Debian "
            "and Ubuntu run: apt-get install tesseract-ocr. Or leave ocr empty."
        )
    known = _known_languages()
    for language in languages.split("+"):
        if language not in known:
            codes = ", ".join(sorted(known)) or "none"
            package = language.lower().replace("_", "-")
            raise SettingsError(
                f"ocr: {PROGRAM} does not know the language '{language}', only {codes}. On Debian "
                f"and Ubuntu run: apt-get install tesseract-ocr-{package}."
            )


@lru_cache(maxsize=1)
def _known_languages() -> frozenset[str]:
    try:
        listed = subprocess.run(
            [PROGRAM, "--list-langs"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LISTING_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SettingsError(
            f"ocr: the program {PROGRAM} does not say which languages it knows ({error}). "
            "Install it once more, or leave ocr empty."
        ) from None
    # The first line is a heading, and "osd" detects orientation; it is not a language.
    return frozenset(listed.stdout.decode("utf-8", "replace").split("\n")[1:]) - {"", "osd"}


def recognised(image: Image, languages: str) -> Recognised:
    """Returns the words in an image; raises ReadError if tesseract fails or takes too long."""
    found = _read(image, languages, _AUTOMATIC)
    letters = sum(len(line.text) for line in found.lines)
    if letters < _FEW_LETTERS or found.sure >= _DOUBTFUL:
        return found
    # Detecting the rotation of every page would take a quarter of the time.
    try:
        other = _read(image, languages, _AUTOMATIC_TURNED)
    except ReadError:
        return found  # detection needs a separate data file, which may be missing
    return max(found, other, key=lambda one: one.sure)


def _read(image: Image, languages: str, way: str) -> Recognised:
    command = [PROGRAM, "stdin", "stdout", "-l", languages, "--psm", way, "hocr"]
    # On small images, several threads wait for each other and take seven times as long.
    surroundings = {**environ, "OMP_THREAD_LIMIT": "1"}
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=surroundings,
        ) as process:
            try:
                # These limits also stop tesseract if this process is killed.
                _bound(process.pid, resource.RLIMIT_CPU, PAGE_SECONDS)
                _bound(process.pid, resource.RLIMIT_AS, MEMORY_BYTES)
                output, _ = process.communicate(image.data, timeout=PAGE_SECONDS)
            except BaseException:
                process.kill()
                raise
    except subprocess.TimeoutExpired:
        raise ReadError(f"took longer than {PAGE_SECONDS} s") from None
    except OSError as error:
        raise ReadError(f"{PROGRAM} does not start: {error.strerror or error}") from None
    if process.returncode:
        raise ReadError(f"{PROGRAM} failed with status {process.returncode}")
    with parsing("hOCR"):
        return _lines(parse_xml(output), image)


def _bound(process: int, what: int, wanted: int) -> None:
    try:
        _, most = resource.prlimit(process, what)
        bound = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.prlimit(process, what, (bound, bound))
    except ProcessLookupError:
        return  # it has already ended


def _lines(root: Element, image: Image) -> Recognised:
    lines, sureness = [], []
    for element in root.iterfind(".//{*}p/{*}span"):
        words = list(_words(element))
        letters = sum(len(text) for text, _, _ in words)
        sure = sum(len(text) * percent for text, _, percent in words) / max(1, letters)
        is_noise = sure < _LEAST_OF_NOISE and not any(
            map(str.isalnum, "".join(w[0] for w in words))
        )
        if not words or is_noise:
            continue
        lines.append(_line(element.get("title", ""), words, image))
        sureness += [(len(text), percent) for text, _, percent in words]
    total = sum(letters for letters, _ in sureness)
    sure = sum(letters * percent for letters, percent in sureness) / max(1, total)
    return Recognised(lines, min(100, max(0, int(sure))))


_Box = tuple[float, float, float, float]


def _words(line: Element) -> Iterator[tuple[str, _Box, float]]:
    """Yields the words of a line with their boxes and confidence in percent."""
    for word in line.iterfind("{*}span"):
        text = storable("".join(word.itertext())).strip()
        title = word.get("title", "")
        box, sure = _BOX.search(title), _SURE.search(title)
        if text and box and sure:
            left, top, right, bottom = map(float, box.groups())
            yield text, (left, top, right, bottom), float(sure[1])


def _line(title: str, words: list[tuple[str, _Box, float]], image: Image) -> PageLine:
    """Returns a line with its words, placed as if the page were turned upright."""
    angle = _ANGLE.search(title)
    turn = round(float(angle[1]) / 90) % 4 if angle else 0
    parts: list[Part] = []
    feet: list[float] = []
    for text, (left, top, right, bottom), _ in words:
        one = turned(left / image.scale, (image.height - bottom) / image.scale, turn)
        other = turned(right / image.scale, (image.height - top) / image.scale, turn)
        parts.append((min(one[0], other[0]), max(one[0], other[0]), text))
        feet.append(min(one[1], other[1]))
    size = _SIZE.search(title)
    height = float(size[1]) / image.scale if size else 10.0
    line = PageLine("", height, median(feet)).of_words(parts)
    box, foot = _BOX.search(title), _BASELINE.search(title)
    if turn == 0 and box and foot:
        bottom = float(box[4]) + float(foot[2])
        line = replace(line, baseline=(image.height - bottom) / image.scale)
    return line
