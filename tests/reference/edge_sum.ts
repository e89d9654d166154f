/** A weighted sum over neighbours, by heads: out_ihc = target_i Σ_{e = (j→i)} a_eh source_j x_jhc. */
import type { InEdges } from "./gen_aggregate.ts";
import { type Dense, dense, row } from "./matrix.ts";

/** [N] each. */
export interface EndScales {
  target: ArrayLike<number>;
  source: ArrayLike<number>;
}

/** Sums x [N, H · d] by attention [M, H]; scales are 1 if absent. */
export function edgeSum(graph: InEdges, attention: Dense, x: Dense, scales?: EndScales): Dense {
  const out = dense(x.rows, x.cols);
  forEachTerm(graph, attention.cols, x, scales, ({ e, i, j, c, head, scale }) => {
    row(out, i)[c]! += scale * row(attention, e)[head]! * row(x, j)[c]!;
  });
  return out;
}

/** Each edge passes scale a dy_i on to x_j, and scale Σ_c x_jhc dy_ihc to a_eh. */
export function edgeSumBackward(
  graph: InEdges,
  attention: Dense,
  x: Dense,
  dy: Dense,
  scales?: EndScales,
): { dx: Dense; dAttention: Dense } {
  const dx = dense(x.rows, x.cols);
  const dAttention = dense(attention.rows, attention.cols);
  forEachTerm(graph, attention.cols, x, scales, ({ e, i, j, c, head, scale }) => {
    row(dx, j)[c]! += scale * row(attention, e)[head]! * row(dy, i)[c]!;
    row(dAttention, e)[head]! += scale * row(x, j)[c]! * row(dy, i)[c]!;
  });
  return { dx, dAttention };
}

interface Term {
  e: number;
  i: number;
  j: number;
  c: number;
  head: number;
  scale: number;
}

function forEachTerm(
  graph: InEdges,
  heads: number,
  x: Dense,
  scales: EndScales | undefined,
  visit: (term: Term) => void,
): void {
  for (let i = 0; i < x.rows; i++) {
    for (let e = graph.rowPtr[i]!; e < graph.rowPtr[i + 1]!; e++) {
      const j = graph.colIdx[e]!;
      const scale = scales ? scales.target[i]! * scales.source[j]! : 1;
      for (let c = 0; c < x.cols; c++) {
        visit({ e, i, j, c, head: Math.floor(c * heads / x.cols), scale });
      }
    }
  }
}
