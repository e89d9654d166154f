/** What stands in a tab in place of linkedom: the browser's own parser. The bundle is built with it. */

/** A document of this text, apart from the page's. */
export function parseHTML(text: string): { document: Document } {
  return { document: new DOMParser().parseFromString(text, "text/html") };
}
