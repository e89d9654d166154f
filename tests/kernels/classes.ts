/** Logits and labels of one class of many, for the kernels' tests. */
import type { Tensor } from "../../gpu/tensor.ts";
import { type Dense, dense, mulberry32, random } from "../reference/matrix.ts";
import { gpu } from "./device.ts";

/** One node, a prime, several workgroups of 64, and past 65,535. */
export const CLASS_SIZES: [nodes: number, classes: number[]][] = [
  [1, [1, 3, 4, 5, 7, 8, 12, 40]],
  [67, [1, 3, 4, 5, 7, 8, 12, 40]],
  [257, [1, 3, 4, 5, 7, 8, 12, 40]],
  [66_001, [3]],
];

/** Logits from -4 to 4. */
export function spread(nodes: number, classes: number, seed: number): Dense {
  const logits = random(nodes, classes, seed);
  return { ...logits, data: logits.data.map((value) => 4 * value) };
}

/** [nodes, classes], one 1 a row. */
export function randomClasses(nodes: number, classes: number, seed: number): Dense {
  const next = mulberry32(seed);
  const labels = dense(nodes, classes);
  for (let i = 0; i < nodes; i++) labels.data[i * classes + Math.floor(next() * classes)] = 1;
  return labels;
}

/** [1, nodes] u32 on the device: 1 for the nodes listed. */
export function marks(count: number, nodes: Uint32Array): Tensor {
  const data = new Uint32Array(count);
  for (const node of nodes) data[node] = 1;
  return gpu.upload({ data, rows: 1, cols: count });
}

/** Two of three nodes. */
export function someNodes(nodes: number): Uint32Array {
  return Uint32Array.from({ length: nodes }, (_, i) => i).filter((i) => i % 3 !== 1);
}
