// Thumbs under each answer. The page sends only the number of the answer; the server takes question
// and answer from its own conversation.

import { find, findAll, post } from "../shared/dom.js";
import { current } from "../chat/keeping.js";
import { say } from "../shared/language.js";
import { checkLength } from "../shared/limits.js";

const GIVEN = "pincite.thumbs";

/** Listen to the thumbs. */
export function watchFeedback() {
  document.addEventListener("click", (event) => {
    const thumb = event.target.closest?.(".thumb");
    if (thumb) press(thumb);
  });
}

/** Add thumbs to the answers that have none yet. */
export function addThumbs() {
  for (const answer of findAll("#conversation .message-wrap .answer[class*=exchange-]:not(:has(.thumbs))")) {
    const place = [".summary", ".refusal", ".caution"]
      .map((name) => find(`:scope > ${name}`, answer))
      .find(Boolean);
    if (!place) continue;
    place.append(find("#thumbs").content.cloneNode(true));
    show(answer, given()[key(answer)] ?? "none");
  }
}

async function press(thumb) {
  const answer = thumb.closest(".answer");
  const isOn = thumb.getAttribute("aria-pressed") === "true";
  if (isOn) await judge(answer, { verdict: "none" });
  else if (thumb.dataset.verdict === "up") await judge(answer, { verdict: "up" });
  else askWhy(answer);
}

function askWhy(answer) {
  const dialog = find("#why");
  find("form", dialog).reset();
  checkLength(find("#why-text"));
  dialog.returnValue = "cancel";
  dialog.onclose = () => {
    if (dialog.returnValue !== "send") return;
    const reason = find("input[name=reason]:checked", dialog)?.value ?? null;
    judge(answer, { verdict: "down", reason, text: find("#why-text").value.trim() || null });
  };
  dialog.showModal();
}

async function judge(answer, judgement) {
  const name = key(answer);
  let said;
  try {
    await post("feedback", { tab: current(), number: numberOf(answer), ...judgement });
    remember(name, judgement.verdict);
    show(answer, judgement.verdict);
    said = judgement.verdict === "none" ? say("Taken back") : say("Noted");
  } catch (error) {
    said = error.message;
  }
  const line = find(".thumbs-line", answer);
  if (line) line.textContent = said;
}

function show(answer, verdict) {
  for (const thumb of findAll(".thumb", answer)) {
    thumb.setAttribute("aria-pressed", String(thumb.dataset.verdict === verdict));
  }
}

const numberOf = (answer) => Number(/(?:^| )exchange-(\d+)/.exec(answer.className)[1]);
const key = (answer) => `${current()} ${numberOf(answer)}`;

function given() {
  try {
    return JSON.parse(sessionStorage.getItem(GIVEN)) ?? {};
  } catch {
    return {};
  }
}

function remember(name, verdict) {
  sessionStorage.setItem(GIVEN, JSON.stringify({ ...given(), [name]: verdict }));
}
