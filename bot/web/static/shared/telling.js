// The line at the top of the page that says what a small button did.

import { find } from "./dom.js";

const SHOWN_MILLISECONDS = 4000;

const line = find("#done");

let hiding = 0;

/** Show a message for a moment: what was done, or why it failed. */
export function tellDone(message) {
  line.textContent = message;
  line.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => line.classList.remove("shown"), SHOWN_MILLISECONDS);
}
