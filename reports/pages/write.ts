/** Draws every page of a scale from its rows. */
import { EXPERIMENTS } from "../../experiments/all.ts";
import { type Experiment, runsOf, type Scale } from "../../experiments/experiment.ts";
import { writeWhole } from "../../graphs/files/whole_file.ts";
import { pageOf } from "./experiment_page.ts";
import { figureSvg } from "../charts/figure_svg.ts";
import { indexHtml } from "./index_page.ts";
import { mergeRows } from "../rows/merge.ts";
import { type Page, pageHtml } from "./page.ts";
import { graphHtml } from "./graph_page.ts";
import { writeStatus } from "./status_page.ts";
import { storedRows } from "../rows/stored_rows.ts";
import wordnetFrames from "../measured/wordnet-frames.json" with { type: "json" };

/**
 * Writes the index, for each experiment a page and its first chart alone, the page of wordnet-frames, and
 * where runs are tasks of their own how these stand, below `<folder>/<scale>/`; returns their paths. Rows are those of that folder
 * and of `more` such folders. Pages of runs that are `going` load themselves again.
 */
export async function writeReports(
  folder: string,
  scale: Scale,
  more: readonly string[] = [],
  { going = false }: { readonly going?: boolean } = {},
): Promise<string[]> {
  const pages = await readPages(scale, [...more, folder]);
  const status = await writeStatus(folder, scale);
  const files: [string, string][] = [
    [
      `${folder}/${scale}/index.html`,
      indexHtml(pages, scale, { hasTasks: status !== undefined, going }),
    ],
    ...pages.flatMap((page): [string, string][] => [
      [`${folder}/${scale}/${page.experiment.name}.html`, pageHtml(page, going)],
      [`${folder}/${scale}/${page.experiment.name}.svg`, figureSvg(page.figures[0]!)],
    ]),
    [
      `${folder}/${scale}/${wordnetFrames.name}.html`,
      graphHtml(wordnetFrames, { call: describing(wordnetFrames.name), beside: true }),
    ],
  ];
  await Deno.mkdir(`${folder}/${scale}`, { recursive: true });
  for (const [path, html] of files) await writeWhole(path, new TextEncoder().encode(html));
  return [...files.map(([path]) => path), ...status === undefined ? [] : [status]];
}

function describing(name: string): string {
  return `deno task data ${name} --describe`;
}

/** Every experiment's page of the rows in these folders, in the order of the paper. */
export async function readPages(scale: Scale, folders: readonly string[]): Promise<Page[]> {
  return await Promise.all(EXPERIMENTS.map((experiment) => readPage(experiment, scale, folders)));
}

/** The page of an experiment's rows in all folders, those of other experiments that it shows included. */
async function readPage(
  experiment: Experiment,
  scale: Scale,
  folders: readonly string[],
): Promise<Page> {
  const names = new Set([
    experiment.name,
    ...runsOf(experiment, scale).map((run) => run.experiment),
  ]);
  const files = await Promise.all(folders.map(async (folder) => {
    const rows = [...names].map((name) => storedRows(folder, scale, name));
    return (await Promise.all(rows)).flat();
  }));
  const { rows, conflicts } = mergeRows(files);
  return pageOf(experiment, scale, rows, conflicts);
}
