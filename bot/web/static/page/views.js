// Shows the view that the address names: #chat, #history, #notebook, #sources, #gaps,
// #found/QUESTION, #ask/QUESTION, or #src/ID/START-END/HIGHLIGHTS/WORDS.

import { isSourceAddress } from "../shared/addresses.js";
import { isAskingAddress } from "../chat/asking.js";
import { showCollection } from "../sources/collection.js";
import { find, findAll, isShown } from "../shared/dom.js";
import { leaveSources, visit, visitInstead, watchEntries } from "../chat/entries.js";
import { focusFound, showFound } from "../chat/found.js";
import { showGaps } from "../gaps/gaps.js";
import { showHistory } from "../history/history.js";
import { takeLink } from "../chat/linking.js";
import { showNotebook } from "../notebook/notebook.js";
import { showPins } from "../notebook/pinning.js";
import { closeSource, isSourceOpen, isUnderSource, openSource, watchPane } from "../source/source.js";

const VIEWS = ["chat", "history", "notebook", "sources", "gaps"];

let view = "chat";

// The address of the current view, or of the view below an open source.
let address = "";

/** Follow links within the page, the browser's history, and the Escape key. */
export function watchAddress() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (event.defaultPrevented) return;
    event.preventDefault();
    visit(link.getAttribute("href"), { link });
  });
  watchPane();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isSourceOpen() && !find("dialog[open]")) leaveSource();
  });
  find("#source .close").addEventListener("click", leaveSource);
  // A focused element must be visible.
  document.addEventListener("focusin", ({ target }) => {
    if (isSourceOpen() && isUnderSource(target)) leaveSource();
    // The browser does not scroll to a name that is partly visible.
    if (target.matches("#masthead nav a")) bringIntoView(target);
  });
  watchEntries(follow);
}

async function leaveSource() {
  const left = leaveSources(address);
  closeSource();
  const focused = document.activeElement;
  await left;
  // Firefox drops the focus when it goes back to an address that is the id of a view.
  if (document.activeElement === document.body) focused.focus();
}

function follow(hash, link = null) {
  if (isSourceAddress(hash)) {
    openSource(hash, link);
    return;
  }
  if (hash === "#gaps" && !hasGaps()) {
    visitInstead("#chat");
    return;
  }
  if (isAskingAddress("ask", hash)) {
    takeLink(hash);
    // A reload must not ask again.
    visitInstead("#chat");
    return;
  }
  closeSource();
  const isFound = isAskingAddress("found", hash);
  const name = VIEWS.includes(hash.slice(1)) ? hash.slice(1) : "chat";
  address = isFound ? hash : name === "chat" ? "" : hash;
  if (isFound) showFound(hash);
  show(isFound ? "found" : name);
}

// Only the owner sees the gaps, and collecting them is optional.
function hasGaps() {
  const { classList } = document.body;
  return !classList.contains("read-only") && !classList.contains("collects-nothing");
}

function show(name) {
  const isAnother = view !== name;
  view = name;
  document.body.dataset.view = name;
  find("#collection").hidden = name !== "sources";
  find("#found").hidden = name !== "found";
  find("#history").hidden = name !== "history";
  find("#notebook").hidden = name !== "notebook";
  find("#gaps").hidden = name !== "gaps";
  find("gradio-app").hidden = name !== "chat";
  for (const link of findAll("#masthead nav a")) {
    link.toggleAttribute("aria-current", link.dataset.view === name);
    if (link.dataset.view !== name) continue;
    link.setAttribute("aria-current", "page");
    bringIntoView(link);
  }
  if (name === "sources") showCollection();
  if (name === "history") showHistory();
  // When a source closes, the notebook behind it keeps its content and the focused link.
  if (name === "notebook" && isAnother) showNotebook();
  if (name === "gaps") showGaps();
  if (name === "chat") showPins();
  if (!isShown(document.activeElement)) focusView(name);
}

// The focused element is in a view that is now hidden. On a phone, focusing a field would pop up
// the keyboard.
function focusView(name) {
  if (name === "found") {
    focusFound();
    return;
  }
  const canType = name === "chat" && matchMedia("(hover: hover)").matches;
  find(canType ? "#question textarea" : "#masthead nav [aria-current]")?.focus();
}

const bringIntoView = (link) => link.scrollIntoView({ block: "nearest", inline: "nearest" });
