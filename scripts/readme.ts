/** `deno task readme`: the README's results and figures, written from the rows that were measured. */
import { memoryVsDepth } from "../experiments/memory_vs_depth.ts";
import { figureSvg } from "../reports/charts/figure_svg.ts";
import { withResults } from "../reports/pages/readme.ts";
import { readPages } from "../reports/pages/write.ts";
import { writeWhole } from "../graphs/files/whole_file.ts";
import { defineFlags, runScript } from "./flags/flags.ts";

const README = "README.md";
/** Where the rows are, and beside them the figures that the README shows. */
const MEASURED = "reports/measured/llvmpipe";
/** The scale whose scores have three seeds. */
const SCALE = "small";

const flags = defineFlags("readme", "Writes the README's results from the measured rows.", {});
export { flags as readmeFlags };

/** The files to write: the README, and the first figure of every experiment that has rows. */
export async function readmeFiles(): Promise<[path: string, text: string][]> {
  const pages = await readPages(SCALE, [MEASURED]);
  const folder = `${MEASURED}/${SCALE}`;
  const measured = pages.filter(({ selection, experiment }) =>
    selection.rows.length > 0 || experiment === memoryVsDepth
  );
  return [
    [README, withResults(await Deno.readTextFile(README), pages, folder)],
    ...measured.map(({ experiment, figures }): [string, string] => [
      `${folder}/${experiment.name}.svg`,
      figureSvg(figures[0]!),
    ]),
  ];
}

/** Writes them and prints their paths. */
export async function main(args: string[]): Promise<void> {
  flags.parse(args);
  for (const [path, text] of await readmeFiles()) {
    await writeWhole(path, new TextEncoder().encode(text));
    console.log(path);
  }
}

if (import.meta.main) await runScript(main);
