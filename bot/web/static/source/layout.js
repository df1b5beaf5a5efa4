// Lays out the blocks of a source as headings, lists, tables and so on: elements around slices of
// the text.

import { make } from "../shared/dom.js";
import { Ink } from "./ink.js";
import { listing, say } from "../shared/language.js";
import { tableOf } from "./tables.js";

const REASONS_NAMED = 3;
const TOP_HEADING = 3;

const MARKER = /^(?:[-–—•*‣◦▪·+]|\(?(?:\d{1,4}|[a-zA-Z]|[ivxlc]{1,5})[.)]|\d+(?:\.\d+)+\.?)[ \t\u00a0]+/;
const BULLET = /^[-–—•*‣◦▪·+]/;

/** Return the elements of a part; folds that start at an offset in `opened` are open. */
export function layOut(part, text, spots, opened) {
  const ink = new Ink(text, part.marks, spots);
  const target = document.createDocumentFragment();
  let position = part.start;
  for (const group of part.groups) {
    gap(ink, target, position, group.start);
    ink.divide(target, group.start);
    position = LAYOUTS[group.kind](ink, target, group, opened);
  }
  gap(ink, target, position, part.end);
  ink.divide(target, part.end);
  return target;
}

const LAYOUTS = {
  single: (ink, target, group) => series(ink, target, group.blocks, single),
  list: (ink, target, group) => {
    const list = make("div", { className: "list" });
    list.setAttribute("role", "list");
    target.append(list);
    return series(ink, list, group.blocks, listItem);
  },
  table: (ink, target, group) => tableOf(ink, target, group.blocks),
  fold,
};

function series(ink, target, blocks, place) {
  let position = blocks[0].start;
  for (const block of blocks) {
    gap(ink, target, position, block.start);
    place(ink, target, block);
    position = block.end;
  }
  return position;
}

// Write the text between two blocks, which is blank unless a reader left something out.
function gap(ink, target, start, end) {
  if (start >= end) return;
  if (ink.slice(start, end).trim()) {
    const rest = make("p", { className: "paragraph" });
    ink.write(rest, start, end);
    target.append(rest);
  } else {
    ink.hush(target, start, end);
  }
}

function single(ink, target, block) {
  const className = CLASSES[block.kind] ?? "paragraph";
  const element = make(block.kind === "heading" ? "div" : "p", { className });
  element.dir = "auto";
  if (block.kind === "heading") {
    element.setAttribute("role", "heading");
    element.setAttribute("aria-level", TOP_HEADING - 1 + (block.level || 1));
    element.dataset.level = Math.min(block.level || 1, 4);
  } else if (block.kind !== "code" && isWrapped(ink.slice(block.start, block.end))) {
    element.classList.add("flowing");
  }
  element.classList.toggle("cut", Boolean(block.isCut));
  ink.write(element, block.start, block.end);
  target.append(element);
}

const CLASSES = { heading: "heading", question: "paragraph question-line", code: "code" };

// The indentation of an item's line gives its depth, two spaces per level.
function listItem(ink, target, block) {
  const text = ink.slice(block.start, block.end);
  const marker = MARKER.exec(text)?.[0] ?? "";
  const line = /[ \t]*$/.exec(ink.slice(Math.max(0, block.start - 40), block.start))[0];
  const depth = Math.min(6, Math.floor(line.replaceAll("\t", "  ").length / 2) - (marker ? 0 : 1));
  const item = make("div", { className: "item" });
  item.setAttribute("role", "listitem");
  item.dir = "auto";
  item.style.setProperty("--depth", Math.max(0, depth));
  if (marker) {
    const sign = make("span", { className: BULLET.test(marker) ? "marker bullet" : "marker" });
    ink.write(sign, block.start, block.start + marker.length);
    item.append(sign);
  }
  const words = make("span", { className: isWrapped(text) ? "words flowing" : "words" });
  ink.write(words, block.start + marker.length, block.end);
  item.append(words);
  target.append(item);
}

function fold(ink, target, { blocks }, opened) {
  const { start } = blocks[0];
  const { end } = blocks.at(-1);
  const reasons = [...new Set(blocks.map((block) => block.skipped))];
  const more = reasons.length - REASONS_NAMED;
  const named = listing(reasons.slice(0, REASONS_NAMED));
  const label = say("{blocks} not searched: {reasons}", {
    blocks: say("{count} blocks", { count: blocks.length }),
    reasons: more > 0 ? say("{reasons} and {number} more", { reasons: named, number: more }) : named,
  });
  // CSS shows the label from an attribute: the pane's text is only the source's own.
  const summary = make("summary", { title: listing(reasons) });
  summary.dataset.label = label;
  summary.setAttribute("aria-label", label);
  const inside = make("div", { className: "folded" });
  const details = make("details", { className: "fold" }, summary, inside);
  details.dataset.start = start;
  details.open = opened.has(start) || ink.holdsPassage(start, end);
  target.append(details);
  return series(ink, inside, blocks, (_, parent, block) => {
    const element = make("p", { className: "skipped", title: block.skipped });
    element.dir = "auto";
    ink.write(element, block.start, block.end);
    parent.append(element);
  });
}

/** True for text whose lines were broken because the next word did not fit. */
export function isWrapped(text) {
  const lines = text.split("\n").map((line) => line.trim());
  const width = Math.max(...lines.map((line) => line.length));
  if (lines.length < 2 || width < 45 || width > 160) return false;
  return lines.slice(0, -1).every((line, index) => {
    const next = lines[index + 1].split(/\s/, 1)[0];
    return line.length + 1 + next.length > 0.85 * width;
  });
}
