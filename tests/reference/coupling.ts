/**
 * One layer over C channel groups, whatever its branches f_i are.
 * C = 1, residual:  X' = X + f_1(X).
 * C ≥ 2, reversible:  X'_0 = X_2 + … + X_C,  X'_i = f_i(X'_{i-1}) + X_i  for i = 1 … C.
 */
import { columns, concatColumns } from "./copy_columns.ts";
import { add, type Dense } from "./matrix.ts";

/** f of group `i`, counted from 0, at its input [N, D / C]. */
export type Branch = (i: number, input: Dense) => Dense;

/** Its gradient: dInput from dOutput; where parameter gradients go is the caller's choice. */
export type BranchBackward = (i: number, input: Dense, dOutput: Dense) => Dense;

/** Applies the layer to x [N, D]; inputs[i] is what branch i saw. */
export function coupling(x: Dense, groups: number, f: Branch): { y: Dense; inputs: Dense[] } {
  const parts = split(x, groups);
  const inputs: Dense[] = [];
  const outputs: Dense[] = [];
  let previous = firstInput(parts);
  parts.forEach((part, i) => {
    inputs.push(previous);
    previous = add(f(i, previous), part);
    outputs.push(previous);
  });
  return { y: concatColumns(outputs), inputs };
}

/** The x that `coupling` made y of: X_i = X'_i - f_i(X'_{i-1}), i = C … 1. Needs C ≥ 2. */
export function couplingInverse(y: Dense, groups: number, f: Branch): Dense {
  const parts = split(y, groups);
  const rebuilt = [...parts];
  for (let i = groups - 1; i >= 0; i--) {
    const branch = f(i, i > 0 ? parts[i - 1]! : firstInput(rebuilt));
    rebuilt[i] = { ...branch, data: parts[i]!.data.map((value, k) => value - branch.data[k]!) };
  }
  return concatColumns(rebuilt);
}

/** dX_i gets dX'_i, which first gets what branch i + 1 hands back; X'_0 hands on to its terms. */
export function couplingBackward(dy: Dense, inputs: Dense[], backward: BranchBackward): Dense {
  const groups = inputs.length;
  const slopes = split(dy, groups);
  for (let i = groups - 1; i >= 0; i--) {
    const dInput = backward(i, inputs[i]!, slopes[i]!);
    for (let j = 0; j < groups; j++) {
      const isTerm = i > 0 ? j === i - 1 : j > 0 || groups === 1;
      if (isTerm) slopes[j] = add(slopes[j]!, dInput);
    }
  }
  return concatColumns(slopes);
}

function firstInput(parts: Dense[]): Dense {
  return parts.length === 1 ? parts[0]! : parts.slice(1).reduce(add);
}

function split(x: Dense, groups: number): Dense[] {
  const cols = x.cols / groups;
  return Array.from({ length: groups }, (_, i) => columns(x, i * cols, cols));
}
