/** Finds how many random parts a graph must be split into for an evaluation to fit in memory. */

/**
 * The smallest number of parts, `most` at most, whose forecast in bytes is within the budget: 1 where the
 * whole graph fits, else found by doubling and bisection; undefined where nothing fits. A forecast that
 * throws a RangeError is of a tensor that the adapter refuses.
 */
export async function fittingParts(
  most: number,
  budget: number,
  forecast: (parts: number) => Promise<number>,
): Promise<number | undefined> {
  const fits = async (parts: number) => {
    try {
      return await forecast(parts) <= budget;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
  let [exceeds, enough] = [0, 1];
  while (!await fits(enough)) {
    if (enough === most) return undefined;
    [exceeds, enough] = [enough, Math.min(2 * enough, most)];
  }
  while (enough - exceeds > 1) {
    const middle = Math.floor((exceeds + enough) / 2);
    if (await fits(middle)) enough = middle;
    else exceeds = middle;
  }
  return enough;
}
