// Completes the conversation whenever it changes.

import { nameCitations } from "./card.js";
import { offerCheck } from "./checking.js";
import { toClipboard } from "../shared/clipboard.js";
import { find, findAll, focusBox, isShown, make } from "../shared/dom.js";
import { drawEarlier } from "./earlier.js";
import { addThumbs } from "../gaps/feedback.js";
import { offerFilter } from "./filtering.js";
import { current, keepAnswers } from "./keeping.js";
import { say } from "../shared/language.js";
import { drawLinkSigns, markLinked } from "./linking.js";
import { addPins } from "../notebook/pinning.js";
import { offerRelated } from "./related.js";
import { ask, askAlone } from "./sending.js";
import { resumeTab } from "./tab.js";
import { tellDone } from "../shared/telling.js";

let newest = "";
let answered = "";
let isDue = false;

/** Look after the messages whenever they change. */
export function watchConversation() {
  new MutationObserver(notice).observe(find("gradio-app"), { childList: true, subtree: true });
  document.addEventListener("visibilitychange", () => isDue && tend());
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".answer button");
    if (button?.classList.contains("ask-alone")) {
      askAlone();
      // The button goes with its answer; the focus on it must not be lost.
      focusBox();
    }
    if (button?.classList.contains("copy")) copyQuote(button);
    if (button?.classList.contains("extend")) extend(button);
    const example = event.target.closest?.("#conversation :is(.example, .offered)");
    if (example) {
      ask(example.textContent.trim());
      // The examples go, too.
      focusBox();
    }
  });
  tendSoon();
}

// Where an answer comes in a frame, the next one may be too late to complete an answer unseen.
function notice(changes) {
  if (changes.some(({ addedNodes }) => [...addedNodes].some(isWithAnswer))) complete();
  tendSoon();
}

const isWithAnswer = (node) => node.matches?.(".answer") || node.querySelector?.(".answer");

// Right before the frame that shows the change, which is then laid out once. A page that is hidden
// has no frames, and its answers are to be kept all the same.
function tendSoon() {
  if (isDue) return;
  isDue = true;
  if (document.hidden) setTimeout(tend);
  else requestAnimationFrame(tend);
}

function tend() {
  if (!isDue) return;
  isDue = false;
  complete();
  // For the keys that scroll, as the other long texts have them.
  find("#conversation [role=log]")?.setAttribute("tabindex", "0");
  // Gradio nests buttons in a list without list items.
  find("#conversation .examples[role=list]")?.setAttribute("role", "group");
  nameCitations();
  const shown = findAll("#conversation .message-wrap :is(.answer, .fault)");
  find("#save").hidden = shown.length === 0;
  offerCheck();
  scrollToNewest();
  offerFilter();
  markLinked();
  resumeTab();
  // What asks the server waits until the answer can be seen.
  setTimeout(() => {
    keepNewest(shown);
    offerRelated();
    drawEarlier();
  });
}

// Gives answers their buttons.
function complete() {
  for (const text of findAll(".answer blockquote:has(> .rest):not(.whole):not(.extendable)")) {
    text.classList.add("extendable");
    const button = make("button", { type: "button", className: "extend", textContent: say("Whole passage") });
    find("figcaption", text.parentElement).append(button);
  }
  for (const caption of findAll(".answer .quote figcaption:not(:has(.copy))")) {
    caption.append(find("#copy").content.cloneNode(true));
  }
  addPins();
  addThumbs();
  drawLinkSigns();
}

function keepNewest(shown) {
  const signature = `${current()} ${shown.length}`;
  if (signature === answered) return;
  answered = signature;
  if (shown.length) keepAnswers();
}

// An answer is read from its beginning: the newest question goes to the top, once.
function scrollToNewest() {
  const rows = findAll("#conversation .user-row");
  const last = rows.at(-1);
  const signature = last ? `${rows.length} ${last.textContent}` : "";
  if (signature === newest) return;
  newest = signature;
  if (!last) return;
  const log = last.closest("[role=log]");
  log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top;
}

// Shows all of a passage of which only the sentences that answer were seen.
function extend(button) {
  const quote = button.closest(".quote");
  find("blockquote", quote).classList.add("whole");
  find("a.cite", quote)?.focus();
  button.remove();
}

async function copyQuote(button) {
  const quote = button.closest(".quote");
  // Not innerText, from which Firefox leaves out the marks of direction.
  const isSeen = (part) => part.nodeType === Node.TEXT_NODE || isShown(part);
  const seen = [...find("blockquote", quote).childNodes].filter(isSeen);
  const text = seen.map((part) => part.textContent).join("");
  const origin = ["cite", ".details"].map((part) => find(`.from > ${part}`, quote)?.innerText);
  const copied = await toClipboard(`“${text}”\n— ${origin.filter(Boolean).join(", ")}`);
  tellDone(copied ? say("Copied") : say("Not copied"));
}
