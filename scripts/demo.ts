/** `deno task demo`: a page that trains in the browser's tab, served or written as files. */
import { writeWhole } from "../graphs/files/whole_file.ts";
import { serveSite } from "./demo/serve.ts";
import { siteFiles } from "./demo/site.ts";
import { defineFlags, runScript, UsageError } from "./flags/flags.ts";
import { checkWritable } from "./shared/writable.ts";

const PORT = 8000;
const FOLDER = "reports/out/demo";

const flags = defineFlags(
  "demo",
  "Serves a page on which a browser's tab trains, to this machine.",
  {
    port: {
      type: "integer",
      minimum: 0,
      maximum: 65_535,
      help: `port; default ${PORT}, 0 any free`,
    },
    build: {
      type: "boolean",
      help: "write the page as files for any server, in place of serving it",
    },
    out: {
      type: "path",
      folder: true,
      writes: true,
      help: `folder that --build writes to; default ${FOLDER}`,
    },
  },
);

/** Serves the page until it is stopped, or writes it and prints the paths. */
export async function main(args: string[]): Promise<void> {
  const { build, port, out } = flags.parse(args);
  if (build && port !== undefined) {
    throw new UsageError("Cannot use --port with --build: nothing is served then");
  }
  if (!build && out !== undefined) {
    throw new UsageError("Cannot use --out without --build: what is served is not written");
  }
  if (build) return await write(out ?? FOLDER);
  await using server = serveSite(await siteFiles(), port ?? PORT);
  console.log(`${server.url} (Ctrl+C ends it)`);
  await server.finished;
}

async function write(folder: string): Promise<void> {
  await checkWritable(folder, "out");
  for (const [name, { bytes }] of await siteFiles()) {
    await writeWhole(`${folder}/${name}`, bytes);
    console.log(`${folder}/${name}`);
  }
}

if (import.meta.main) await runScript(main);
