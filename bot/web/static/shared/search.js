// Finds words in a text, ignoring case, accents and differences in whitespace.

import { countUpTo } from "./offsets.js";

const MOST_HITS = 100_000;
const DROPPED = 0xffff;
const BLANK = 0x20;
const ACCENTS = /[\u0300-\u036f]/g;
const QUOTES = { "‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "–": "-", "‑": "-" };

// The folded form of each UTF-16 unit; 0 if not computed yet.
const foldedUnits = new Uint16Array(0x10000);

/** A text prepared for many searches. */
export class Searchable {
  #folded;
  #dropped;

  constructor(text) {
    [this.#folded, this.#dropped] = fold(text);
  }

  /** Return start and end of every hit, and whether there are more. */
  hits(words) {
    const [sought] = fold(words);
    const starts = [];
    const ends = [];
    if (sought.trim()) {
      let place = this.#folded.indexOf(sought);
      while (place >= 0 && starts.length < MOST_HITS) {
        starts.push(this.#original(place));
        // Include the accents that follow the last letter.
        ends.push(this.#original(place + sought.length - 1, true));
        place = this.#folded.indexOf(sought, place + sought.length);
      }
      return { starts, ends, isCut: place >= 0 };
    }
    return { starts, ends, isCut: false };
  }

  // `#dropped` holds, for each dropped unit, the number of units kept before it.
  #original(place, isEnd = false) {
    return place + countUpTo(this.#dropped, isEnd ? place + 1 : place) + (isEnd ? 1 : 0);
  }
}

/** Return a text in folded case, without accents, and with single spaces. */
export const folded = (text) => fold(text)[0];

function fold(text) {
  const units = new Uint16Array(text.length);
  const dropped = [];
  let kept = 0;
  let last = 0;
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place);
    const folded = foldedUnits[unit] || learn(unit);
    if (folded === DROPPED || (folded === BLANK && last === BLANK)) {
      dropped.push(kept);
    } else {
      units[kept] = folded;
      kept += 1;
      last = folded;
    }
  }
  return [new TextDecoder("utf-16le").decode(units.subarray(0, kept)), dropped];
}

function learn(unit) {
  foldedUnits[unit] = foldedUnit(String.fromCharCode(unit));
  return foldedUnits[unit];
}

function foldedUnit(letter) {
  if (/\s/.test(letter)) return BLANK;
  if (/[\u0300-\u036f\u00ad\u200b\ufeff]/.test(letter)) return DROPPED;
  const bare = QUOTES[letter] ?? letter.normalize("NFD").replace(ACCENTS, "");
  const plain = bare.toUpperCase().toLowerCase();
  const chosen = plain.length === 1 ? plain : letter;
  // U+0000 and U+FFFF stand for no text, and this table reserves both values.
  return chosen.charCodeAt(0) || DROPPED;
}
