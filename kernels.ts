/**
 * What it takes to write a kernel outside of this project, and the operators that models are made of.
 *
 * @module
 */
export type { AdapterInfo } from "./gpu/adapter.ts";
export {
  type DeviceDegreeScales,
  type DeviceEndScales,
  DeviceGraph,
  type GraphUse,
} from "./batch/device_graph.ts";
export {
  type DeviceGivenLabels,
  type DeviceLabelSplit,
  LabelInputs,
} from "./batch/label_inputs.ts";
export type { EdgeRange, InBlock, OutBlock } from "./batch/edge_blocks.ts";
export type { RowPointers } from "./batch/long_rows.ts";
export { BookedDevice } from "./gpu/booked_device.ts";
export { DryRun, openDryRun } from "./gpu/dry_run.ts";
export { Gpu, type GpuOptions, openGpu } from "./gpu/gpu.ts";
export {
  type Access,
  defineKernel,
  type Kernel,
  WORKGROUP_SIZE,
  workgroupsFor,
} from "./gpu/kernel.ts";
export { type Ledger, type Purpose, PURPOSES } from "./gpu/ledger.ts";
export {
  type Allocation,
  type Device,
  type Format,
  type Launch,
  type Room,
  type Scope,
  Tensor,
  type WordMatrix,
} from "./gpu/tensor.ts";
export { combine } from "./kernels/combine.ts";
export { addTo, copy, joinColumns, splitColumns, takeColumns } from "./kernels/copy_columns.ts";
export { type Dropout, dropout, STREAMS } from "./kernels/dropout.ts";
export { layerNorm, layerNormBackward } from "./kernels/layer_norm.ts";
export {
  linear,
  linearBackwardInput,
  linearBackwardWeight,
  type Residual,
} from "./kernels/linear.ts";
export { spmm, spmmBackward, type SpmmOptions } from "./kernels/spmm.ts";
export { sum, sumOfSquares } from "./kernels/sum.ts";
