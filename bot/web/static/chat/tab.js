// What a browser tab was in the middle of, which a reload must not lose.

import { isSourceAddress } from "../shared/addresses.js";
import { find } from "../shared/dom.js";
import { log } from "./exchanges.js";
import { showConversation } from "./keeping.js";
import { askLinked } from "./linking.js";

const DRAFT = "pincite.draft";

let isStarted = false;

/** Once Gradio has drawn its boxes: bring back the conversation and what was being typed. */
export function resumeTab() {
  const box = find("#question textarea");
  if (isStarted || !box || !log()) return;
  isStarted = true;
  showConversation().then(askLinked);
  // What has been typed already is newer.
  box.value ||= sessionStorage.getItem(DRAFT) ?? "";
  // Listened to by Gradio, and by the line that says how long the question is.
  box.dispatchEvent(new Event("input", { bubbles: true }));
  window.addEventListener("pagehide", () => sessionStorage.setItem(DRAFT, box.value));
  // Unless a linked passage has the focus or a phone's keyboard would pop up.
  if (matchMedia("(hover: hover)").matches && !isSourceAddress(location.hash)) box.focus();
}
