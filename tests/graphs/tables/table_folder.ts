/** A small graph as a folder of CSV tables, and helpers of the tests that read them. */
import type { Graph } from "../../../graphs/graph.ts";
import type { NpzOptions } from "../../../graphs/npz/npz_graph.ts";
import { folderGraph } from "../../../graphs/tables/folder_graph.ts";
import { withFolder } from "../../folder.ts";

/** The files of a folder by their names. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Six nodes of three classes, two features and a whole split; five edges. */
export const TABLES = {
  "nodes.csv": `id,label,split,age,height
ann,red,train,1,-0.5
bob,blue,train,2,0.25
cat,green,val,3,1e-3
dan,red,valid,4,0
eve,blue,test,5,7.5
fay,green,test,6,+2
`,
  "edges.csv": `source,target
ann,bob
bob,cat
cat,ann
eve,dan
fay,fay
`,
};

/** Reads a graph from a folder of these files; its name is the folder's. */
export async function readFolder(files: Files, options: NpzOptions = {}): Promise<Graph> {
  let graph: Graph | undefined;
  await withFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${name}`, bytes);
    }
    graph = await folderGraph(`${folder}/`, options);
  });
  return graph!;
}
