/** Documents to draw on without a browser; text set on them is escaped when they are written out. */
import { parseHTML } from "linkedom";

const EMPTY = '<!doctype html><html lang="en"><head></head><body></body></html>';

/** An empty page. */
export function newDocument(): Document {
  return parseHTML(EMPTY).document;
}
