/**
 * A graph as typed arrays: compressed rows of in-edges, features, labels and a split. It knows nothing
 * of a GPU.
 */

/** The size of a dense matrix. */
export interface MatrixSize {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
}

/** A file's value for a class: a whole number, or a text. */
export type LabelValue = number | string;

/** A dense matrix of floats, row after row without padding. */
export interface Matrix extends MatrixSize {
  /** Row after row: entry (i, j) is data[i * cols + j]. */
  readonly data: Float32Array;
}

/** Which columns of a matrix were kept, ascending, and how many it had (`of`). */
export interface KeptColumns {
  /** How many columns the matrix had. */
  readonly of: number;
  /** [kept columns]: where each of them stood among those. */
  readonly kept: Uint32Array;
}

/** The nodes that a model is trained on, chosen by, and judged by. */
export interface Split {
  /** Nodes whose labels are learned from. */
  readonly train: Uint32Array;
  /** Nodes by which the best epoch is chosen. */
  readonly valid: Uint32Array;
  /** Nodes whose score is reported. */
  readonly test: Uint32Array;
}

/** A node-classification problem without edges and features: what models are made for and scored by. */
export interface GraphOutline {
  /** The graph's name in messages. */
  readonly name: string;
  /** Number of nodes. */
  readonly nodes: number;
  /** [edges, edge features]. */
  readonly edgeFeatures: MatrixSize;
  /** Whether the only edge feature is a weight, which GCN multiplies by. */
  readonly weighted?: boolean;
  /** [nodes, features]. */
  readonly x: MatrixSize;
  /** Which columns of the file's features x has, if some were chosen. */
  readonly columns?: KeptColumns;
  /** [nodes, categories], if nodes have a category. */
  readonly oneHot?: MatrixSize;
  /**
   * [rows, tasks] of 0 and 1, a row for each node or for each that has a label. A missing label is NaN
   * among tasks, and a row of 0 among classes; every node of the split has one.
   */
  readonly labels: Matrix;
  /**
   * Whether the labels are one class of many, at most one 1 a row: cross entropy and accuracy.
   * Otherwise they are separate tasks: binary cross entropy and mean ROC-AUC.
   */
  readonly classes?: boolean;
  /** The file's values for class 0, 1, …, or for 0 and 1 of a single task. */
  readonly labelValues?: readonly LabelValue[];
  /** The split, by rows of the labels; a row may be in no part of it. */
  readonly split: Split;
}

/** A graph in memory. Node i receives messages from its row of in-edges, and has row i of the labels. */
export interface Graph extends GraphOutline {
  /** [nodes + 1]: the in-edges of node i are at rowPtr[i] … rowPtr[i + 1] - 1. */
  readonly rowPtr: Uint32Array;
  /** [edges]: the source of each in-edge, ascending within a row. */
  readonly colIdx: Uint32Array;
  /** [edges, edge features], in the order of `colIdx`. */
  readonly edgeFeatures: Matrix;
  /** [nodes, features]. */
  readonly x: Matrix;
  /** [nodes, categories], a single 1 in each row, if nodes have a category (ogbn-proteins' species). */
  readonly oneHot?: Matrix;
}
