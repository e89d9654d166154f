/** Published graphs in NumPy archives: known by name, fetched, and read like files. */
import type { PublishedDataset } from "./published.ts";

const HETEROPHILOUS =
  "https://raw.githubusercontent.com/yandex-research/heterophilous-graphs/main/data/";
const BENCHMARK = "https://raw.githubusercontent.com/shchur/gnn-benchmark/master/data/npz/";

/** The first two have ten splits each; the others have none, so splits are drawn: see `npzGraph()`. */
export const NPZ_DATASETS = {
  "minesweeper": {
    url: `${HETEROPHILOUS}minesweeper.npz`,
    bytes: 135_045,
    sha256: "e664c8dacf1e8ac466c2c09ed4b237bd2c5541f47a6eae9c6092cb87f16412b3",
    nodes: 10_000,
    edges: 39_402,
  },
  "tolokers": {
    url: `${HETEROPHILOUS}tolokers.npz`,
    bytes: 1_329_769,
    sha256: "dacf3ac94cec53d03cd2adb5255c08b33dee1656c33ca8164a464bd9450a1667",
    nodes: 11_758,
    edges: 519_000,
  },
  "cora": {
    url: `${BENCHMARK}cora.npz`,
    bytes: 540_580,
    sha256: "068e22d90c3849b4057dfb05851741428992af058efcd4e7ebb4186f3d581de2",
    nodes: 2708,
    edges: 5429,
  },
  "citeseer": {
    url: `${BENCHMARK}citeseer.npz`,
    bytes: 1_348_784,
    sha256: "280278b21b434c047922e8389518861416fb3ad39389c27865ff0e6bbb0aaab7",
    nodes: 3312,
    edges: 4715,
  },
} as const satisfies Record<string, PublishedDataset>;

/** The name of a published graph in a NumPy archive. */
export type NpzName = keyof typeof NPZ_DATASETS;
/** All of these names. */
export const NPZ_NAMES = Object.keys(NPZ_DATASETS) as NpzName[];

/** Whether `name` is one of them. */
export function isNpzDataset(name: string): name is NpzName {
  return Object.hasOwn(NPZ_DATASETS, name);
}
