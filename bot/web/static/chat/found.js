// Lists all passages found for a question, by source. An answer links to it, and it also has its
// own form.

import { askedBy, askingAddress } from "./asking.js";
import { find, dotted, make, post } from "../shared/dom.js";
import { visit, visitInstead } from "./entries.js";
import { sentFilter } from "./filtering.js";
import { say } from "../shared/language.js";

const view = find("#found");
const field = find("#found-question");
const order = find("#found-order");

let drawn = null;
let isTyping = false;

/** Listen to the form, to the order, and to the button beside the question box. */
export function watchFound() {
  find("form", view).addEventListener("submit", (event) => {
    event.preventDefault();
    isTyping = true;
    visit(addressOf({ question: field.value.trim(), filter: filterHere() }));
  });
  order.addEventListener("change", () => {
    const asked = askedBy(location.hash);
    visitInstead(addressOf(asked));
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.(".find-all")) findAllOf(find("#question textarea").value.trim());
  });
}

/** Show the passages for an address, unless they are shown already. */
export function showFound(hash) {
  if (hash === drawn) return;
  drawn = hash;
  const asked = askedBy(hash);
  field.value = asked?.question ?? "";
  order.value = asked?.value("sort") ?? "relevance";
  // The address names an unknown order.
  if (!order.value) order.value = "relevance";
  draw({ summary: "", remarks: [], sources: [] });
  tellFault(asked ? "" : say("This address is too long."));
  if (asked?.question) look(hash, asked);
}

/** Focus the field, or the title on devices where a keyboard would pop up. */
export function focusFound() {
  const canType = matchMedia("(hover: hover)").matches && !field.value;
  (canType ? field : find("#found-title")).focus();
}

function findAllOf(question) {
  const filter = sentFilter();
  visit(addressOf({ question, filter: filter ? JSON.parse(filter) : null }));
}

// The filter of the address, if it has one, or else the filter of the tab.
function filterHere() {
  const filter = sentFilter();
  return askedBy(location.hash)?.filter ?? (filter ? JSON.parse(filter) : null);
}

function addressOf({ question, about = [], filter }) {
  const sort = order.value === "relevance" ? {} : { sort: order.value };
  return askingAddress("found", { question, about, filter, ...sort });
}

async function look(hash, { question, about, filter }) {
  view.setAttribute("aria-busy", "true");
  const asked = { question, about, filter: filter ? JSON.stringify(filter) : "", order: order.value };
  let found = null;
  let fault = "";
  try {
    found = await post("found", asked);
  } catch ({ message }) {
    fault = message;
  }
  if (hash !== drawn) return;
  view.removeAttribute("aria-busy");
  tellFault(fault);
  // After an error, the next visit asks again.
  if (fault) drawn = null;
  else draw(found, filter && addressOf({ question, about }));
  find(".found-empty", view).hidden = Boolean(fault) || found.passages > 0;
  if (isTyping && !fault) find("#found-title").focus({ preventScroll: true });
  isTyping = false;
}

function draw({ summary, remarks, sources }, everywhere = null) {
  find(".found-summary", view).textContent = summary;
  find(".found-empty", view).hidden = true;
  find(".found-tools", view).hidden = sources.length < 2;
  const lines = remarks.map((line) => make("li", { dir: "auto", textContent: line }));
  if (everywhere) {
    const link = make("a", { textContent: say("Find in all sources") });
    link.setAttribute("href", everywhere);
    lines.push(make("li", {}, link));
  }
  find(".found-remarks", view).replaceChildren(...lines);
  find(".found-sources", view).replaceChildren(...sources.map(sourceItem));
}

function sourceItem({ title, details, language, count, passages }) {
  const heading = make("h3", { dir: "auto", textContent: title });
  if (language) heading.lang = language;
  const line = make("p", { className: "found-details" }, ...dotted([...details, count]));
  const list = make("ol", {}, ...passages.map((passage) => passageItem(passage, language)));
  return make("li", {}, heading, line, list);
}

function passageItem({ address, said, where }, language) {
  const link = make("a", { dir: "auto", textContent: said.join(" … ") });
  link.setAttribute("href", address);
  if (language) link.lang = language;
  return make("li", {}, link, make("p", { className: "found-where" }, ...dotted(where)));
}

function tellFault(message) {
  const line = find(".found-fault", view);
  line.hidden = !message;
  line.textContent = message;
}
