// The pane that shows a source at the cited passage. Offsets count code points, as Python does.

import { find, findAll, make, request } from "./dom.js";

const ADDRESS = /^#src\/([^/]+)\/(\d+)-(\d+)(?:\/(\d+-\d+(?:,\d+-\d+)*)?(?:\/(\d+-\d+))?)?$/;

const pane = find("#source");
const title = find("#source-title");
let opener = null;
let latest = 0;

/** True for an address that names a passage of a source. */
export const isSourceAddress = (hash) => ADDRESS.test(hash);

/** True while the pane is shown. */
export const isSourceOpen = () => !pane.hidden;

/** Show the passage that an address names; `link` gets the focus back when the pane closes. */
export async function openSource(hash, link) {
  const [, id, start, end, marks, answer] = ADDRESS.exec(hash);
  const passage = [Number(start), Number(end)];
  const highlights = (marks ?? "").split(",").filter(Boolean).map(span);
  const words = answer ? span(answer) : [0, 0];
  opener = link ?? find(`a[href="${CSS.escape(hash)}"]`);
  const ticket = ++latest;
  let source;
  try {
    source = await request(`sources/${id}`);
  } catch (error) {
    if (ticket === latest) showFault(error);
    if (error.reply?.gone) markGone(id, error.reply.now);
    return;
  }
  // A slower reply to an earlier click must not replace the pane that was asked for last.
  if (ticket !== latest) return;
  describe(source);
  find(".source-text").replaceChildren(...textNodes(source.pieces, passage, highlights, words));
  reveal(hash);
  bringIntoView(find(".source-text .passage"));
}

/** Hide the pane and give the focus back. */
export function closeSource() {
  latest += 1;
  if (pane.hidden) return;
  pane.hidden = true;
  document.body.classList.remove("source-open");
  markOpenCitations(null);
  const target = opener?.isConnected ? opener : find("#question textarea");
  target?.focus();
}

function span(text) {
  return text.split("-").map(Number);
}

function describe(source) {
  title.textContent = source.title;
  const details = [source.publisher, source.author, source.date, source.path];
  find(".source-meta").textContent = details.filter(Boolean).join(" · ");
  const links = find(".source-links");
  links.replaceChildren();
  if (/^https?:\/\//i.test(source.url ?? "")) {
    links.append(
      make("a", {
        href: source.url,
        target: "_blank",
        rel: "noopener noreferrer",
        textContent: "Open the original",
        title: source.url,
      }),
    );
  }
}

function showFault({ message, reply }) {
  title.textContent = reply?.gone ? outcome(reply.now) : "This source cannot be shown";
  find(".source-meta").textContent = "";
  const links = find(".source-links");
  links.replaceChildren();
  if (reply?.now) {
    links.append(make("a", { href: `#src/${reply.now}/0-0`, textContent: "Open it as it is now" }));
  }
  const fault = make("p", { className: "source-fault", textContent: message });
  find(".source-text").replaceChildren(fault);
  reveal(null);
  title.focus();
}

// What became of a source that was cited and is not answered from any more.
function outcome(now) {
  return now ? "Changed since it was cited" : "Removed since it was cited";
}

// Every citation of the source says so from now on, in the whole conversation.
function markGone(id, now) {
  for (const link of findAll(`a.cite[href^="#src/${CSS.escape(id)}/"]`)) {
    link.classList.add("gone");
    link.dataset.outcome = now ? "changed since" : "removed";
  }
}

function reveal(hash) {
  pane.hidden = false;
  document.body.classList.add("source-open");
  markOpenCitations(hash);
}

function markOpenCitations(hash) {
  for (const link of findAll("a.cite")) {
    link.classList.toggle("open", link.getAttribute("href") === hash);
  }
}

function bringIntoView(passage) {
  const body = find(".source-body");
  if (!passage) {
    body.scrollTop = 0;
    title.focus();
    return;
  }
  const offset = passage.getBoundingClientRect().top - body.getBoundingClientRect().top;
  body.scrollTop += offset - body.clientHeight / 5;
  passage.focus({ preventScroll: true });
}

/** The source's text as inline nodes whose text, read in order, is exactly that text. */
function textNodes(pieces, passage, highlights, words) {
  const nodes = [];
  let position = 0;
  for (const piece of pieces) {
    const points = Array.from(piece.text);
    const block = make("span", { className: classes(piece) });
    if (piece.skipped) block.title = `Not searched: ${piece.skipped}`;
    if (piece.mark) block.dataset.mark = piece.mark;
    block.append(...segments(points, position, passage, highlights, words));
    nodes.push(block);
    position += points.length;
  }
  return nodes;
}

function classes(piece) {
  const kinds = { heading: "heading", question: "question-line", table: "table", code: "code" };
  return [kinds[piece.kind], piece.skipped && "skipped"].filter(Boolean).join(" ");
}

/** Cuts a piece at the borders of the passage, of the highlights and of the words that answer. */
function segments(points, position, passage, highlights, words) {
  const cuts = [passage, ...highlights, words].flat().map((offset) => offset - position);
  const borders = cuts.filter((cut) => cut > 0 && cut < points.length);
  const edges = [...new Set([0, ...borders, points.length])].sort((one, two) => one - two);
  return edges.slice(0, -1).map((from, index) => {
    const text = points.slice(from, edges[index + 1]).join("");
    const inside = ([start, end]) => start <= position + from && position + from < end;
    if (inside(words)) return marked("mark", make("strong", { textContent: text }));
    if (highlights.some(inside)) return marked("mark", text);
    return inside(passage) ? marked("span", text) : text;
  });
}

function marked(tag, content) {
  return make(tag, { className: "passage", tabIndex: -1 }, content);
}
