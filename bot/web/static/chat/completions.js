// Matches questions and titles with the typed text: every typed word must be a prefix of one of
// their words. Case and accents are ignored.

import { folded } from "../shared/search.js";

const LEAST_LETTERS = 2;
const LONGEST = 120;
const MOST = 6;

// Number of titles that are shown, however many questions match.
const TITLES_BESIDE = 2;

// Scripts that don't separate words by spaces: each of their characters may begin a word.
const UNSPACED = "\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}";
const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}])+`, "gu");

/** Prepare the completions that the server sends, {questions, sources}, for matching. */
export function prepared({ questions, sources }) {
  return {
    questions: questions.map((text) => ({ text, words: wordsOf(text) })),
    titles: sources.map((source) => ({ text: source.name, source, words: wordsOf(source.name) })),
  };
}

/** Return up to six completions for the typed text, best first; a title carries its `source`. */
export function completionsOf(typed, { questions, titles }) {
  const words = wordsOf(typed);
  const letters = [...words.replaceAll(" ", "")].length;
  if (letters < LEAST_LETTERS || typed.trim().length > LONGEST) return [];
  const found = fitting(words, titles);
  const beside = Math.min(found.length, TITLES_BESIDE);
  const own = typed.trim().toLocaleLowerCase();
  const asked = fitting(words, questions)
    .filter(({ text }) => text.toLocaleLowerCase() !== own)
    .slice(0, MOST - beside);
  return [...asked, ...found.slice(0, MOST - asked.length)];
}

// Put a space before each word, so that a space plus a prefix is found only at the start of a word.
const wordsOf = (text) => (folded(text).match(WORD) ?? []).map((word) => ` ${word}`).join("");

// Rank lines that begin with the words first, then lines with the words in sequence, then the
// others.
function fitting(words, lines) {
  const each = words.trim().split(" ");
  const ranks = [[], [], []];
  for (const line of lines) {
    if (line.words.startsWith(words)) ranks[0].push(line);
    else if (line.words.includes(words)) ranks[1].push(line);
    else if (each.every((word) => line.words.includes(` ${word}`))) ranks[2].push(line);
  }
  return ranks.flat();
}
