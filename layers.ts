/**
 * What it takes to write a convolution or a layer outside of this project, and those that there are.
 *
 * @module
 */
export { Block, type BlockOptions, type BlockSaved } from "./layers/block.ts";
export type { Branch } from "./layers/branch.ts";
export type { Convolution } from "./layers/convolution.ts";
export { type Disposables, disposing } from "./layers/disposing.ts";
export {
  type Context,
  dropoutOf,
  type EquilibriumContext,
  type EvaluationPass,
  type Masks,
  type NormContext,
  type Pass,
  type SolveReport,
  type TrainingPass,
} from "./layers/pass.ts";
export {
  GatConvolution,
  type GatConvolutionOptions,
  type GatConvolutionSaved,
} from "./layers/gat_convolution.ts";
export { InputNorm, type InputNormSaved } from "./layers/input_norm.ts";
export { GcnConvolution, type GcnConvolutionSaved } from "./layers/gcn_convolution.ts";
export { LinearConvolution, type LinearConvolutionSaved } from "./layers/linear_convolution.ts";
export { Norm, type NormName, NORMS } from "./layers/norm.ts";
export {
  type Constant,
  type Initial,
  initialWeights,
  type Parameter,
  ParameterLayout,
  type StoredPart,
} from "./layers/parameter_layout.ts";
export { Parameters, type Values } from "./layers/parameters.ts";
export { ResidualLayer, type ResidualSaved } from "./layers/residual.ts";
export type { Owned } from "./layers/owned.ts";
export { ReversibleLayer, type Stored } from "./layers/reversible.ts";
export type { Bits } from "./kernels/quantise.ts";
export { type Quantised, quantised } from "./layers/quantised.ts";
export { type RecomputedSaved, RecomputedStack } from "./layers/recomputed_stack.ts";
export { ReversibleStack, type Stack, type StackSaved } from "./layers/reversible_stack.ts";
export {
  type QuantisedSaved,
  QuantisedStack,
  type StoredSaved,
  StoredStack,
} from "./layers/stored_stack.ts";
export { SageConvolution, type SageConvolutionSaved } from "./layers/sage_convolution.ts";
export type { MakeConvolution } from "./models/convolutions.ts";
