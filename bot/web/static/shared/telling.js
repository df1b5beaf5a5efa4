// The line over the page that says what a small button did.

import { find } from "./dom.js";

const SHOWN_MILLISECONDS = 4000;

const line = find("#done");

let hiding = 0;

/** Say for a moment what was done, or why it was not. */
export function tellDone(message) {
  line.textContent = message;
  line.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => line.classList.remove("shown"), SHOWN_MILLISECONDS);
}
