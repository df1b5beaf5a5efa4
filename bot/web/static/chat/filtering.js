// The filter of the question: a button that opens a panel, and a chip for each value. It is stored
// for the tab and sent with every question.

import { find, findAll, make, request } from "../shared/dom.js";
import { languageName, say } from "../shared/language.js";

const KEPT = "pincite.filter";
const LISTS = ["publisher", "source", "language", "type"];
const DATES = ["since", "until"];
const DATE = /^\d{4}(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12]\d|3[01]))?)?$/;

// Longer lists get a search field above them, and show at most `SHOWN` values at a time.
const FIELD_FROM = 9;
const SHOWN = 100;

// The most values of one kind that the server accepts.
const MOST = 100;

let chosen = read();
let offers = null;

/** Return the filter as it is sent with a question; "" for none. */
export function sentFilter() {
  const values = LISTS.map((kind) => [kind, chosen[kind].map(({ value }) => value)]);
  const dates = DATES.map((kind) => [kind, chosen[kind]]);
  return isEmpty() ? "" : JSON.stringify(Object.fromEntries([...values, ...dates]));
}

/** Add a value to the filter, with the name that its chip shows. */
export function restrictTo(kind, { value, name }) {
  const others = chosen[kind].filter((one) => one.value !== value);
  if (others.length < MOST) change(kind, [...others, { value, name }]);
}

/** Replace the filter of the tab: values by kind, as they are sent, or null for none. */
export async function filterBy(filter) {
  if (filter?.source.length) await learn({ titles: true });
  const titles = new Map(offers?.source.map(({ value, name }) => [value, name]));
  const nameOf = (value) => titles.get(value) ?? value;
  for (const kind of LISTS) {
    const values = [...new Set(filter?.[kind])].slice(0, MOST);
    change(kind, values.map((value) => ({ value, name: kind === "source" ? nameOf(value) : value })));
  }
  for (const kind of DATES) change(kind, DATE.test(filter?.[kind] ?? "") ? filter[kind] : null);
}

/** Draw the button and the chips above the question box, once Gradio has drawn the box. */
export function offerFilter() {
  const composer = find("#composer");
  if (!composer || find("#filter", composer)) return;
  composer.prepend(bar());
  showChips();
  learn();
}

/** Fetch the values again after the sources have changed; titles are fetched only for the panel. */
export async function learn({ titles = false } = {}) {
  try {
    offers = await request(`filters?titles=${titles}`);
  } catch {
    // The status line reports a server that does not answer.
    return;
  }
  const toggle = find(".filter-toggle");
  if (toggle) toggle.hidden = !hasOffers();
}

const hasOffers = () => offers.sources > 1;

const isEmpty = () => ![...LISTS, ...DATES].some((kind) => chosen[kind]?.length);

function read() {
  const empty = { publisher: [], source: [], language: [], type: [], since: null, until: null };
  try {
    const kept = { ...empty, ...JSON.parse(sessionStorage.getItem(KEPT)) };
    return LISTS.every((kind) => Array.isArray(kept[kind])) ? kept : empty;
  } catch {
    return empty;
  }
}

function change(kind, value) {
  chosen = { ...chosen, [kind]: value };
  sessionStorage.setItem(KEPT, JSON.stringify(chosen));
  showChips();
}

// The bar and its chips

function bar() {
  const toggle = make("button", { type: "button", className: "filter-toggle", hidden: true });
  toggle.textContent = say("Filter");
  toggle.setAttribute("aria-expanded", "false");
  toggle.setAttribute("aria-controls", "filter-panel");
  toggle.addEventListener("click", () => (find("#filter-panel").hidden ? open() : close()));
  const chips = make("ul", { className: "filter-chips" });
  chips.setAttribute("role", "list");
  chips.setAttribute("aria-label", say("Active filters"));
  chips.addEventListener("click", ({ target }) => remove(target.closest("button")));
  const panel = make("div", { id: "filter-panel", tabIndex: -1, hidden: true });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", say("Filter the sources"));
  const all = make("button", { type: "button", className: "find-all", textContent: say("All passages") });
  all.title = say("List all passages found, by source, in place of an answer");
  const made = make("div", { id: "filter" }, toggle, panel, chips, all);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!panel.hidden && !made.contains(target)) close({ isLeft: true });
  });
  made.addEventListener("focusout", ({ relatedTarget }) => {
    if (!panel.hidden && relatedTarget && !made.contains(relatedTarget)) close({ isLeft: true });
  });
  return made;
}

function chips() {
  const listed = LISTS.flatMap((kind) =>
    chosen[kind].map(({ value, name }) => ({ kind, value, name: shown(kind, name) })),
  );
  const since = { kind: "since", name: say("since {day}", { day: chosen.since }) };
  const until = { kind: "until", name: say("until {day}", { day: chosen.until }) };
  return [...listed, ...[since, until].filter(({ kind }) => chosen[kind])];
}

