// Cuts a source into parts of limited size that can be laid out one by one.

import { utf16Offsets } from "../shared/offsets.js";

const PART_CHARACTERS = 12_000;
const PART_BLOCKS = 150;
const FOLD_CHARACTERS = 100_000;
const LINE_CHARACTERS = 68;
const LINE_PIXELS = 26;

// Never cut before a combining mark or within a joined emoji.
const CUT = /[^\u200d](?![\p{M}\u200d\u{1f3fb}-\u{1f3ff}])/u;

/** Return a source with offsets in UTF-16 units, and `at`, which converts offsets in code
    points. */
export function sourceOf({ text, shapes, blocks, marks }) {
  const at = utf16Offsets(text);
  const cut = [];
  for (let place = 0; place < blocks.length; place += 3) {
    const block = { start: at(blocks[place]), end: at(blocks[place + 1]), ...shapes[blocks[place + 2]] };
    cut.push(...withoutGiants(block, text));
  }
  return { text, at, blocks: cut, marks: marks.map(([start, name]) => ({ at: at(start), name })) };
}

/** Return the parts in order; each ends where the next begins, and together they are the whole
    text. */
export function partsOf(source) {
  const parts = [];
  let part = null;
  for (const group of groupsOf(source)) {
    if (!part || part.blocks + group.blocks.length > PART_BLOCKS || group.start - part.start > PART_CHARACTERS) {
      part = { start: group.start, groups: [], marks: [], blocks: 0 };
      parts.push(part);
    }
    part.groups.push(group);
    part.blocks += group.blocks.length;
  }
  if (!parts.length) parts.push({ start: 0, groups: [], marks: [], blocks: 0 });
  parts[0].start = 0;
  parts.forEach((each, index) => {
    each.end = parts[index + 1]?.start ?? source.text.length;
  });
  let index = 0;
  for (const mark of source.marks) {
    while (index + 1 < parts.length && parts[index].end <= mark.at) index += 1;
    parts[index].marks.push(mark);
  }
  for (const each of parts) each.height = estimatedHeight(each);
  return parts;
}

/** Return the index of the part that contains an offset. */
export function partIndexAt(parts, offset) {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (parts[middle].start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

// Group blocks that belong together: a list, a table, a fold of unsearched text.
function groupsOf({ blocks, marks }) {
  const groups = [];
  let group = null;
  let nextMark = 0;
  for (const block of blocks) {
    let isDivided = false;
    while (nextMark < marks.length && marks[nextMark].at <= block.start) {
      nextMark += 1;
      isDivided = true;
    }
    const kind = groupKind(block);
    const isFull = group && kind !== "fold" && group.blocks.length >= PART_BLOCKS;
    const most = kind === "fold" ? FOLD_CHARACTERS : PART_CHARACTERS;
    const isLong = group && block.start - group.start > most;
    if (!group || isDivided || isFull || isLong || kind === "single" || kind !== group.kind) {
      group = { kind, start: block.start, blocks: [] };
      groups.push(group);
    }
    group.blocks.push(block);
  }
  return groups;
}

function groupKind(block) {
  if (block.skipped) return "fold";
  return { "list item": "list", table: "table" }[block.kind] ?? "single";
}

// Divide huge blocks: a log without a blank line would be a single part.
function withoutGiants(block, text) {
  if (block.end - block.start <= 2 * PART_CHARACTERS) return [block];
  const pieces = [];
  let start = block.start;
  while (block.end - start > 2 * PART_CHARACTERS) {
    const end = cutAfter(text, start + PART_CHARACTERS);
    pieces.push({ ...block, start, end, isCut: true });
    start = end;
  }
  return [...pieces, { ...block, start }];
}

function cutAfter(text, least) {
  const window = text.slice(least, least + PART_CHARACTERS / 2);
  const line = window.indexOf("\n");
  if (line >= 0) return least + line + 1;
  const blank = /\s(?=\S)/.exec(window);
  if (blank) return least + blank.index + 1;
  const cut = CUT.exec(window);
  return least + (cut ? cut.index + cut[0].length : window.length);
}

function estimatedHeight(part) {
  let lines = 0;
  for (const group of part.groups) {
    if (group.kind === "fold") lines += 2;
    else for (const block of group.blocks) lines += 1 + (block.end - block.start) / LINE_CHARACTERS;
  }
  return Math.max(1, Math.round(lines)) * LINE_PIXELS;
}
