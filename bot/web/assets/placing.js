// Where words of a source stand on its page. Both texts are read from one PDF, by different
// programs, which break lines, part words and order what stands side by side in their own ways.

import { countUpTo } from "./offsets.js";

const LETTERS = /[\p{L}\p{N}]/gu;

// Shorter lines stand on a page more than once.
const TELLING_LETTERS = 3;

/** A text with its letters and figures, alike for all ways to write them, each with its offset. */
export function lettersOf(text) {
  const letters = [];
  const places = [];
  let place = 0;
  for (const sign of text) {
    for (const letter of sign.normalize("NFKD").toLowerCase().match(LETTERS) ?? []) {
      // An offset counts UTF-16 units, and a letter may be two of them.
      for (let unit = 0; unit < letter.length; unit += 1) places.push(place);
      letters.push(letter);
    }
    place += sign.length;
  }
  return { text, letters: letters.join(""), places };
}

/** How what `source` says from `start` to `end` stands on `page`: runs of letters that both have,
    {here, there, length}, none if it is not there. Both texts are a whole page with its letters.
    Lines that are too short to be told from others are `there` at null. */
export function matchesOn(page, source, start, end) {
  const whole = matchOn(page, source, start, end);
  if (whole) return [whole];
  const lines = [];
  let from = start;
  while (from < end) {
    const line = source.text.indexOf("\n", from);
    const to = line < 0 ? end : Math.min(line, end);
    const [first, last] = lettersBetween(source, from, to);
    const isShort = last - first < TELLING_LETTERS;
    const short = { here: first, there: null, length: last - first };
    lines.push(isShort ? short : matchOn(page, source, from, to));
    from = to + 1;
  }
  return lines.every(Boolean) ? lines : [];
}

/** Where a part of what was matched stands in the text of `page`; nowhere for more than that. */
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

// The signs at both ends are no letters, and belong to a stretch where they are the same.
function withSigns(page, first, last, opening, closing) {
  const from = page.places[first];
  const to = after(page, last - 1);
  return [
    page.text.slice(0, from).endsWith(opening) ? from - opening.length : from,
    page.text.startsWith(closing, to) ? to + closing.length : to,
  ];
}

function matchOn(page, source, start, end) {
  const [first, last] = lettersBetween(source, start, end);
  if (first >= last) return null;
  const words = source.letters.slice(first, last);
  const found = occurrences(page.letters, words);
  if (found.length === 0) return null;
  const there = occurrences(source.letters, words);
  // Of words that stand on the page more than once, those in the same place in the order of it.
  let place = found[there.indexOf(first)];
  if (found.length !== there.length) {
    const share = first / source.letters.length;
    const away = (at) => Math.abs(at / page.letters.length - share);
    place = found.reduce((best, at) => (away(at) < away(best) ? at : best));
  }
  return { here: first, there: place, length: words.length };
}

// The offset behind a letter, which may be two UTF-16 units long.
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
