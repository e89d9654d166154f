/**
 * Graph neural networks a thousand layers deep on WebGPU: reversible, residual, attention and
 * equilibrium GNNs, the kernels they run on, data sets, training.
 *
 * ```ts
 * import { openGpu, planted, RevGnn, shapeOf, train } from "./mod.ts";
 *
 * using gpu = await openGpu();
 * const graph = planted({ nodes: 300, degree: 6 });
 * const model = new RevGnn({ layers: 30, channels: 16 }, shapeOf(graph));
 * const { scores, activationBytes } = await train(gpu, model, graph, { epochs: 2, seed: 0 });
 * console.log(scores?.test, activationBytes);
 * ```
 *
 * @module
 */
export {
  datasetNames,
  type DatasetOptions,
  loadDataset,
  loadParted,
  partedNames,
} from "./graphs/catalogue/datasets.ts";
export { checkGraph } from "./graphs/check.ts";
export type { OutEdges, Rows as NeighbourRows } from "./graphs/csr.ts";
export { FETCHED_NAMES, type FetchedName } from "./graphs/published/fetched.ts";
export { fetchDataset, type FetchOptions } from "./graphs/catalogue/fetch_dataset.ts";
export { readNodeFeatures, withNodeFeatures } from "./graphs/features/node_features.ts";
export type {
  Graph,
  GraphOutline,
  KeptColumns,
  LabelValue,
  Matrix,
  MatrixSize,
  Split,
} from "./graphs/graph.ts";
export { npzDataset, type NpzDatasetOptions } from "./graphs/npz/npz_dataset.ts";
export type { DownloadOptions } from "./graphs/published/download.ts";
export { NPZ_DATASETS, NPZ_NAMES, type NpzName } from "./graphs/published/npz_table.ts";
export type { FeatureOptions } from "./graphs/npz/npz_features.ts";
export { npzGraph, type NpzOptions } from "./graphs/npz/npz_graph.ts";
export { type PapersName } from "./graphs/published/papers.ts";
export { OGB_DATASETS, OGB_NAMES, type OgbName } from "./graphs/published/ogb.ts";
export type { OnRows } from "./graphs/ogb/ogb_archive.ts";
export { ogbGraph, type OgbOptions } from "./graphs/ogb/ogb_graph.ts";
export { chains, chainsCeiling } from "./graphs/planted/chains.ts";
export { planted } from "./graphs/planted/planted.ts";
export { prepare, type PreparedGraph } from "./graphs/prepare.ts";
export type { Degrees, PartSize } from "./graphs/parts/part_size.ts";
export { GraphFile } from "./graphs/parts/graph_file.ts";
export { type GraphFileOptions, GraphFileWriter } from "./graphs/parts/graph_file_writer.ts";
export type { PartedGraph, StoredGraph } from "./graphs/parts/stored_graph.ts";
export type { DegreeScales, EndScales } from "./graphs/degree_scales.ts";
export {
  CHAINS,
  type ChainsGiven,
  type ChainsOptions,
  GRAPH_SETTINGS,
  type GraphGiven,
  type GraphSettings,
  graphSettings,
  MADE_FEATURES,
  type MadeFeatures,
  PLANTED,
  type PlantedGiven,
  type PlantedOptions,
} from "./graphs/settings.ts";
export { share } from "./graphs/parts/share.ts";
export type { WordnetOptions } from "./graphs/wordnet/synsets.ts";
export { wordnetFrames } from "./graphs/wordnet/wordnet_frames.ts";
export { wordnetLexnames } from "./graphs/wordnet/wordnet_lexnames.ts";
export type { AdapterInfo } from "./gpu/adapter.ts";
export { DryRun, openDryRun } from "./gpu/dry_run.ts";
export { formatBytes } from "./gpu/format_bytes.ts";
export { Gpu, type GpuOptions, openGpu } from "./gpu/gpu.ts";
export { type Ledger, type Purpose, PURPOSES } from "./gpu/ledger.ts";
export { type Device, type Format, Tensor } from "./gpu/tensor.ts";
export { DeviceGraph, type GraphUse } from "./batch/device_graph.ts";
export type { EquilibriumSaved } from "./layers/equilibrium.ts";
export type { ReversibleStepsSaved } from "./layers/reversible_steps.ts";
export {
  EquilibriumCell,
  type EquilibriumCellOptions,
  type EquilibriumCellSaved,
} from "./layers/equilibrium_cell.ts";
export {
  EQUILIBRIUM,
  type EquilibriumGiven,
  type EquilibriumOptions,
  GRADIENT,
  type GradientOptions,
  type SolverKind,
  SOLVERS,
} from "./layers/equilibrium_options.ts";
export { type NormName, NORMS } from "./layers/norm.ts";
export { type AttentionOptions, GAT } from "./layers/gat_convolution.ts";
export type { EquilibriumStep } from "./layers/equilibrium_steps.ts";
export type { JacobianSaved } from "./layers/jacobian_term.ts";
export type { ClassifierSaved } from "./layers/classifier.ts";
export {
  AGGREGATION,
  type AggregationKind,
  type AggregationOptions,
  AGGREGATIONS,
} from "./layers/aggregation_options.ts";
export { buildModel } from "./models/build.ts";
export {
  type Forward,
  type GraphShape,
  type Model,
  type ReversibleModel,
  shapeOf,
} from "./models/model.ts";
export {
  CONVOLUTION,
  type ConvolutionGiven,
  type ConvolutionName,
  type ConvolutionOptions,
  type GivenOf,
  MODEL,
  type ModelGiven,
  type ModelKind,
  type ModelOptions,
  modelOptions,
} from "./models/options.ts";
export { DeqGnn, type DeqGnnOptions, type DeqGnnSaved } from "./models/deq_gnn.ts";
export { type PresetName, PRESETS } from "./models/presets.ts";
export { ResGnn, type ResGnnOptions, type ResGnnSaved } from "./models/res_gnn.ts";
export { RevGat, type RevGatOptions, type RevGatSaved } from "./models/rev_gat.ts";
export { RevGnn, type RevGnnOptions, type RevGnnSaved } from "./models/rev_gnn.ts";
export { anderson, type AndersonOptions } from "./solvers/anderson.ts";
export { broyden, type BroydenOptions } from "./solvers/broyden.ts";
export { fixedPoint, type FixedPointOptions } from "./solvers/fixed_point.ts";
export type { Iteration, Method } from "./solvers/method.ts";
export type { SolveOptions } from "./solvers/options.ts";
export type { Solution, Status } from "./solvers/residuals.ts";
export { solve } from "./solvers/solve.ts";
export { SettingsError } from "./settings/resolve.ts";
export type { Given, Resolved } from "./settings/types.ts";
export { readCheckpoint, writeCheckpoint } from "./training/files/checkpoint_file.ts";
export { readGradients, readWeights, stateDict, valuesOf } from "./training/files/state_dict.ts";
export { type Drift, driftOf, type DriftOptions } from "./training/measures/drift.ts";
export { type Batch, firstBatch } from "./training/measures/first_batch.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type StoredTensor,
  type TensorData,
} from "./training/files/safetensors.ts";
export { fittingParts } from "./training/runs/fitting_parts.ts";
export { type Forecast, forecast, forecastInference } from "./training/runs/forecast.ts";
export { graphKey, graphOf } from "./training/runs/graph_of.ts";
export { type InferenceOptions, predict } from "./training/steps/predict.ts";
export { type Inference, type Inferred } from "./training/measures/inferred.ts";
export { initialValues } from "./training/steps/initial_values.ts";
export { predictModel } from "./training/steps/label_reuse.ts";
export { predictGraph, type PredictOptions } from "./training/steps/predict_graph.ts";
export {
  type LabelSplit,
  labelSplit,
  type LabelSplitOptions,
} from "./training/steps/label_split.ts";
export { accuracy, meanRocAuc, metricOf, rocAuc } from "./training/steps/metrics.ts";
export { readPredictions, writePredictions } from "./training/files/predictions.ts";
export { ROW, type Row, SCORES, type Scores } from "./training/row.ts";
export { doesNotFit, run, type RunFiles, type Watch } from "./training/runs/run.ts";
export { Interrupted, type Interruption } from "./training/loop/interruption.ts";
export { removeRunState, type ResumeOptions } from "./training/loop/run_state_file.ts";
export {
  type Loss,
  LOSS_SETTINGS,
  LOSSES,
  type LossSettings,
  type OptimiserName,
  OPTIMISERS,
  RUN,
  type RunAsked,
  type RunGiven,
  type RunSettings,
  runSettings,
  SCHEDULE,
  type Schedule,
  TRAINING_SETTINGS,
  type TrainingGiven,
  type TrainingSettings,
  trainingSettings,
} from "./training/settings.ts";
export type { PartSizes } from "./training/loop/part_sizes.ts";
export { type Outcome, type WeightsOfRun } from "./training/loop/outcome.ts";
export { train } from "./training/loop/train.ts";
export { type PartProgress } from "./training/loop/part_watch.ts";
export { type EpochFigures } from "./training/loop/history.ts";
export type { Ranks } from "./training/ranks/ranks.ts";
export type { Best, Progress, TrainOptions } from "./training/loop/train_options.ts";
export type { SolvesOfRun, SolveStatistics } from "./training/steps/solve_statistics.ts";
export { Trainer, type TrainerOptions } from "./training/steps/trainer.ts";
