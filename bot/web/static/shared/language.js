// Translates the messages of the page; quotes, titles and names are never translated.

import { find } from "./dom.js";

const { language, messages } = window.pincite;
const COOKIE = "pincite-language";
const A_YEAR_IN_SECONDS = 365 * 24 * 60 * 60;

const plurals = new Intl.PluralRules(language);

// For its own language the browser knows the region, too: in British English the day comes before
// the month.
const own = Intl.DateTimeFormat().resolvedOptions().locale;
const isOwn = own.split("-")[0] === language.split("-")[0];
const locale = isOwn ? own : language;
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

/** Return a message, known by its English text, with its values; `count` selects the plural
    form. */
export function say(message, values = {}) {
  const known = messages[message] ?? message;
  const wording = known[plurals.select(values.count ?? 0)] ?? known.other ?? known;
  return wording.replace(/\{(\w+)\}/g, (_, name) => written(values[name]));
}

/** Join items to a list as the language writes it; "" for none. */
export function listing(items) {
  const texts = items.filter(Boolean);
  return texts.length ? texts.reduce((first, next) => say("{first}, {next}", { first, next })) : "";
}

/** Return a value as text; numbers are formatted for the language. */
export const written = (value) => (typeof value === "number" ? value.toLocaleString(locale) : value);

/** Format a date and time for the reader; return anything that is not a date unchanged. */
export function momentOf(text) {
  const date = new Date(text);
  // Prevent line breaks within a Chinese date.
  return Number.isNaN(date.valueOf()) ? text : moments.format(date).replace(/(?<=\d)(?=[年月日])|(?<=[年月])(?=\d)/g, "\u2060");
}

/** Return the reader's name for a language code; return an unknown code unchanged. */
export function languageName(code) {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Listen to the language menu; the server renders the page again in the chosen language. */
export function watchLanguage() {
  find("#languages").addEventListener("click", (event) => {
    const code = event.target.closest("[data-language]")?.dataset.language;
    if (!code) return;
    document.cookie = `${COOKIE}=${code}; Path=/; Max-Age=${A_YEAR_IN_SECONDS}; SameSite=Strict`;
    location.reload();
  });
}

