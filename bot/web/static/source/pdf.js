// Wraps pdf.js, which is large and loads when a PDF's pages are first shown.

const placeOf = (path) => new URL(`pdfjs/${path}`, import.meta.url).href;

// The largest canvas that all devices support, in pixels.
const LARGEST_CANVAS = 16_000_000;

// Largest distance between the tops of parts of one line, in percent of the page.
const SAME_LINE_PERCENT = 0.5;

let loading = null;

/** Open a PDF from its bytes: {count, page(number), close()}; pages are numbered from 1. */
export async function openPdf(data) {
  loading ??= load();
  const library = await loading;
  const task = library.getDocument({
    data,
    cMapUrl: placeOf("cmaps/"),
    standardFontDataUrl: placeOf("standard_fonts/"),
    wasmUrl: placeOf("decoders/"),
    // The page's content policy allows neither WebAssembly nor eval.
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

/** A page: its size in points, and methods to draw its picture and text. */
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

  /** Writes the text into `container`, invisible and over the picture; returns its nodes in
      order. */
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

  /** Release the memory used for drawing. */
  forget() {
    this.#page.cleanup();
  }
}

// A PDF may store right-to-left text in visual order.
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
