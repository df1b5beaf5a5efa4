// Questions that the corpus answers, offered under the newest answer.

import { find, findAll, focusBox, make, post } from "../shared/dom.js";
import { current } from "./keeping.js";
import { say } from "../shared/language.js";
import { ask } from "./sending.js";

let offered = { place: "", reply: null };

/** Listen to the buttons. */
export function watchRelated() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".related button");
    if (!button) return;
    ask(button.textContent);
    // The button disappears with its answer; keep the focus from being lost.
    focusBox();
  });
}

/** Offer related questions under the newest answer, once it is complete. */
export function offerRelated() {
  const row = findAll("#conversation .bot-row").at(-1);
  const answer = row && find(".answer:not(.replied)", row);
  if (!answer || find(".related", answer)) return;
  const asked = findAll("#conversation .question").at(-1)?.firstChild?.textContent;
  const place = `${current()} ${findAll("#conversation .bot-row").length} ${asked}`;
  if (place === offered.place) {
    show(answer, asked);
    return;
  }
  offered = { place, reply: null };
  post("conversation/related", { tab: current() }).then(
    (reply) => {
      if (offered.place !== place) return;
      offered.reply = reply;
      offerRelated();
    },
    () => {}, // The answer is complete without related questions.
  );
}

function show(answer, asked) {
  const { reply } = offered;
  if (!reply?.questions.length || reply.question !== asked) return;
  const label = reply.answered ? say("Related questions") : say("The sources do answer");
  const items = reply.questions.map((question) => {
    const button = make("button", { type: "button", dir: "auto", textContent: question });
    return make("li", {}, button);
  });
  const list = make("ul", {}, ...items);
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", label);
  const title = make("p", { className: "related-label", textContent: label });
  answer.append(make("div", { className: "related" }, title, list));
}
