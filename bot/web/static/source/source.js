// The pane that shows a source at the cited passage.

import { passageOf } from "../shared/addresses.js";
import { Cited } from "./cited.js";
import { find, findAll, isShown, dotted, make, request } from "../shared/dom.js";
import { Finding } from "./finding.js";
import { say } from "../shared/language.js";
import { Sheet } from "./sheet.js";
import { Viewing } from "./viewing.js";

const pane = find("#source");
const title = find("#source-title");
const toggle = find(".find-toggle", pane);
const sheet = new Sheet(find(".source-body"));
const finding = new Finding(sheet);
const cited = new Cited(sheet, finding);
const viewing = new Viewing(sheet);
let opener = null;
let address = "";
let latest = 0;
let shown = null;

/** True while the pane is shown. */
export const isSourceOpen = () => !pane.hidden;

/** Show the passage of an address; `link` gets the focus back when the pane closes. */
export async function openSource(hash, link) {
  const { id, passage, highlights, words } = passageOf(hash);
  address = hash;
  opener = link && !link.closest("#source, #card") ? link : null;
  const ticket = ++latest;
  // The source is already open: nothing needs to be fetched.
  if (shown !== id || pane.hidden) {
    let source;
    try {
      source = await request(`sources/${id}`);
    } catch (error) {
      if (ticket === latest) showFault(error);
      if (error.reply?.gone) markGone(id, error.reply.now);
      return;
    }
    // A slow reply to an earlier click must not replace a later one.
    if (ticket !== latest) return;
    describe(source);
    finding.reset();
    sheet.show(source);
    viewing.offer(source);
    toggle.hidden = !source.text;
    shown = id;
  }
  reveal(hash);
  sheet.mark(passage, highlights, words);
  viewing.mark(passage, highlights, words);
  const marked = viewing.arePages ? viewing.frame : sheet.bringPassageIntoView();
  cited.watch(id, hash);
  // Keep the focus on the step button, which the reader may press again.
  if (!document.activeElement?.closest(".cited-tools :enabled")) {
    (marked ?? title).focus({ preventScroll: true });
  }
}

/** Check that the open source still exists; stop showing a removed one. */
export async function checkSource() {
  const id = shown;
  if (!id) return;
  try {
    await request(`sources/${id}/around?start=0&end=0`);
  } catch (error) {
    if (!error.reply?.gone) return;
    markGone(id, error.reply.now);
    if (shown === id) showFault(error, pane.contains(document.activeElement));
  }
}

/** Hide the pane and restore the focus, unless the focus is elsewhere. */
export function closeSource() {
  latest += 1;
  if (pane.hidden) return;
  const isHeld = pane.contains(document.activeElement) || document.activeElement === document.body;
  pane.hidden = true;
  document.body.classList.remove("source-open");
  finding.reset();
  cited.stop();
  viewing.clear();
  sheet.clear();
  shown = null;
  markOpenCitations(null);
  if (!isHeld) return;
  // If no link was clicked, use one in the conversation with the same address.
  const same = findAll(`a[href="${CSS.escape(address)}"]:not(#source *, #card *)`);
  const places = [opener, ...same, find("#question textarea"), find("#masthead [aria-current]")];
  places.find((place) => place && isShown(place))?.focus();
}

/** True if the pane covers an element, as on a narrow screen. */
export function isUnderSource(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return !pane.contains(element) && pane.contains(there);
}

/** Handle keys while the focus is in the pane. */
export function watchPane() {
  // The search works on the text, not on pages.
  finding.addEventListener("open", () => viewing.showText());
  viewing.addEventListener("change", () => finding.reset());
  pane.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const act = actionOf(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

function actionOf({ key, altKey, ctrlKey, metaKey, target }) {
  if (key === "Escape" && finding.isOpen) return () => finding.close();
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "f") return () => finding.open();
  if (altKey && key === "ArrowDown") return () => cited.step(1);
  if (altKey && key === "ArrowUp") return () => cited.step(-1);
  if (altKey || ctrlKey || metaKey || target.matches("input, textarea")) return null;
  const plain = {
    "/": () => finding.open(),
    n: () => cited.step(1),
    p: () => cited.step(-1),
    v: () => viewing.toggle(),
  };
  return plain[key] ?? viewing.actionOf(key);
}

function describe(source) {
  title.textContent = source.title;
  const details = [source.publisher, source.author, source.date, source.path, source.unread];
  find(".source-meta").replaceChildren(...dotted(details));
  const links = find(".source-links");
  links.replaceChildren();
  if (/^https?:\/\//i.test(source.url ?? "")) {
    links.append(
      make("a", {
        href: source.url,
        target: "_blank",
        rel: "noopener noreferrer",
        textContent: say("Open the original"),
        title: source.url,
      }),
    );
  }
}

function showFault({ message, reply }, takesFocus = true) {
  title.textContent = reply?.gone ? outcome(reply.now) : say("This source cannot be shown");
  find(".source-meta").textContent = "";
  const links = find(".source-links");
  links.replaceChildren();
  if (reply?.now) {
    links.append(make("a", { href: `#src/${reply.now}/0-0`, textContent: say("Open it as it is now") }));
  }
  const fault = make("p", { className: "source-fault", textContent: message });
  viewing.clear();
  sheet.clear(fault);
  finding.reset();
  cited.stop();
  toggle.hidden = true;
  shown = null;
  reveal(null);
  if (takesFocus) title.focus();
}

/** Return what happened to a cited source that is no longer in use. */
export function outcome(now) {
  return now ? say("Changed since it was cited") : say("Removed since it was cited");
}

/** Mark all citations of the source in the conversation accordingly. */
export function markGone(id, now) {
  for (const link of citationsOf(id)) {
    link.classList.add("gone");
    link.dataset.outcome = now ? say("changed since") : say("removed");
  }
}

/** Unmark the citations of a source that is as it was cited. */
export function markThere(id) {
  for (const link of citationsOf(id)) link.classList.remove("gone");
}

const citationsOf = (id) => findAll(`a.cite[href^="#src/${CSS.escape(id)}/"]`);

function reveal(hash) {
  pane.hidden = false;
  document.body.classList.add("source-open");
  markOpenCitations(hash);
}

function markOpenCitations(hash) {
  for (const link of findAll("a.cite")) {
    link.classList.toggle("open", link.getAttribute("href") === hash);
  }
}
