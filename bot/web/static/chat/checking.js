// Checks every quote of the conversation again, and shows the result above it.

import { find, findAll, make, post } from "../shared/dom.js";
import { current, shownExchanges } from "./keeping.js";
import { say } from "../shared/language.js";
import { markGone, markThere } from "../source/source.js";

const BUTTON = "#check-quotes";
const HASH_DIGITS = 12;

const panel = find("#check");
const summary = find(".check-summary", panel);
const list = find("ol", panel);

let checked = "";
let latest = 0;

/** Listen to the button and to the events that close the panel. */
export function watchChecking() {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(BUTTON)) check();
  });
  find(".close", panel).addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
}

/** Offer a check if there are quotes. Its result is removed with its conversation. */
export function offerCheck() {
  const button = find(BUTTON);
  if (button) button.hidden = !find("#conversation .quote");
  if (!panel.hidden && checked !== current()) close();
}

async function check() {
  const ticket = ++latest;
  checked = current();
  panel.hidden = false;
  summary.textContent = say("Checking…");
  list.replaceChildren();
  find("#check-title").focus();
  let result;
  try {
    result = await post("check", { exchanges: await shownExchanges() });
  } catch ({ message }) {
    result = { summary: message, passages: [] };
  }
  // Ignore the reply if a later check has started or the conversation was left.
  if (ticket !== latest || panel.hidden) return;
  summary.textContent = result.summary;
  list.replaceChildren(...result.passages.map(line));
  for (const { source, state } of result.passages) {
    if (state === "changed" || state === "removed") markGone(source, state === "changed");
    else markThere(source);
  }
}

function close() {
  latest += 1;
  const isHeld = panel.contains(document.activeElement);
  panel.hidden = true;
  if (isHeld) find(BUTTON)?.focus();
}

function line(passage) {
  const source = make("a", { textContent: `${passage.title}, ${passage.locator}` });
  source.setAttribute("href", passage.href);
  const item = make(
    "li",
    {},
    make("p", { className: "check-state", textContent: passage.said }),
    make(
      "div",
      {},
      quoteOf(passage),
      make("p", { className: "check-source" }, make("bdi", {}, source)),
      ...passage.findings.map((finding) => make("p", { textContent: finding })),
      passage.now && make("p", {}, currentVersion(passage.now)),
      hashes(passage),
    ),
  );
  item.dataset.state = passage.state;
  return item;
}

// A button and not a link: it leads to a place in the conversation, which has no address.
function quoteOf({ exchange, number, text, title, href }) {
  const words = text ? `“${text}”` : title;
  const textContent = `[${number}] ${words}`;
  const button = make("button", { type: "button", dir: "auto", textContent });
  button.addEventListener("click", () => {
    const chips = findAll(`#conversation .exchange-${exchange} .quote a.cite`);
    const chip = chips.find((each) => isAbout(each, href));
    if (!chip) return;
    for (let folded = chip.closest("details"); folded; folded = folded.parentElement.closest("details")) {
      folded.open = true;
    }
    chip.closest(".quote").scrollIntoView({ block: "center" });
    chip.focus({ preventScroll: true });
  });
  // The page may show only the latest exchanges of the conversation.
  button.disabled = !find(`#conversation .exchange-${exchange}`);
  return make("p", { className: "check-quote" }, button);
}

const isAbout = (chip, href) => `${chip.getAttribute("href")}/`.startsWith(`${href}/`);

function currentVersion(address) {
  const link = make("a", { textContent: say("Open it as it is now") });
  link.setAttribute("href", address);
  return link;
}

function hashes({ sha256, sha256_now: now }) {
  const isSame = now === null || now === sha256;
  const short = (hash) => make("code", { textContent: `${hash.slice(0, HASH_DIGITS)}…` });
  const heading = isSame
    ? ["SHA-256 ", short(sha256)]
    : ["SHA-256 ", short(sha256), " → ", short(now)];
  const whole = isSame
    ? [make("p", {}, make("code", { textContent: sha256 }))]
    : [
        make("p", {}, `${say("When quoted:")} `, make("code", { textContent: sha256 })),
        make("p", {}, `${say("Now:")} `, make("code", { textContent: now })),
      ];
  return make("details", {}, make("summary", {}, ...heading), ...whole);
}
