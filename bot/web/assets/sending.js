// Sees to it that what was asked is asked, one question after the other, and shows up. Gradio takes
// none while it is not done with the same event before, which is a moment later than its answer is
// shown. And it reads its server's events from one stream, which the server closes after the last
// of them: a question that is sent before the page knows of that would be answered to nobody. Any
// later event opens the stream anew, and brings what was missed.

import { find, findAll } from "./dom.js";
import { KEPT, current } from "./keeping.js";

const BOX = "#question textarea";

const LOOK_MILLISECONDS = 50;

// Pauses after which a question that has not shown up is sent again. One that takes longer is
// shown as pending long before it counts as lost.
const PAUSES_MILLISECONDS = [250, 1000, 3000, 9000];
const LOST_MILLISECONDS = 1000;

// An input method has the key; WebKit tells no other way.
const TAKEN_KEY = 229;

// What was sent and has not shown up; what was typed and sent before that was answered.
let sent = null;
let waiting = null;
let looking = 0;

/** Listen to what sends a question, before Gradio does. */
export function watchSending() {
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("click", clicked, true);
  document.addEventListener("input", ({ isTrusted, target }) => {
    // Whoever writes on sends it when it is done.
    if (isTrusted && target.matches(BOX)) waiting = null;
  });
}

/** Send off what is in a box of Gradio's; nothing happens while it is not done with the one before. */
export function send(box) {
  box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true, cancelable: true }));
}

/** Look whether a question shows up that was just sent; `sendAgain` where it could be. */
export function expectQuestion(sendAgain = () => {}, typed = "") {
  sent = { before: shown(), sendAgain, typed, pause: 0, pauses: [...PAUSES_MILLISECONDS] };
  look();
}

function keyed(event) {
  const isTaken = event.isComposing || event.keyCode === TAKEN_KEY;
  if (event.key === "Enter" && !event.shiftKey && !isTaken && event.target.matches?.(BOX)) {
    sendTyped(event);
  }
}

function clicked(event) {
  if (event.target.closest?.("#question button")) sendTyped(event);
  else if (event.target.closest?.("#conversation .example, .ask-alone")) expectQuestion();
}

function sendTyped(event) {
  const typed = find(BOX).value;
  if (!typed.trim()) return;
  if (!isPending() && !isUnderWay()) {
    expectTyped(typed);
  } else if (typed !== sent?.typed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { typed, conversation: current() };
    look();
  }
}

function expectTyped(typed) {
  expectQuestion(() => find(BOX).value === typed && send(find(BOX)), typed);
}

function look() {
  clearTimeout(looking);
  looking = setTimeout(() => {
    if (!isUnderWay()) sent = null;
    if (!isPending()) {
      if (sent) expectStill();
      else if (waiting) sendWaiting();
    }
    if (sent || waiting) look();
  }, LOOK_MILLISECONDS);
}

function expectStill() {
  sent.pause += LOOK_MILLISECONDS;
  if (sent.pause < sent.pauses[0]) return;
  if (sent.pause >= LOST_MILLISECONDS) find("#show-again").click();
  sent.sendAgain();
  sent.pause = 0;
  sent.pauses.shift();
  if (sent.pauses.length === 0) sent = null;
}

function sendWaiting() {
  const { typed, conversation } = waiting;
  const box = find(BOX);
  waiting = null;
  if (conversation !== current()) return;
  // The question before has emptied the box when it was shown.
  if (box.value !== typed) {
    box.value = typed;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  expectTyped(typed);
  // Gradio takes over what the box holds, first.
  setTimeout(() => send(box));
}

const isPending = () => Boolean(find("#conversation .pending"));

const isUnderWay = () => sent !== null && shown() === sent.before;

// The conversation, and what people asked in it: into answers the page itself writes, as soon as
// they are there. One more than is kept is shown while it is answered.
function shown() {
  const questions = findAll("#conversation [data-testid=user]");
  return `${current()} ${Math.min(questions.length, KEPT)} ${questions.at(-1)?.textContent}`;
}
