/**
 * The products of `linear` by subgroups of 8 whose lanes own columns, for drivers on the processor: the same
 * bits in about half of `linear_subgroups`' time (kernels/NOTES.md), where the weights are few enough.
 */
import { defineKernel } from "../gpu/kernel.ts";
import { paddedCols, type Tensor } from "../gpu/tensor.ts";
import code from "./linear_columns_subgroups.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "linear_columns_subgroups",
  file: "linear_columns_subgroups.wgsl",
  code,
  params: { rows: "u32", inputs: "u32", outputs: "u32", share: "u32" },
  buffers: { x: "readRows", uniformWeight: "uniformWindow", y: "writeRows" },
  rows: "rows",
  fixed: ["y"],
});

const SUBGROUP = 8;
/** Vectors of 4 columns that a lane owns at most, and vectors of inputs that lanes load. */
const MOST_VECTORS = 3;
const MOST_INPUTS = 16;
/** Vectors of weights that a lane holds: those of its subgroup take 16 KiB of a core's first cache. */
const MOST_WEIGHTS = 128;
/** Share of the lanes' vectors that there must be: with fewer the other lanes' work is lost. */
const FEWEST = 0.6;
/** With fewer rows it does not make up for the pipeline's compilation, one for each number of inputs. */
export const LEAST_ROWS = 8192;
/** Subgroups that there are at least, and rows of one at most, as they are shared out among cores. */
const SUBGROUPS = 32;
const MOST_ROWS = 512;

/** How lanes own `columns`: lanes of a row, blocks of columns, and a lane's vectors in each. */
function tiling(columns: number) {
  const vectors = paddedCols(columns) / 4;
  const LANES = Math.min(SUBGROUP, 2 ** Math.ceil(Math.log2(vectors)));
  const blocks = Math.ceil(vectors / (LANES * MOST_VECTORS));
  const VECTORS = Math.ceil(vectors / (LANES * blocks));
  return { LANES, VECTORS, blocks, used: vectors / (LANES * VECTORS * blocks) };
}

/** Whether a product of x that goes by subgroups goes by their columns, where y has so many. */
export function hasColumns(
  { rows, stride }: Pick<Tensor, "rows" | "stride">,
  columns: number,
): boolean {
  const inputs = stride / 4;
  if (rows < LEAST_ROWS || inputs === 0 || columns === 0 || inputs > MOST_INPUTS) return false;
  const { VECTORS, used } = tiling(columns);
  return 4 * inputs * VECTORS <= MOST_WEIGHTS && used >= FEWEST;
}

/** y (+)= x W + b, or where `transposed` y (+)= x Wᵀ. */
export function linearColumns(
  x: Tensor,
  weight: Tensor,
  y: Tensor,
  { transposed, inputs, ...ofState }: {
    readonly transposed: boolean;
    readonly inputs: number;
    readonly RESIDUAL: number;
    readonly FIXED: number;
  },
): void {
  const { LANES, VECTORS, blocks } = tiling(y.cols);
  const share = Math.min(MOST_ROWS, Math.ceil(x.rows / SUBGROUPS));
  x.gpu.launch(kernel, {
    // A subgroup is a workgroup, so that few of them are shared out evenly.
    constants: {
      ...{ WORKGROUP_SIZE: SUBGROUP, TRANSPOSED: Number(transposed), BIAS: weight.rows - inputs },
      ...{ INPUTS: x.stride / 4, LANES, VECTORS, ...ofState },
    },
    params: { rows: x.rows, inputs, outputs: weight.cols, share },
    buffers: { x, uniformWeight: weight, y },
    workgroups: (rows) => Math.ceil(rows / share) * blocks,
  });
}
