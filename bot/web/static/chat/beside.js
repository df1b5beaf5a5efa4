// Shows two passages side by side, where the sources of an answer differ or agree. Each has its
// sentence and the value in it marked. If there are more than two, the reader chooses.

import { passageOf } from "../shared/addresses.js";
import { find, findAll, dotted, make, request } from "../shared/dom.js";
import { say } from "../shared/language.js";
import { likestSentence, placeOf } from "../shared/likeness.js";
import { utf16Offsets } from "../shared/offsets.js";

const dialog = find("#beside");
const columns = find(".beside-columns", dialog);

let cited = [];
let said = "";
let drawing = 0;

/** Listen to the buttons in answers, and to the links in the dialog. */
export function watchBeside() {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".answer button.beside");
    if (button) open(button);
  });
  // Close before the link is followed: the source opens below the dialog.
  dialog.addEventListener("click", ({ target }) => target.closest("a") && dialog.close());
  columns.addEventListener("change", () => draw(chosen()));
}

function open(button) {
  const place = button.closest(".conflict, .line");
  const isLine = place.classList.contains("line");
  said = isLine ? find("strong", place).textContent : "";
  cited = isLine ? ofLine(place) : ofRows(place);
  if (cited.length < 2) return;
  find(".beside-about", dialog).textContent = isLine ? said : find("caption", place).textContent;
  const other = cited.findIndex((one) => one.value !== cited[0].value);
  draw([0, Math.max(1, other)]);
  dialog.showModal();
  find("#beside-title").focus();
}

// The passages of the answer line, and those with other values from the tables below it.
function ofLine(line) {
  const saying = findAll("a.cite", line).map((chip) => citedBy(chip, said));
  const differing = findAll(".conflict", line.closest(".answer")).flatMap(ofRows);
  const known = new Set(saying.map(({ source }) => source));
  return apart([...saying, ...differing.filter(({ source }) => !known.has(source))]);
}

const ofRows = (table) =>
  apart(
    findAll("tr", table).flatMap((row) =>
      findAll("a.cite", row).map((chip) => citedBy(chip, find("th", row).textContent)),
    ),
  );

function citedBy(chip, value) {
  const address = chip.getAttribute("href");
  return { address, value, number: chip.textContent, source: passageOf(address).id };
}

// Remove duplicates: each passage appears once for each value.
function apart(all) {
  const keys = new Set();
  return all.filter(({ number, value }) => !keys.has(`${number} ${value}`) && keys.add(`${number} ${value}`));
}

function chosen() {
  const [left, right] = findAll("select", columns).map(({ value }) => Number(value));
  return [left, right];
}

async function draw(places) {
  drawing += 1;
  const own = drawing;
  const focused = findAll("select", columns).indexOf(document.activeElement);
  const passages = await Promise.all(places.map((place) => passage(cited[place])));
  const options = cited.length > 2 ? await Promise.all(cited.map(label)) : [];
  if (own !== drawing) return;
  const lit = passages.map(marksOf);
  // A passage without marks of its own gets them from a comparison with the other's sentence.
  const sentences = lit.map((marks, at) => (marks.sentence ? passages[at].text.slice(...marks.sentence) : ""));
  const marks = lit.map((one, at) => completed(one, passages[at], sentences[1 - at] || said));
  const sides = [say("Left"), say("Right")];
  columns.replaceChildren(
    ...passages.map((one, at) => column(one, marks[at], chooser(options, places, at, sides[at]))),
  );
  if (focused >= 0) findAll("select", columns)[focused]?.focus();
}

async function passage(one) {
  const { id, passage: span } = passageOf(one.address);
  try {
    return { ...one, ...(await request(`sources/${id}/around?start=${span[0]}&end=${span[1]}`)) };
  } catch ({ message }) {
    return { ...one, text: "", fault: message };
  }
}

async function label(one) {
  const { title = "" } = await passage(one);
  return `${one.number} ${title}${one.value ? `: ${one.value}` : ""}`;
}

// Offsets in units of the passage's text.
function marksOf({ address, text }) {
  const { passage: span, highlights, words } = passageOf(address);
  const at = utf16Offsets(text);
  const placed = ([start, end]) => [at(start - span[0]), at(end - span[0])];
  return {
    sentence: highlights.length ? placed(highlights[0]) : null,
    words: words[1] > words[0] ? placed(words) : null,
  };
}

function completed({ sentence, words }, { text, value }, other) {
  const own = sentence ?? likestSentence(text, other) ?? [0, 0];
  return { sentence: own, words: words ?? placeOf(value, text, own) ?? [own[1], own[1]] };
}

function column(one, { sentence, words }, choice) {
  const details = dotted([one.publisher, one.date, one.locator]);
  const quote = make("blockquote", { dir: "auto" }, ...marked(one.text, sentence, words));
  if (one.language) quote.lang = one.language;
  const link = make("a", { textContent: say("Open in the source") });
  link.setAttribute("href", one.address);
  const title = make("h3", { dir: "auto", textContent: one.title ?? one.number });
  const meta = make("p", { className: "beside-details" }, ...details);
  if (!one.fault) return make("section", {}, choice, title, meta, quote, make("p", {}, link));
  return make("section", {}, choice, title, make("p", { className: "beside-fault", textContent: one.fault }));
}

function marked(text, [start, end], words) {
  const [first, last] = [Math.max(start, Math.min(words[0], end)), Math.min(end, Math.max(words[1], start))];
  const value = last > first ? make("strong", { textContent: text.slice(first, last) }) : null;
  const lit = value ? [text.slice(start, first), value, text.slice(last, end)] : [text.slice(start, end)];
  return [text.slice(0, start), end > start ? make("mark", {}, ...lit) : null, text.slice(end)].filter(Boolean);
}

function chooser(options, places, side, name) {
  if (!options.length) return null;
  const select = make("select");
  select.setAttribute("aria-label", name);
  options.forEach((text, value) => {
    const isElsewhere = value === places[1 - side];
    select.append(make("option", { value, textContent: text, disabled: isElsewhere }));
  });
  select.value = places[side];
  return select;
}
