// Sees to it that what was asked shows up. Gradio reads its server's events from one stream, which
// the server closes after the last of them: a question that is sent before the page knows of that
// would be answered to nobody. Any later event opens the stream anew, and brings what was missed.

import { find, findAll } from "./dom.js";
import { current } from "./keeping.js";

// A question that takes longer is shown as pending long before the first of these.
const WAITS_MILLISECONDS = [1000, 3000, 9000];

/** Listen to what sends a question. */
export function watchSending() {
  document.addEventListener("keydown", (event) => {
    const isSent = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (isSent && event.target.closest?.("#question") && isTyped()) expectQuestion();
  });
  document.addEventListener("click", ({ target }) => {
    const isOffered = target.closest?.("#conversation .example, .ask-alone, .related button");
    if (isOffered || (target.closest?.("#question button") && isTyped())) expectQuestion();
  });
}

const isTyped = () => find("#question textarea").value.trim() !== "";

function expectQuestion() {
  wait(shown(), WAITS_MILLISECONDS);
}

function wait(before, [patience, ...later]) {
  if (patience === undefined) return;
  setTimeout(() => {
    // While one is being answered, Gradio sends no other.
    if (shown() !== before || find("#conversation .pending")) return;
    find("#show-again").click();
    wait(before, later);
  }, patience);
}

// The conversation, and what people asked in it: into answers the page itself writes, as soon as
// they are there.
function shown() {
  const questions = findAll("#conversation [data-testid=user]");
  return `${current()} ${questions.length} ${questions.at(-1)?.textContent}`;
}
