// PDFs as pdf.js draws them. It is large, and loaded once the first pages are asked for.

const placeOf = (path) => new URL(`pdfjs/${path}`, import.meta.url).href;

// What a canvas may hold on every device, in pixels.
const LARGEST_CANVAS = 16_000_000;

// How far apart the tops of parts of one line may be, in percent of the page.
const SAME_LINE_PERCENT = 0.5;

let loading = null;

/** A PDF from its bytes: {count, page(number), close()}; pages are numbered from 1. */
export async function openPdf(data) {
  loading ??= load();
  const library = await loading;
  const task = library.getDocument({
    data,
    cMapUrl: placeOf("cmaps/"),
    standardFontDataUrl: placeOf("standard_fonts/"),
    wasmUrl: placeOf("decoders/"),
    // The policy of the page lets no WebAssembly run, nor any text as a script.
    useWasm: false,
    isEvalSupported: false,
    enableXfa: false,
    verbosity: library.VerbosityLevel.ERRORS,
  });
  try {
    const pdf = await task.promise;
    return {
      count: pdf.numPages,
      page: async (number) => new PdfPage(library, await pdf.getPage(number)),
      close: () => task.destroy(),
    };
  } catch (error) {
    task.destroy();
    throw error;
  }
}

async function load() {
  try {
    const library = await import(placeOf("pdf.min.mjs"));
    library.GlobalWorkerOptions.workerSrc = placeOf("pdf.worker.min.mjs");
    return library;
  } catch (error) {
    loading = null;
    throw error;
  }
}

/** A page: its size in points, and ways to draw what is on it. */
class PdfPage {
  #library;
  #page;

  constructor(library, page) {
    this.#library = library;
    this.#page = page;
    const { width, height } = page.getViewport({ scale: 1 });
    this.width = width;
    this.height = height;
  }

  /** Draws the page `width` CSS pixels wide; returns {canvas, done, cancel()}. */
  draw(width) {
    const wanted = (width * window.devicePixelRatio) / this.width;
    const most = Math.sqrt(LARGEST_CANVAS / (this.width * this.height));
    const viewport = this.#page.getViewport({ scale: Math.min(wanted, most) });
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(viewport.width));
    canvas.height = Math.max(1, Math.round(viewport.height));
    const task = this.#page.render({ canvas, viewport });
    return { canvas, done: task.promise, cancel: () => task.cancel() };
  }

  /** Puts the text into `container`, unseen, over where it is drawn; returns its nodes in order. */
  async write(container) {
    const layer = new this.#library.TextLayer({
      textContentSource: await this.#page.getTextContent(),
      container,
      viewport: this.#page.getViewport({ scale: 1 }),
    });
    await layer.render();
    const elements = layer.textDivs.filter((element) => element.firstChild);
    return inReadingOrder(elements).map((element) => element.firstChild);
  }

  /** Forget what was needed for drawing. */
  forget() {
    this.#page.cleanup();
  }
}

// A PDF may write what is read from right to left in the order in which it is seen.
function inReadingOrder(elements) {
  const lines = [];
  for (const element of elements) {
    const [left, top] = [element.style.left, element.style.top].map(Number.parseFloat);
    const line = lines.at(-1);
    const isOnLine = line && Math.abs(line.top - top) < SAME_LINE_PERCENT;
    if (isOnLine) line.parts.push({ left, element });
    else lines.push({ top, parts: [{ left, element }] });
  }
  return lines.flatMap(({ parts }) => {
    const letters = (dir) =>
      parts.filter(({ element }) => element.dir === dir)
        .reduce((count, { element }) => count + element.textContent.trim().length, 0);
    if (letters("rtl") > letters("ltr")) parts.sort((one, two) => two.left - one.left);
    return parts.map(({ element }) => element);
  });
}
