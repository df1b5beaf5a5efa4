// The exchanges of a conversation before those that the server has: the browser keeps them all, and
// the server draws what it is given. They are drawn a few at a time, the latest first, so that the
// page stays fluid, and stand apart from those.

import { find, findAll, make, post } from "../shared/dom.js";
import { current, fitting } from "./keeping.js";
import { say } from "../shared/language.js";
import { exchangesOf } from "../shared/storage.js";

const DRAWN_AT_ONCE = 10;

const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 30));

// The drawn conversation and range of exchange numbers: `from` is included, `to` is not.
let drawn = null;
let isWorking = false;

/** Draw the missing exchanges above the conversation, and remove those of another one. */
export async function drawEarlier() {
  const first = firstOfLog();
  if (drawn && (drawn.id !== current() || first === null)) forget();
  if (first === null || isWorking || (drawn?.isWhole && drawn.to >= first)) return;
  isWorking = true;
  try {
    const isMore = await drawSome(current(), first);
    if (isMore) whenIdle(drawEarlier);
  } catch {
    // The status line reports a server that does not answer; the next change tries again.
  } finally {
    isWorking = false;
  }
}

// Draw one batch: the exchanges that have left the log since, or else the latest missing ones.
async function drawSome(id, first) {
  if (!drawn && !(await isOwn(id, first))) return false;
  const { from, to } = drawn ?? { from: first, to: first };
  const isAfter = to < first;
  const range = isAfter ? [to, first - 1] : [from - DRAWN_AT_ONCE, from - 1];
  const exchanges = fitting(await exchangesOf(id, Math.max(0, range[0]), range[1]));
  if (exchanges.at(-1)?.number !== range[1]) {
    // The browser has no more.
    if (drawn) drawn.isWhole = true;
    find("#conversation .earlier")?.classList.add("lacking");
    return false;
  }
  const drawings = await post("conversation/drawn", { exchanges });
  if (id !== current() || firstOfLog() !== first) return true;
  place(drawings, isAfter);
  drawn = { id, from: isAfter ? from : exchanges[0].number, to: first };
  drawn.isWhole = drawn.from === 0;
  return !drawn.isWhole;
}

// While the page switches conversations, the log still shows the previous one.
async function isOwn(id, first) {
  const [exchange] = await exchangesOf(id, first, first);
  const shown = find("#conversation .message-wrap .question");
  return Boolean(exchange) && shown?.firstChild?.textContent === exchange.question;
}

function place(drawings, isAfter) {
  const log = find("#conversation [role=log]");
  const row = find(".user-row", log);
  const before = row.getBoundingClientRect().top;
  const exchanges = drawings.map(exchangeOf);
  const box = find(".earlier", log) ?? make("div", { className: "earlier" });
  if (!box.isConnected) log.prepend(box);
  if (isAfter) box.append(...exchanges);
  else box.prepend(...exchanges);
  // Keep the text that is being read in place.
  if (log.scrollTop > 0 || !isAfter) log.scrollTop += row.getBoundingClientRect().top - before;
}

function exchangeOf([question, answer]) {
  const made = make("div", { className: "earlier-exchange" });
  // The server generated this HTML and escaped all text from documents.
  for (const [label, html] of [[say("Question"), question], [say("Answer"), answer]]) {
    const template = make("template", { innerHTML: html });
    const part = make("div", { className: "prose" }, template.content);
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", label);
    made.append(part);
  }
  return made;
}

/** The number of the first exchange that the server has, if there are others before; null if not. */
function firstOfLog() {
  if (!find("#conversation .message-wrap .forgotten")) return null;
  const rows = findAll("#conversation .message-wrap .bot-row:not(:has(.forgotten))");
  const index = rows.findIndex((row) => find(".answer[class*=exchange-]", row));
  if (index < 0) return null;
  const [, number] = /\bexchange-(\d+)/.exec(find(".answer", rows[index]).className);
  return Number(number) - index;
}

function forget() {
  drawn = null;
  find("#conversation .earlier")?.remove();
}
