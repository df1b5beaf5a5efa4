// Sees to it that what was asked is asked, and shows up. Gradio takes no question while it is not
// done with the one before, which is a moment later than its answer is shown. And it reads its
// server's events from one stream, which the server closes after the last of them: a question that
// is sent before the page knows of that would be answered to nobody. Any later event opens the
// stream anew, and brings what was missed.

import { find, findAll } from "./dom.js";
import { current } from "./keeping.js";

// After these it is looked whether a question has shown up.
const PAUSES_MILLISECONDS = [100, 300, 1000, 3000, 9000];

// A question that takes longer is shown as pending long before.
const LOST_MILLISECONDS = 1000;

let looking = 0;

/** Listen to what sends a question. */
export function watchSending() {
  document.addEventListener("keydown", (event) => {
    const isSent = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (isSent && event.target.closest?.("#question")) expectTyped();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("#question button")) expectTyped();
    else if (target.closest?.("#conversation .example, .ask-alone")) expectQuestion();
  });
}

/** Send off what is in a box of Gradio's; it does nothing while it is not done with the one before. */
export function send(box) {
  box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true, cancelable: true }));
}

/** Look whether a question shows up that was just sent; `sendAgain` where it could be. */
export function expectQuestion(sendAgain = () => {}) {
  clearTimeout(looking);
  look(shown(), sendAgain, PAUSES_MILLISECONDS);
}

function expectTyped() {
  const box = find("#question textarea");
  const typed = box.value;
  if (typed.trim()) expectQuestion(() => box.value === typed && send(box));
}

function look(before, sendAgain, pauses) {
  const [pause, ...later] = pauses;
  if (pause === undefined) return;
  looking = setTimeout(() => {
    if (shown() !== before) return;
    if (find("#conversation .pending")) {
      look(before, sendAgain, pauses);
      return;
    }
    sendAgain();
    if (pause >= LOST_MILLISECONDS) find("#show-again").click();
    look(before, sendAgain, later);
  }, pause);
}

// The conversation, and what people asked in it: into answers the page itself writes, as soon as
// they are there.
function shown() {
  const questions = findAll("#conversation [data-testid=user]");
  return `${current()} ${questions.length} ${questions.at(-1)?.textContent}`;
}
