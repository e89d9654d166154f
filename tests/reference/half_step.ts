/** Half a step of fixed-point numbers by its definition, in whole steps of 2⁻¹⁷. */
import { stepsOf } from "./fixed_point.ts";

const END = 2 ** 30;

/** ⌊(before + f) / 2⌋ and the bit that is lost; the range's end for what has left it, or would. */
export function halfStep(before: number, f: number): { after: number; bit: number } {
  const steps = stepsOf(f);
  if (!(Math.abs(before) < END && Math.abs(steps) < END)) return { after: END, bit: 0 };
  const after = Math.floor((before + steps) / 2);
  return { after, bit: before + steps - 2 * after };
}
