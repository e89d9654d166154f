/** Draws every page of a scale from its rows. */
import type { Scale } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { equilibriumPage } from "./equilibrium.ts";
import { figureSvg } from "./html.ts";
import { indexHtml } from "./index_page.ts";
import { memoryVsDepthPage } from "./memory_vs_depth.ts";
import { type Page, pageHtml } from "./page.ts";
import { readRows, rowsPath } from "./rows.ts";

const PAGES: Readonly<Record<string, (rows: readonly Row[], scale: Scale) => Page>> = {
  memory_vs_depth: memoryVsDepthPage,
  equilibrium: equilibriumPage,
};

/**
 * Writes the index, and for each experiment a page and its first chart alone, below
 * `<folder>/<scale>/`; returns their paths.
 */
export async function writeReports(folder: string, scale: Scale): Promise<string[]> {
  const pages = await Promise.all(
    Object.entries(PAGES).map(async ([name, draw]) =>
      draw(await readRows(rowsPath(folder, scale, name)), scale)
    ),
  );
  const files: [string, string][] = [
    [`${folder}/${scale}/index.html`, indexHtml(pages, scale)],
    ...pages.flatMap((page): [string, string][] => [
      [`${folder}/${scale}/${page.experiment.name}.html`, pageHtml(page)],
      [`${folder}/${scale}/${page.experiment.name}.svg`, figureSvg(page.figures[0]!)],
    ]),
  ];
  await Deno.mkdir(`${folder}/${scale}`, { recursive: true });
  for (const [path, html] of files) await replace(path, html);
  return files.map(([path]) => path);
}

/** Write, then rename: whoever reads meanwhile sees a whole page, old or new. */
async function replace(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.part`, text);
  await Deno.rename(`${path}.part`, path);
}
