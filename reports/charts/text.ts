/** Estimates the width of text without a browser: in the widest common font, at a phone's size. */

/** The height of a line of text. */
export const LINE_HEIGHT = 15;
/** The gap between a mark and its label. */
export const LABEL_GAP = 10;
/** The font's size in a drawing's units on a phone, where it is largest. */
const EM = 14.5;
/** Widths of letters in bold DejaVu Sans, in em: narrow ones, wide ones, and all others. */
const NARROW = /[ .,:;'|!()[\]ijlft-]/;
const WIDE = /[A-Zmw%±→]/;
const WIDTHS = { narrow: 0.4, wide: 0.84, other: 0.7 };
/** The width of normal letters relative to bold ones. */
const NORMAL = 0.91;

/** An upper bound on the text's width in the drawing's units. */
export function textWidth(text: string, weight: "bold" | "normal" = "normal"): number {
  let em = 0;
  for (const letter of text) {
    em += NARROW.test(letter) ? WIDTHS.narrow : WIDE.test(letter) ? WIDTHS.wide : WIDTHS.other;
  }
  return em * EM * (weight === "bold" ? 1 : NORMAL);
}

/** The text, or as much of it as fits, with an ellipsis. */
export function cut(text: string, width: number, weight: "bold" | "normal" = "normal"): string {
  if (textWidth(text, weight) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join("")}…`, weight) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}
