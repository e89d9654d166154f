/** Describes any graph: on standard output, and as a page or as JSON where a file is named. */
import { writeWhole } from "../../graphs/files/whole_file.ts";
import type { Graph } from "../../graphs/graph.ts";
import { graphHtml } from "../../reports/pages/graph_page.ts";
import { shellWord } from "../../settings/call.ts";
import { describeGraph } from "../../training/baselines/describe_graph.ts";
import { refuseWritten } from "../flags/dataset_flags.ts";
import { UsageError } from "../flags/flags.ts";
import { checkFileWritable } from "../shared/writable.ts";
import { graphLines } from "./graph_text.ts";

/** Throws unless a description can be written to `out`, before a graph is read for it. */
export async function checkOut(
  dataset: string,
  { out, cache }: { readonly out?: string | undefined; readonly cache?: string | undefined },
): Promise<void> {
  if (out === undefined) return;
  if (!/\.(html|json)$/.test(out)) {
    throw new UsageError(
      `Cannot write a description to ${out}: name a page by .html, or numbers by .json`,
    );
  }
  refuseWritten(dataset, cache, { out });
  await checkFileWritable(out, "out");
}

/** Prints what the graph is like; writes it to `out`, if that is given. */
export async function describe(
  graph: Graph,
  { out, args }: { readonly out?: string | undefined; readonly args: readonly string[] },
): Promise<void> {
  const described = describeGraph(graph, {
    onBegin: (what) => console.error(`measuring: ${what} …`),
  });
  for (const line of graphLines(described)) console.log(line);
  if (out === undefined) return;
  const call = ["deno task data", ...args.map(shellWord)].join(" ");
  const text = out.endsWith(".html")
    ? graphHtml(described, { call })
    : `${JSON.stringify(described, null, 2)}\n`;
  await writeWhole(out, new TextEncoder().encode(text));
  console.error(`drawn: ${out}`);
}
