// A line that lets what was deleted be taken back for some seconds.

import { find, isShown } from "./dom.js";

const OFFERED_MILLISECONDS = 10_000;

const line = find("#history .undo");
const button = find("button", line);
let timer = 0;
let restore = () => {};

button.addEventListener("click", () => {
  const act = restore;
  dropUndo();
  act();
});

/** Say what was deleted; `act` takes it back. */
export function offerUndo(said, act) {
  restore = act;
  find("p", line).textContent = said;
  line.hidden = false;
  button.focus();
  wait();
}

/** Offer it no longer; the focus on it goes to the beginning of the list. */
export function dropUndo() {
  clearTimeout(timer);
  restore = () => {};
  const isHeld = line.contains(document.activeElement);
  line.hidden = true;
  if (isHeld && isShown(find("#history"))) (find("#history ol a") ?? find("#history-title")).focus();
}

// Not while the pointer or the focus of a keyboard rests on it.
function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (line.matches(":hover, :has(:focus-visible)")) wait();
    else dropUndo();
  }, OFFERED_MILLISECONDS);
}
