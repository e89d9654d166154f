/** Figures as files of their own, as a program without style variables draws them. */
import { parseHTML } from "linkedom";
import { figureSvg } from "../../../reports/charts/figure_svg.ts";
import { assert, assertEquals } from "../../assert.ts";
import { CHARTS } from "../fixture_charts.ts";

/** librsvg's own account of a drawing: shapes, and the colours that it gave them. */
async function rsvg(svg: string): Promise<string> {
  const child = new Deno.Command("sh", {
    args: ["-c", "exec rsvg-convert --format=svg"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(svg));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stderr);
  assertEquals([code, said], [0, ""], "on Debian rsvg-convert is in librsvg2-bin");
  return new TextDecoder().decode(stdout);
}

/** `#0067a3`, each once, of `rgb(0%, 40.4%, 63.9%)`. */
function coloursOf(drawing: string): string[] {
  const found = Array.from(
    drawing.matchAll(/rgb\(([^)]*)\)/g),
    ([, shares]) =>
      "#" +
      shares!.split(",").map((share) =>
        Math.round(2.55 * parseFloat(share)).toString(16).padStart(2, "0")
      ).join(""),
  );
  return [...new Set(found)].sort();
}

/** Ground, grid, quiet text and ink of the light scheme, and every model's colour. */
const SCHEME = {
  ground: "#ffffff",
  faint: "#d9dde2",
  muted: "#5a626c",
  ink: "#1a1d21",
  models: ["#0067a3", "#b84a00", "#00795a", "#a3366f", "#003d6b", "#6f2c00", "#611c41"],
};
const ALLOWED = Object.values(SCHEME).flat();

for (const [name, chart] of Object.entries(CHARTS)) {
  Deno.test(`figureSvg() draws ${name} in plain colours, in librsvg too`, async () => {
    const svg = figureSvg(chart);
    assert(!/var\(|@media|--\w/.test(svg), svg.match(/.{40}(var\(|@media|--\w).{20}/s)?.[0]);
    const colours = coloursOf(await rsvg(svg));
    assertEquals(colours.filter((colour) => !ALLOWED.includes(colour)), []);
    assert(colours.includes(SCHEME.ground), colours.join());
  });
}

Deno.test("figureSvg() draws each model in its own colour", async () => {
  const [trends, none] = await Promise.all(
    [CHARTS.trends!, CHARTS.dots_none!].map(async (chart) =>
      coloursOf(await rsvg(figureSvg(chart)))
    ),
  );
  const [rev, res] = SCHEME.models;
  assert(trends!.includes(rev!) && trends!.includes(res!), trends!.join());
  assert(SCHEME.models.every((colour) => !none!.includes(colour)), none!.join());
});

Deno.test("figureSvg() gives a file its size, and text its outline apart", () => {
  const svg = parseHTML(figureSvg(CHARTS.trends!)).document.querySelector("svg")!;
  const [, , width, height] = svg.getAttribute("viewBox")!.split(" ");
  assertEquals([svg.getAttribute("width"), svg.getAttribute("height")], [width, height]);
  const labels = [...svg.querySelectorAll(".label")];
  assert(labels.length > 0);
  for (const [i, label] of labels.entries()) {
    const outline = i % 2 === 0;
    assertEquals(label.getAttribute("aria-hidden"), outline ? "true" : null);
    assertEquals(label.getAttribute("style"), outline ? null : "stroke: none");
    assertEquals(label.textContent, labels[outline ? i + 1 : i - 1]!.textContent);
  }
});
