// Which questions and titles fit what is typed: every word of it begins a word of theirs, whatever
// the case and the accents.

import { folded } from "../shared/search.js";

const LEAST_LETTERS = 2;
const LONGEST = 120;
const MOST = 6;

// So many titles have a place beside any number of questions.
const TITLES_BESIDE = 2;

// Scripts that put no blanks between words: each of their signs may begin one.
const UNSPACED = "\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}";
const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}])+`, "gu");

/** Prepares what can be offered: {questions, sources}, as the server sends them. */
export function prepared({ questions, sources }) {
  return {
    questions: questions.map((text) => ({ text, words: wordsOf(text) })),
    titles: sources.map((source) => ({ text: source.name, source, words: wordsOf(source.name) })),
  };
}

/** Up to six of them for what is typed, the best first; a title carries its `source`. */
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

// With a blank before each word, so that a blank and a word are found where one begins.
const wordsOf = (text) => (folded(text).match(WORD) ?? []).map((word) => ` ${word}`).join("");

// First what begins with the words, then what has them one after another, then what has them.
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
