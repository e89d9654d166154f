import { assertEquals } from "../../assert.ts";
import { ROOT } from "../task.ts";

const PRINT = `import { implementationFlags } from "./scripts/shared/implementation.ts";
  console.log(implementationFlags().join(" "))`;

async function flagsWith(...permissions: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      ...permissions,
      `data:text/typescript,${encodeURIComponent(PRINT.replace("./", ROOT.href))}`,
    ],
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("implementationFlags() hand Dawn on to processes where this one has it", async () => {
  const folder = `${ROOT.pathname}.deno/dawn`;
  assertEquals(await flagsWith(), "");
  assertEquals(
    await flagsWith(`--allow-ffi=${folder}`),
    `--preload=${ROOT.href}gpu/dawn.ts --allow-ffi=${folder}`,
  );
});
