// Locates text of a source on its PDF page. Two programs extracted the source's text and the page's
// text, and they break lines, separate words and order columns differently.

import { countUpTo } from "../shared/offsets.js";

const LETTERS = /[\p{L}\p{N}]/gu;

// Shorter lines may occur on a page more than once.
const TELLING_LETTERS = 3;

// Separators in the source's text: between the cells of a row, and between a label and its value.
const CELL_END = " | ";
const LABEL_END = ": ";

/** Return a text with its normalized letters and digits, each with its offset. */
export function lettersOf(text) {
  const letters = [];
  const places = [];
  let place = 0;
  for (const sign of text) {
    for (const letter of sign.normalize("NFKD").toLowerCase().match(LETTERS) ?? []) {
      // Offsets count UTF-16 units; a letter may have two.
      for (let unit = 0; unit < letter.length; unit += 1) places.push(place);
      letters.push(letter);
    }
    place += sign.length;
  }
  return { text, letters: letters.join(""), places };
}

/** Match the text of `source` from `start` to `end` with `page`. Returns the runs of letters that
    both have, {here, there, length}; none if most of it is missing. Both arguments are whole pages
    with their letters. `there` is null for a run that is missing or too short to be unique. */
export function matchesOn(page, source, start, end) {
  const whole = matchOn(page, source, start, end);
  if (whole) return [whole];
  const matches = spansBetween(source.text, "\n", start, end)
    .flatMap(([from, to]) => matchesOfLine(page, source, from, to));
  const lengthOf = (some) => some.reduce((length, match) => length + match.length, 0);
  const found = matches.filter((match) => match.there !== null);
  const missed = matches.filter((match) => match.isMissed);
  return found.length && lengthOf(found) > lengthOf(missed) ? matches : [];
}

// A line is matched as a whole, or as the row of a table, where the labels are above the values.
function matchesOfLine(page, source, start, end) {
  const [first, last] = lettersBetween(source, start, end);
  if (last - first < TELLING_LETTERS) return [unplaced(first, last)];
  const whole = matchOn(page, source, start, end);
  if (whole) return [whole];
  const cells = spansBetween(source.text, CELL_END, start, end);
  if (cells.length < 2) return [{ ...unplaced(first, last), isMissed: true }];
  const matches = [];
  let near = null;
  for (const [from, to] of cells) {
    const label = source.text.slice(from, to).indexOf(LABEL_END);
    const value = label < 0 ? from : from + label + LABEL_END.length;
    matches.push(unplaced(...lettersBetween(source, from, value)));
    const [begin, finish] = lettersBetween(source, value, to);
    const isShort = finish - begin < TELLING_LETTERS && near === null;
    const match = isShort ? null : matchOn(page, source, value, to, near);
    if (match) near = match.there + match.length;
    matches.push(match ?? { ...unplaced(begin, finish), isMissed: !isShort });
  }
  return matches;
}

const unplaced = (first, last) => ({ here: first, there: null, length: last - first });

function spansBetween(text, sign, start, end) {
  const spans = [];
  let from = start;
  while (from < end) {
    const at = text.indexOf(sign, from);
    const to = at < 0 ? end : Math.min(at, end);
    spans.push([from, to]);
    from = to + sign.length;
  }
  return spans;
}

/** Return where a part of the matched text is on the `page`; nothing for text outside the match. */
export function stretchesOf(page, source, matches, start, end) {
  const [first, last] = lettersBetween(source, start, end);
  const stretches = [];
  let length = 0;
  for (const match of matches) {
    const from = Math.max(first, match.here);
    const to = Math.min(last, match.here + match.length);
    if (from >= to) continue;
    length += to - from;
    if (match.there === null) continue;
    const [begin, finish] = [from, to].map((at) => at - match.here + match.there);
    const opening = source.text.slice(start, source.places[first]).trimStart();
    const closing = source.text.slice(after(source, last - 1), end).trimEnd();
    const signs = [from === first ? opening : "", to === last ? closing : ""];
    stretches.push(withSigns(page, begin, finish, ...signs));
  }
  return length >= last - first ? stretches : [];
}

// Punctuation at both ends is not matched as letters; include it if it is the same in both texts.
function withSigns(page, first, last, opening, closing) {
  const from = page.places[first];
  const to = after(page, last - 1);
  return [
    page.text.slice(0, from).endsWith(opening) ? from - opening.length : from,
    page.text.startsWith(closing, to) ? to + closing.length : to,
  ];
}

function matchOn(page, source, start, end, near = null) {
  const [first, last] = lettersBetween(source, start, end);
  if (first >= last) return null;
  const words = source.letters.slice(first, last);
  const found = occurrences(page.letters, words);
  if (found.length === 0) return null;
  const there = occurrences(source.letters, words);
  // If the words occur on the page more than once, take the occurrence with the same rank as in the
  // source. If the counts differ or `near` is given, take the occurrence nearest to the expected
  // place.
  let place = found[there.indexOf(first)];
  if (near !== null || found.length !== there.length) {
    const share = first / source.letters.length;
    const away = (at) =>
      near === null ? Math.abs(at / page.letters.length - share) : Math.abs(at - near);
    place = found.reduce((best, at) => (away(at) < away(best) ? at : best));
  }
  return { here: first, there: place, length: words.length };
}

// The offset after a letter, which may have two UTF-16 units.
function after({ text, places }, letter) {
  const place = places[letter];
  return place + (text.codePointAt(place) > 0xffff ? 2 : 1);
}

function lettersBetween({ places }, start, end) {
  return [countUpTo(places, start - 1), countUpTo(places, end - 1)];
}

function occurrences(text, words) {
  const found = [];
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) found.push(at);
  return found;
}