function showChips() {
  const list = find(".filter-chips");
  if (!list) return;
  const items = chips().map(({ kind, value = "", name }) => {
    const label = make("bdi", { textContent: name });
    const button = make("button", { type: "button", className: "filter-chip" }, label);
    button.setAttribute("aria-label", say("Remove the filter {name}", { name }));
    button.title = name;
    Object.assign(button.dataset, { kind, value });
    return make("li", {}, button);
  });
  list.replaceChildren(...items);
  list.hidden = items.length === 0;
  // On a phone, scroll to the latest of many chips.
  list.scrollLeft = list.scrollWidth;
}

function remove(button) {
  if (!button) return;
  const { kind, value } = button.dataset;
  const place = findAll(".filter-chip").indexOf(button);
  change(kind, DATES.includes(kind) ? null : chosen[kind].filter((one) => one.value !== value));
  if (!find("#filter-panel").hidden) fill();
  // Keep the focus when its chip is removed.
  (findAll(".filter-chip")[place] ?? findAll(".filter-chip").at(-1) ?? resting()).focus();
}

// The button is missing if the corpus has nothing left to choose from.
function resting() {
  const toggle = find(".filter-toggle");
  return toggle.hidden ? find("#question textarea") : toggle;
}

// The panel

async function open() {
  await learn({ titles: true });
  if (!offers || !hasOffers()) return;
  fill();
  find("#filter-panel").hidden = false;
  find(".filter-toggle").setAttribute("aria-expanded", "true");
  // Focus the panel and not its first field: on a phone the keyboard would cover the rest.
  find("#filter-panel").focus();
}

function close({ isLeft = false } = {}) {
  find("#filter-panel").hidden = true;
  find(".filter-toggle").setAttribute("aria-expanded", "false");
  if (!isLeft) resting().focus();
}

function fill() {
  const titles = {
    publisher: say("Publisher"),
    source: say("Source"),
    language: say("Language"),
    type: say("File type"),
  };
  const lists = LISTS.filter((kind) => offers[kind].length).map((kind) =>
    choices(kind, titles[kind]),
  );
  const done = make("button", { type: "button", className: "button", textContent: say("Close") });
  done.addEventListener("click", () => close());
  const actions = make("div", { className: "filter-actions" }, done);
  find("#filter-panel").replaceChildren(...lists, ...(offers.dates ? [dates()] : []), actions);
}

function choices(kind, title) {
  const options = make("div", { className: "filter-options" });
  const more = make("p", { className: "filter-more", hidden: true });
  more.setAttribute("role", "status");
  const field = offers[kind].length < FIELD_FROM ? null : narrowing(title);
  const draw = () => {
    const words = (field?.value ?? "").toLocaleLowerCase();
    const found = offers[kind].filter(({ name }) =>
      shown(kind, name).toLocaleLowerCase().includes(words),
    );
    options.replaceChildren(...found.slice(0, SHOWN).map((offer) => option(kind, offer)));
    const left = found.length - SHOWN;
    more.hidden = left <= 0 && found.length > 0;
    if (!found.length) more.textContent = say("Nothing has this name.");
    else more.textContent = say("{number} more: type a part of the name", { number: left });
  };
  field?.addEventListener("input", draw);
  draw();
  const legend = make("legend", { textContent: title });
  return make("fieldset", { className: `filter-${kind}` }, legend, field, options, more);
}

function narrowing(title) {
  const field = make("input", { type: "text", className: "filter-field", autocomplete: "off" });
  const label = say("Part of the name");
  field.placeholder = label;
  field.setAttribute("aria-label", `${title}: ${label}`);
  return field;
}

function option(kind, { value, name }) {
  const box = make("input", { type: "checkbox" });
  box.checked = chosen[kind].some((one) => one.value === value);
  box.addEventListener("change", () => {
    const others = chosen[kind].filter((one) => one.value !== value);
    if (!box.checked) change(kind, others);
    else if (others.length >= MOST) box.checked = false;
    else restrictTo(kind, { value, name });
  });
  const text = make("bdi", { textContent: shown(kind, name) });
  return make("label", { title: kind === "source" ? value : "" }, box, text);
}

function dates() {
  const hint = say("A year, a month or a day: 2024, 2024-06 or 2024-06-30");
  const help = make("p", { className: "filter-hint", id: "filter-hint", textContent: hint });
  const legend = make("legend", { textContent: say("Date") });
  const row = make("div", { className: "filter-dates" }, day("since", say("From")), day("until", say("To")));
  return make("fieldset", { className: "filter-range" }, legend, row, help);
}

function day(kind, title) {
  const field = make("input", { type: "text", className: "filter-field", autocomplete: "off" });
  field.value = chosen[kind] ?? "";
  field.maxLength = 10;
  field.setAttribute("aria-describedby", "filter-hint");
  const take = () => {
    const written = field.value.trim();
    const isWrong = written !== "" && !DATE.test(written);
    field.setAttribute("aria-invalid", String(isWrong));
    if (!isWrong && written !== (chosen[kind] ?? "")) change(kind, written || null);
  };
  field.addEventListener("change", take);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") take();
  });
  return make("label", {}, make("span", { textContent: title }), field);
}

const shown = (kind, name) => (kind === "language" ? languageName(name) : name);
