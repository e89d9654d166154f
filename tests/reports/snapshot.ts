/** Compares a drawing with the one in `snapshots/`; `deno test … -- --update` writes it anew. */
import { assertEquals } from "../assert.ts";

/** Numbers to three decimals and a line for each element: differences read well. */
export function assertSnapshot(name: string, svg: SVGSVGElement): void {
  // Not .svg: the formatter would lay it out anew.
  const path = new URL(`./snapshots/${name}.svg.snap`, import.meta.url);
  const text = svg.outerHTML
    .replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(3))))
    .replaceAll("><", ">\n<") + "\n";
  if (Deno.args.includes("--update")) Deno.writeTextFileSync(path, text);
  const [drawn, kept] = [text.split("\n"), Deno.readTextFileSync(path).split("\n")];
  const line = drawn.findIndex((part, i) => part !== kept[i]);
  assertEquals(drawn[line], kept[line], `${name} differs from its snapshot in line ${line + 1}`);
  assertEquals(drawn.length, kept.length, `${name} is shorter than its snapshot`);
}
