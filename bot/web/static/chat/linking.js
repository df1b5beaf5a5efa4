// Links to one answer: #ask/… asks its question again, of the current sources, with its filter and
// the earlier questions that it referred to.

import { askedBy } from "./asking.js";
import { toClipboard } from "../shared/clipboard.js";
import { find, findAll, make } from "../shared/dom.js";
import { visitNewConversation } from "./entries.js";
import { filterBy } from "./filtering.js";
import { current } from "./keeping.js";
import { say } from "../shared/language.js";
import { ask } from "./sending.js";
import { tellDone } from "../shared/telling.js";

const LINKED = "pincite.linked";

let taken = null;
let canAsk = false;

/** Listen to the links under answers. */
export function watchLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.answer-link");
    // A click that opens a new tab must be left to the browser.
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    copy(link);
  });
  document.addEventListener("input", () => find("#link-fault")?.remove());
}

/** Draw the icon of links that have only their name so far. */
export function drawLinkSigns() {
  for (const link of findAll("a.answer-link:not(:has(svg))")) {
    link.append(find("#link-sign").content.cloneNode(true));
  }
}

/** Ask the question of a link as soon as the page can. */
export function takeLink(hash) {
  taken = askedBy(hash) ?? { isTooLong: true };
  if (canAsk) askLinked();
}

/** Ask the question of a link, now that the conversation of the tab is loaded. */
export async function askLinked() {
  canAsk = true;
  const asked = taken;
  taken = null;
  if (asked?.isTooLong) tellFault();
  if (!asked?.question) return;
  await visitNewConversation();
  await filterBy(asked.filter);
  const conversation = current();
  const { question, value } = asked;
  sessionStorage.setItem(LINKED, JSON.stringify({ conversation, question, generation: value("generation") }));
  for (const earlier of asked.about) {
    if (!(await ask(earlier)) || current() !== conversation) return;
  }
  ask(question);
}

/** Note at the answer to a linked question that the sources were indexed again since. */
export function markLinked() {
  const { conversation, question, generation } = linked();
  if (!generation || conversation !== current()) return;
  const isAsked = (row) => find(".question", row)?.firstChild?.textContent === question;
  const row = findAll("#conversation .message-wrap .user-row").find(isAsked);
  const answer = row && find(".answer", row.nextElementSibling ?? row);
  const own = answer && find("a.answer-link", answer);
  if (!own || find(".linked", answer)) return;
  if (askedBy(own.getAttribute("href"))?.value("generation") === generation) return;
  const said = say("The sources were indexed anew since this link was made; the answer may differ.");
  const line = make("p", { className: "remark linked", textContent: said });
  line.setAttribute("role", "status");
  answer.prepend(line);
}

async function copy(link) {
  const isCopied = await toClipboard(location.origin + location.pathname + link.getAttribute("href"));
  tellDone(isCopied ? say("Link copied") : say("Not copied"));
}

function tellFault() {
  const line = make("p", { id: "link-fault", className: "length over" });
  line.setAttribute("role", "alert");
  line.textContent = say("This address is too long.");
  find("#composer").prepend(line);
}

function linked() {
  try {
    return JSON.parse(sessionStorage.getItem(LINKED)) ?? {};
  } catch {
    return {};
  }
}
