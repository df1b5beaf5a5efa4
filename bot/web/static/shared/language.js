// What the page says, in the language of its reader; quotes, titles and names are never translated.

import { find } from "./dom.js";

const { language, messages } = window.pincite;
const COOKIE = "pincite-language";
const A_YEAR_IN_SECONDS = 365 * 24 * 60 * 60;

const plurals = new Intl.PluralRules(language);

// Of its own language a browser knows more than its name: a British reader's days come first.
const own = Intl.DateTimeFormat().resolvedOptions().locale;
const isOwn = own.split("-")[0] === language.split("-")[0];
const locale = isOwn ? own : language;
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

/** A message with its values, by its English text; `count` chooses among plural forms. */
export function say(message, values = {}) {
  const known = messages[message] ?? message;
  const wording = known[plurals.select(values.count ?? 0)] ?? known.other ?? known;
  return wording.replace(/\{(\w+)\}/g, (_, name) => written(values[name]));
}

/** Things one after another, as the language lists them; "" for none. */
export function listing(items) {
  const texts = items.filter(Boolean);
  return texts.length ? texts.reduce((first, next) => say("{first}, {next}", { first, next })) : "";
}

/** A value as text: a number with the marks of the language. */
export const written = (value) => (typeof value === "number" ? value.toLocaleString(locale) : value);

/** A moment as its reader writes it; what is no date stays as it is. */
export function momentOf(text) {
  const date = new Date(text);
  // No line breaks within a date in Chinese.
  return Number.isNaN(date.valueOf()) ? text : moments.format(date).replace(/(?<=\d)(?=[年月日])|(?<=[年月])(?=\d)/g, "\u2060");
}

/** A language by its code, as the reader calls it; a code that no language has stays as it is. */
export function languageName(code) {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Listen to the choice of a language; the server draws the page anew in it. */
export function watchLanguage() {
  find("#languages").addEventListener("click", (event) => {
    const code = event.target.closest("[data-language]")?.dataset.language;
    if (!code) return;
    document.cookie = `${COOKIE}=${code}; Path=/; Max-Age=${A_YEAR_IN_SECONDS}; SameSite=Strict`;
    location.reload();
  });
}

