import { assertEquals } from "../../assert.ts";
import { ROOT } from "../task.ts";

/** As gpu/dawn.ts, which needs a package that is not here. */
const IN_PLACE = 'Object.defineProperty(navigator, "gpu", { value: {}, configurable: true });';
const PRINT = `import { implementationFlags } from "./scripts/shared/implementation.ts";
  console.log(implementationFlags().join(" "))`;

async function flagsWith(before: string, ...permissions: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      ...permissions,
      `data:text/typescript,${encodeURIComponent(before + PRINT.replace("./", ROOT.href))}`,
    ],
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("implementationFlags() hand Dawn on to processes where this one has it", async () => {
  const folder = `${ROOT.pathname}.deno/dawn`;
  assertEquals(await flagsWith(""), "");
  // A process that may do everything has Deno's own all the same.
  assertEquals(await flagsWith("", "--allow-all"), "");
  assertEquals(
    await flagsWith(IN_PLACE, `--allow-ffi=${folder}`),
    `--preload=${ROOT.href}gpu/dawn.ts --allow-ffi=${folder}`,
  );
});
