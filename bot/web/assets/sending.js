// Sees to it that what was asked is asked, one question after the other, and shows up. All go by a
// box of their own, which nobody sees: what the reader writes meanwhile is not touched. Gradio takes
// none while it is not done with the same event before, which is a moment later than its answer is
// shown. And it reads its server's events from one stream, which the server closes after the last
// of them: a question that is sent before the page knows of that would be answered to nobody. Any
// later event opens the stream anew, and brings what was missed. So a question is sent until it
// shows up, under a key by which the server tells that it is the same one.

import { find, findAll } from "./dom.js";
import { sentFilter } from "./filtering.js";
import { current, newId, showConversation } from "./keeping.js";
import { fitsQuestion } from "./limits.js";
import { isReachable, refreshState } from "./state.js";
import { rememberUnsent, tellUnsent, unsentOf, watchUnsent } from "./unsent.js";

const BOX = "#question textarea";
const ASKED = "#asked textarea";
const KEY = "#asked-key textarea";
const FILTER = "#asked-filter textarea";

const LOOK_MILLISECONDS = 50;

// Pauses after which a question that has not shown up is sent again. One that takes longer is
// shown as pending long before it counts as lost.
const PAUSES_MILLISECONDS = [250, 1000, 3000, 9000];
const LOST_MILLISECONDS = 1000;

// What was sent and has not shown up; what was asked before that was answered; what did not get
// through, as far as the page knows.
let sent = null;
let waiting = null;
let givenUp = null;
let looking = 0;

/** Listen to the box in which questions are typed. */
export function watchSending() {
  document.addEventListener("keypress", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.matches?.(BOX)) askTyped();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("#question .submit-button")) askTyped();
  });
  document.addEventListener("input", ({ isTrusted, target }) => {
    // Whoever writes on sends it when it is done.
    if (isTrusted && waiting?.isTyped && target.matches(BOX)) waiting = null;
  });
  watchUnsent(sendUnsent);
  // At once, for the next question may be typed as soon as this one shows up.
  new MutationObserver(settle).observe(find("gradio-app"), { childList: true, subtree: true });
}

/** Ask a question as soon as those before it are answered; one that is typed leaves its box then. */
export function ask(question, isTyped = false) {
  settle();
  const filter = sentFilter();
  const isUnderWay = question === sent?.question && filter === sent.filter;
  if (!question.trim() || isUnderWay) return;
  waiting = { question, filter, isTyped, conversation: current() };
  if (isReady()) sendWaiting();
  else look();
}

/** Ask the latest question again without what it carried over from earlier turns. */
export function askAlone() {
  settle();
  const question = findAll("#conversation .question").at(-1)?.firstChild?.textContent ?? "";
  if (isReady()) expect({ question, alone: true });
}

/** Ask once more what was asked in this conversation and has no answer yet, as the same question. */
export function sendUnsent() {
  settle();
  if (sent) {
    sent.pauses = [...PAUSES_MILLISECONDS];
    send();
    return;
  }
  const asked = unsentOf(current());
  if (asked) expect({ ...asked, isTyped: !asked.alone });
}

/** Go on when the server answers again; say so when it does not answer any more. */
export async function recover(isReachableNow) {
  tellSending();
  if (!isReachableNow) return;
  await showConversation();
  sendUnsent();
}

function tellSending() {
  if (!isReachable()) tellUnsent("unreachable");
  else tellUnsent(sent && performance.now() - sent.pressed >= LOST_MILLISECONDS ? "pending" : "");
}

function askTyped() {
  if (fitsQuestion()) ask(find(BOX).value, true);
}

const isReady = () => !sent && !find("#conversation .pending");

function sendWaiting() {
  const { question, filter, isTyped, conversation } = waiting;
  waiting = null;
  if (conversation === current()) expect({ question, filter, isTyped });
}

function press({ alone }) {
  if (alone) {
    find("#ask-alone").click();
    return;
  }
  const enter = { key: "Enter", bubbles: true, cancelable: true };
  find(ASKED).dispatchEvent(new KeyboardEvent("keypress", enter));
}

function expect(asked) {
  const conversation = current();
  // It may be on its way: who asks it once more asks it under the same key.
  const before = unsentOf(conversation);
  const isSame =
    before?.question === asked.question &&
    before.filter === (asked.filter ?? "") &&
    before.alone === Boolean(asked.alone);
  const key = isSame ? before.key : newId();
  givenUp = null;
  sent = { ...asked, key, conversation, pauses: [...PAUSES_MILLISECONDS] };
  rememberUnsent(conversation, sent);
  send();
  look();
}

function send() {
  const { key, question, filter = "", alone } = sent;
  write(find(KEY), key);
  write(find(FILTER), filter);
  write(find(ASKED), alone ? "" : question);
  sent.pressed = Infinity;
  // Gradio takes over what they hold, first.
  setTimeout(() => {
    settle();
    if (sent?.key !== key) return;
    sent.pressed = performance.now();
    press(sent);
  });
}

function write(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function look() {
  clearTimeout(looking);
  looking = setTimeout(() => {
    settle();
    if (sent) sendAgain();
    else if (waiting && isReady()) sendWaiting();
    if (sent || waiting) look();
  }, LOOK_MILLISECONDS);
}

// What was sent is no longer waited for once it shows up, or another conversation does.
function settle() {
  const asked = sent ?? givenUp;
  if (!asked) return;
  const { key, question, isTyped, conversation } = asked;
  const isHere = conversation === current();
  if (isHere && !find(`#conversation .asked-${key}`)) return;
  sent = givenUp = null;
  tellSending();
  const box = find(BOX);
  if (isHere && isTyped && box.value === question) write(box, "");
}

function sendAgain() {
  const pause = performance.now() - sent.pressed;
  if (pause < sent.pauses[0]) return;
  if (pause >= LOST_MILLISECONDS) {
    find("#show-again").click();
    refreshState();
    tellSending();
  }
  sent.pauses.shift();
  if (sent.pauses.length) send();
  else giveUp();
}

// The question must not be lost.
function giveUp() {
  const box = find(BOX);
  if (!sent.alone && !box.value) write(box, sent.question);
  givenUp = { ...sent, isTyped: !sent.alone };
  sent = null;
  tellUnsent(isReachable() ? "failed" : "unreachable");
}
