/** Fixed-point numbers by their definition: whole multiples of 2⁻¹⁷, from which what leaves ±2³⁰ steps never returns. */
const STEPS = 2 ** 17;
const END = 2 ** 30;

/** Steps with a change added: `before` + round(2¹⁷ change), halves to the even side. */
export function movedSteps(before: number, change: number): number {
  const steps = roundHalfEven(change * STEPS);
  const after = before + steps;
  const within = [before, steps, after].every((value) => Math.abs(value) < END);
  return within ? after : END;
}

/** The steps nearest to a value. */
export function stepsOf(value: number): number {
  return movedSteps(0, value);
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
