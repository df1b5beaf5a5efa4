// The notebook: pinned quotes with notes, in the reader's order, checked against their sources.

import { isSourceAddress } from "../shared/addresses.js";
import { find, findAll, dotted, make, post, requestFile } from "../shared/dom.js";
import { saveFile } from "../shared/files.js";
import { say } from "../shared/language.js";
import { watchDragging } from "./ordering.js";
import { dropPin, pins, putPin } from "./pins.js";

const STYLE = "pincite.style";
const SUFFIXES = { markdown: "md", word: "docx" };

const view = find("#notebook");
const list = find(".notebook-list", view);
const status = find(".notebook-status", view);
const undo = find(".notebook-undo", view);
const style = find("#notebook-style");

let shown = [];
let removed = null;
let wanted = "";
let latest = 0;

/** Listen to the tools and to the list. */
export function watchNotebook() {
  const known = localStorage.getItem(STYLE);
  if (find(`option[value="${CSS.escape(known ?? "")}"]`, style)) style.value = known;
  style.addEventListener("change", () => localStorage.setItem(STYLE, style.value));
  find("button", undo).addEventListener("click", () => attempt(putBack));
  view.addEventListener("click", (event) => {
    const format = event.target.closest?.("[data-notebook]")?.dataset.notebook;
    if (format) attempt(() => save(format));
    const button = event.target.closest?.("[data-act]");
    if (button) attempt(() => act(button));
  });
  list.addEventListener("input", ({ target }) => {
    const pinned = pinnedIn(target);
    pinned.note = target.value;
    attempt(() => putPin(pinned));
  });
  watchDragging(list, (item, before) => {
    attempt(() => move(pinnedIn(item), before ? pinnedIn(before) : undefined));
  });
}

/** Show the notebook and scroll to one of its quotes. */
export function openAt(id) {
  wanted = id;
  find("#masthead nav [data-view=notebook]").click();
}

/** Refresh the list, and check every quote. */
export async function showNotebook() {
  forgetRemoved();
  status.textContent = "";
  await attempt(async () => {
    shown = await pins();
    draw();
  });
  const item = findAll("li", list).find((each) => each.dataset.pin === wanted);
  wanted = "";
  item?.scrollIntoView({ block: "center" });
  if (item) find("textarea", item).focus();
  if (shown.length) attempt(check);
}

function draw() {
  list.replaceChildren(...shown.map(row));
  settle();
}

// Update what depends on the number and order of the quotes.
function settle() {
  find(".notebook-empty", view).hidden = shown.length > 0;
  find(".notebook-tools", view).hidden = shown.length === 0;
  findAll("li", list).forEach((item, at) => {
    const number = at + 1;
    name(item, "up", say("Move quote {number} up", { number }), at === 0);
    name(item, "down", say("Move quote {number} down", { number }), number === shown.length);
    name(item, "remove", say("Remove quote {number}", { number }), false);
    const note = say("Your note on quote {number}", { number });
    find("textarea", item).setAttribute("aria-label", note);
  });
}

function name(item, action, label, isDisabled) {
  const button = find(`[data-act=${action}]`, item);
  button.setAttribute("aria-label", label);
  button.title = label;
  button.disabled = isDisabled;
}

function row(pinned) {
  const item = find("#pinned").content.firstElementChild.cloneNode(true);
  const { source } = pinned;
  item.dataset.pin = pinned.id;
  const quote = find("blockquote", item);
  quote.textContent = pinned.text;
  if (source.language) quote.lang = source.language;
  const link = find(".notebook-source", item);
  link.textContent = source.title;
  link.setAttribute("href", addressOf(pinned));
  const details = [source.publisher, source.date, pinned.locator, ...pinned.section];
  find(".notebook-details", item).replaceChildren(...dotted(details));
  find(".notebook-question", item).textContent = pinned.question;
  find("textarea", item).value = pinned.note;
  return item;
}

function addressOf({ address, source, start, end }) {
  if (isSourceAddress(address)) return address;
  return `#src/${encodeURIComponent(source.id)}/${start}-${end}`;
}

