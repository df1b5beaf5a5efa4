// A line that offers to undo a deletion for some seconds.

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

/** Say what was deleted; `act` undoes it. */
export function offerUndo(said, act) {
  restore = act;
  find("p", line).textContent = said;
  line.hidden = false;
  button.focus();
  wait();
}

/** Remove the offer; its focus goes to the beginning of the list. */
export function dropUndo() {
  clearTimeout(timer);
  restore = () => {};
  const isHeld = line.contains(document.activeElement);
  line.hidden = true;
  if (isHeld && isShown(find("#history"))) (find("#history ol a") ?? find("#history-title")).focus();
}

// Don't remove it while it has the pointer or the keyboard focus.
function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (line.matches(":hover, :has(:focus-visible)")) wait();
    else dropUndo();
  }, OFFERED_MILLISECONDS);
}
