/** Estimates the room that text takes, without a browser: in the widest common font, on a phone. */

/** Height of a line of text. */
export const LINE_HEIGHT = 15;
/** From a mark to its label. */
export const LABEL_GAP = 10;
/** The font's size on a phone, where letters are largest in a drawing's units. */
const EM = 14.5;
/** DejaVu Sans, bold: narrow letters, wide ones and all others, in em. */
const NARROW = /[ .,:;'|!()[\]ijlft-]/;
const WIDE = /[A-Zmw%±→]/;
const WIDTHS = { narrow: 0.4, wide: 0.84, other: 0.7 };
/** Normal against bold. */
const NORMAL = 0.91;

/** An upper bound in the drawing's units. */
export function textWidth(text: string, weight: "bold" | "normal" = "normal"): number {
  let em = 0;
  for (const letter of text) {
    em += NARROW.test(letter) ? WIDTHS.narrow : WIDE.test(letter) ? WIDTHS.wide : WIDTHS.other;
  }
  return em * EM * (weight === "bold" ? 1 : NORMAL);
}

/** The text as it is, or as many of its letters as fit, with an ellipsis. */
export function cut(text: string, width: number, weight: "bold" | "normal" = "normal"): string {
  if (textWidth(text, weight) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join("")}…`, weight) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}
