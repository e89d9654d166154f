/** Bundles the page's program for browsers. A program of its own does, as esbuild asks for more than `demo` may. */
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
/** What every browser with WebGPU understands; `using` is newer. */
const TARGET = "es2022";
/** Safari has WebGPU and not these symbols, by which the program's classes name their ends. */
const BANNER = ["dispose", "asyncDispose"]
  .map((name) => `Symbol.${name}??=Symbol.for("Symbol.${name}");`).join("");

/** The program as one module. Throws a sentence where it needs what no browser has. */
export async function bundlePage(entry = "demo/page.ts"): Promise<Uint8Array<ArrayBuffer>> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: [
      ...[
        "run",
        "--quiet",
        "--no-prompt",
        "--no-remote",
        "--allow-read",
        "--allow-env",
        "--allow-run",
      ],
      config.imports.esbuild,
      entry,
      ...["--bundle", "--format=esm", "--minify", `--target=${TARGET}`, `--banner:js=${BANNER}`],
      ...["--log-level=error", "--color=false"],
      ...aliases(),
    ],
    cwd: PROJECT,
    env: { NO_COLOR: "1" },
  }).output();
  if (code === 0) return stdout;
  const said = new TextDecoder().decode(stderr);
  const [first] = said.split("\n").filter((line) => line.trim() !== "");
  throw new Error(`Cannot bundle ${entry}: ${first ?? `esbuild ended with ${code}`}`);
}

/** The names of deno.json that are no package's own; and in place of linkedom the browser's parser. */
function aliases(): string[] {
  const renamed = Object.entries(config.imports).flatMap(([name, to]) => {
    const [, found, path = ""] = /^npm:((?:@[^/]+\/)?[^@/]+)@[^/]+(\/.*)?$/.exec(to)!;
    return found! + path === name ? [] : [[name, found! + path]];
  });
  return [...renamed, ["linkedom", "./demo/parse_html.ts"]].map(([name, to]) =>
    `--alias:${name}=${to}`
  );
}
