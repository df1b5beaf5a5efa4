// Copies text to the clipboard, also in browsers that deny the page the clipboard API.

import { make } from "./dom.js";

/** Copy a text to the clipboard; returns whether that worked. */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS a browser offers the clipboard API only on local host names.
    const focused = document.activeElement;
    const area = make("textarea", { value: text, className: "unseen" });
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    focused.focus();
    return copied;
  }
}
