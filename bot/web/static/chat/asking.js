// Addresses that carry a question: #found/… lists all passages found for it, #ask/… asks it. They
// hold the question, the earlier questions that it refers to, and the filter. The server writes
// some of these addresses, too.

const LONGEST = 20_000;
const MOST_ABOUT = 5;
const LISTS = ["publisher", "source", "language", "type"];
const DATES = ["since", "until"];

/** True for an address of a kind, which is the word before its slash. */
export const isAskingAddress = (kind, hash) => hash === `#${kind}` || hash.startsWith(`#${kind}/`);

/** Return the address of a kind for a question; `filter` is in the form of `filterOf`. */
export function askingAddress(kind, { question = "", about = [], filter = null, ...others }) {
  const values = new URLSearchParams();
  if (question) values.append("q", question);
  for (const one of about) values.append("about", one);
  for (const name of LISTS) for (const one of filter?.[name] ?? []) values.append(name, one);
  for (const name of DATES) if (filter?.[name]) values.append(name, filter[name]);
  for (const [name, value] of Object.entries(others)) values.append(name, value);
  return `#${kind}/${values}`;
}

/** Parse such an address: {question, about, filter} and a function for the other values. Returns
    null for an address that is longer than any that the page makes. */
export function askedBy(hash) {
  if (hash.length > LONGEST) return null;
  const values = new URLSearchParams(hash.slice(hash.indexOf("/") + 1 || hash.length));
  const lists = LISTS.map((name) => [name, values.getAll(name)]);
  const dates = DATES.map((name) => [name, values.get(name)]);
  const filter = Object.fromEntries([...lists, ...dates]);
  return {
    question: (values.get("q") ?? "").trim(),
    about: values.getAll("about").slice(-MOST_ABOUT),
    filter: Object.values(filter).some((value) => value?.length) ? filter : null,
    value: (name) => values.get(name),
  };
}
