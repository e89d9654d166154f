/** Makes documents to draw on without a browser; writing them out escapes their text. */
import { parseHTML } from "linkedom";

const EMPTY = '<!doctype html><html lang="en"><head></head><body></body></html>';

/** An empty page. */
export function newDocument(): Document {
  return parseHTML(EMPTY).document;
}
