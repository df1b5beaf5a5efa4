// What a browser tab was in the middle of, which a reload must not lose.

import { isSourceAddress } from "./addresses.js";
import { find } from "./dom.js";

const TAB = "pincite.tab";
const TAB_FIELD = "#tab textarea";
const DRAFT = "pincite.draft";

let isStarted = false;

/** Once Gradio has drawn its boxes: bring back the conversation and what was being typed. */
export function resumeTab() {
  const box = find("#question textarea");
  if (isStarted || !box || !find(TAB_FIELD)) return;
  isStarted = true;
  nameTab();
  // Once more before every use, which changes nothing: Gradio overlooks what came too early.
  for (const use of ["focusin", "pointerdown"]) find("gradio-app").addEventListener(use, nameTab);
  type(box, sessionStorage.getItem(DRAFT) ?? "");
  window.addEventListener("pagehide", () => sessionStorage.setItem(DRAFT, box.value));
  // Unless a linked passage has the focus or a phone's keyboard would pop up.
  if (matchMedia("(hover: hover)").matches && !isSourceAddress(location.hash)) box.focus();
}

function nameTab() {
  type(find(TAB_FIELD), tabName());
}

function type(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A secret that outlives a reload but not the tab; the server knows the conversation by it.
function tabName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const name = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem(TAB, sessionStorage.getItem(TAB) ?? name);
  return sessionStorage.getItem(TAB);
}
