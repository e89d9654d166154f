/**
 * Launches over more rows than a binding covers, as launches over windows of rows. What a row gets does
 * not depend on its window: a split launch leaves the bits of a whole one.
 */
import type { AdapterInfo } from "./adapter.ts";
import { formatBytes } from "./format_bytes.ts";
import { type Kernel, ofRows } from "./kernel.ts";
import type { Launch, Tensor } from "./tensor.ts";

type Limits = Pick<AdapterInfo, "maxBindingBytes" | "alignment">;

/**
 * The launches that stand for one whose rows exceed a binding; undefined where it can go as it is.
 * Throws a sentence where it cannot go at all.
 */
export function splitRows<P extends string, B extends string>(
  kernel: Kernel<P, B>,
  launch: Launch<P, B>,
  limits: Limits,
): Launch<P, B>[] | undefined {
  let exceeds = false;
  for (const name in kernel.buffers) {
    const tensor = launch.buffers[name];
    if (tensor === undefined || tensor.bytes <= limits.maxBindingBytes) continue;
    // What of a uniform window is bound has a size of its own.
    if (kernel.buffers[name] === "uniformWindow") continue;
    if (!ofRows(kernel.buffers[name])) throw tooLarge(kernel, name, tensor, limits);
    exceeds = true;
  }
  return exceeds ? windows(kernel, launch, limits) : undefined;
}

function windows<P extends string, B extends string>(
  kernel: Kernel<P, B>,
  launch: Launch<P, B>,
  limits: Limits,
): Launch<P, B>[] {
  const params: Readonly<Record<string, number>> = launch.params;
  const rows = params[kernel.rows!]!;
  const most = mostRows(kernel, launch, rows, limits);
  const launches: Launch<P, B>[] = [];
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    const moved: Record<string, number> = { ...params, [kernel.rows!]: count };
    if (params.firstRow !== undefined) moved.firstRow = params.firstRow + first;
    const buffers: Record<string, Tensor | undefined> = {};
    for (const name in kernel.buffers) {
      const tensor = launch.buffers[name];
      buffers[name] = tensor && ofRows(kernel.buffers[name])
        ? windowOf(tensor, rows, first, count)
        : tensor;
    }
    launches.push({
      ...launch,
      params: moved as Record<P, number>,
      buffers: buffers as Record<B, Tensor | undefined>,
    });
  }
  return launches;
}

/** Rows of a window: as many as every binding covers, each beginning where a window may. */
function mostRows<P extends string, B extends string>(
  kernel: Kernel<P, B>,
  { params, buffers }: Launch<P, B>,
  rows: number,
  limits: Limits,
): number {
  const { maxBindingBytes, alignment } = limits;
  let unit = (params as Readonly<Record<string, number>>).blockRows ?? 1;
  let most = rows;
  let widest: B | undefined;
  for (const name in kernel.buffers) {
    const tensor = buffers[name];
    if (tensor === undefined || !ofRows(kernel.buffers[name])) continue;
    const bytes = rowBytes(tensor, rows);
    if (bytes === 0) continue;
    unit = leastCommonMultiple(unit, alignment / greatestCommonDivisor(alignment, bytes));
    const covered = Math.floor(maxBindingBytes / bytes);
    if (covered >= most) continue;
    [most, widest] = [covered, name];
  }
  const whole = Math.floor(most / unit) * unit;
  if (whole > 0) return whole;
  throw tooLarge(kernel, widest!, windowOf(buffers[widest!]!, rows, 0, unit), limits);
}

/** A row of a matrix, or a word of a row vector [1, rows]. */
function rowBytes(tensor: Tensor, rows: number): number {
  return tensor.rows === rows ? 4 * tensor.stride : 4;
}

function windowOf(tensor: Tensor, rows: number, first: number, count: number): Tensor {
  return tensor.rows === rows ? tensor.rowWindow(first, count) : tensor.window(4 * first, 1, count);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function leastCommonMultiple(a: number, b: number): number {
  return a / greatestCommonDivisor(a, b) * b;
}

function tooLarge<P extends string, B extends string>(
  kernel: Kernel<P, B>,
  buffer: B,
  { rows, cols, bytes }: Pick<Tensor, "rows" | "cols" | "bytes">,
  { maxBindingBytes }: Limits,
): RangeError {
  return new RangeError(
    `Cannot run ${kernel.name}: it needs ${rows} × ${cols} of its ${buffer} at once, ` +
      `${formatBytes(bytes)}, a binding of the adapter covers ${formatBytes(maxBindingBytes)}, ` +
      "use fewer channels or more parts",
  );
}