async function check() {
  const ticket = ++latest;
  const checked = [...shown];
  const { summary, passages } = await post("notebook/check", { quotes: checked.map(quoteOf) });
  if (ticket !== latest) return;
  status.textContent = summary;
  checked.forEach(({ id }, at) => {
    const item = findAll("li", list).find((each) => each.dataset.pin === id);
    if (item) showState(item, passages[at]);
  });
}

function showState(item, { state, said, findings, locator, now }) {
  item.dataset.state = state;
  const line = find(".notebook-state", item);
  line.hidden = state === "unchanged";
  const open = now && make("a", { textContent: say("Open it as it is now") });
  open?.setAttribute("href", now);
  const heading = make("strong", { textContent: said });
  line.replaceChildren(heading, ` ${findings.join(" ")} `, open ?? "");
  const pinned = pinnedIn(item);
  // The server returns the locator in the reader's language.
  const details = [pinned.source.publisher, pinned.source.date, locator, ...pinned.section];
  find(".notebook-details", item).replaceChildren(...dotted(details));
}

async function act(button) {
  const pinned = pinnedIn(button);
  const at = shown.indexOf(pinned);
  if (button.dataset.act === "remove") {
    await remove(pinned);
    return;
  }
  const by = button.dataset.act === "up" ? -1 : 1;
  const moving = move(pinned, by < 0 ? shown[at - 1] : shown[at + 2]);
  // A moved button loses the focus; at either end of the list the other button takes it.
  if (button.disabled) find(`[data-act=${by < 0 ? "down" : "up"}]`, button.closest("li")).focus();
  else button.focus();
  await moving;
}

// Move a quote before another one, or to the end.
async function move(pinned, before) {
  const others = shown.filter((each) => each !== pinned);
  const at = before ? others.indexOf(before) : others.length;
  const [from, to] = [others[at - 1]?.place, others[at]?.place];
  pinned.place = ((from ?? to - 2) + (to ?? from + 2)) / 2;
  shown = others.toSpliced(at, 0, pinned);
  const item = itemOf(pinned);
  list.insertBefore(item, findAll("li", list).filter((each) => each !== item)[at] ?? null);
  settle();
  const place = { number: at + 1, total: shown.length };
  status.textContent = say("Now quote {number} of {total}", place);
  // After many halvings there is no number left between two places.
  const isBetween = pinned.place !== from && pinned.place !== to;
  if (!isBetween) shown.forEach((each, index) => (each.place = index + 1));
  await Promise.all((isBetween ? [pinned] : shown).map(putPin));
}

async function remove(pinned) {
  await dropPin(pinned.id);
  removed = pinned;
  itemOf(pinned).remove();
  shown = shown.filter((each) => each !== pinned);
  settle();
  status.textContent = "";
  undo.hidden = false;
  find("button", undo).focus();
}

async function putBack() {
  const pinned = removed;
  await putPin(pinned);
  forgetRemoved();
  shown = await pins();
  draw();
  find("[data-act=remove]", itemOf(pinned)).focus();
  await check();
}

function forgetRemoved() {
  removed = null;
  undo.hidden = true;
}

async function save(format) {
  const quotes = shown.map(quoteOf);
  const file = await requestFile("notebook/export", { format, style: style.value, quotes });
  saveFile(file, `pincite DAY.${SUFFIXES[format]}`);
  const menu = find(".notebook-save", view);
  menu.open = false;
  find("summary", menu).focus();
}

async function attempt(action) {
  const fault = find(".notebook-fault", view);
  fault.hidden = true;
  try {
    await action();
  } catch ({ message }) {
    fault.textContent = message;
    fault.hidden = false;
  }
}

const itemOf = ({ id }) => findAll("li", list).find((each) => each.dataset.pin === id);

const pinnedIn = (element) => shown.find(({ id }) => id === element.closest("li").dataset.pin);

function quoteOf({ source, start, end, locator, section, text, accessed, note }) {
  return { source, start, end, locator, section, text, accessed, note };
}
