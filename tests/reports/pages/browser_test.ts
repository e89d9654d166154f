/** Every page as a reader meets it: in a browser, narrow and wide, light and dark, in print. */
import type { Page } from "puppeteer-core";
import { EXPERIMENTS } from "../../../experiments/all.ts";
import type { Chart } from "../../../reports/charts/chart.ts";
import { drawFigure } from "../../../reports/pages/figure_html.ts";
import { newPage, writePage } from "../../../reports/pages/html.ts";
import { writeBenchPage } from "../../../reports/pages/bench_page.ts";
import { appendBenchRow } from "../../../reports/rows/bench_row.ts";
import { writePlan } from "../../../reports/rows/plan_file.ts";
import { appendRow, rowsPath } from "../../../reports/rows/rows.ts";
import { fileKey } from "../../../reports/rows/stored_rows.ts";
import { writeReports } from "../../../reports/pages/write.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import {
  misplaced,
  openBrowser,
  openPage,
  overlapping,
  pale,
  readouts,
  shown,
  shownReadouts,
  type Target,
  targetsOf,
  unfold,
  VIEWS,
} from "./browser.ts";
import { CHARTS } from "../fixture_charts.ts";
import { BENCH_ROW } from "../fixture_bench.ts";
import { fixtureRow } from "../fixture_rows.ts";

/** Pixels between margins of a centimetre on a page of A4. */
const A4 = 718;

/** Writes all pages of both scales, those of the full one without any row but with a plan; returns the HTML files. */
async function writePages(folder: string): Promise<string[]> {
  for (const { name, scales } of EXPERIMENTS) {
    for (const run of scales.quick) {
      await appendRow(rowsPath(folder, "quick", name), fixtureRow(run));
    }
  }
  const plan = EXPERIMENTS[0]!.scales.full.map((settings, i) => {
    const { experiment, name: title } = settings;
    return { run: i + 1, key: fileKey(settings), experiment, title, seconds: 60 };
  });
  await writePlan(`${folder}/full`, plan);
  await appendBenchRow(folder, BENCH_ROW);
  const paths = [
    ...await writeReports(folder, "quick"),
    ...await writeReports(folder, "full"),
    await writeBenchPage(folder),
  ];
  return paths.filter((path) => path.endsWith(".html"));
}

/** A page of every fixture's chart. */
async function writeGallery(path: string): Promise<string> {
  const body = newPage("Charts");
  const figures = body.append<HTMLElement>("div").attr("class", "figures");
  for (const [id, chart] of Object.entries(CHARTS)) drawFigure(figures, { ...chart, id });
  await Deno.writeTextFile(path, writePage(body));
  return path;
}

/** The values of a chart in the order in which it draws them. */
function valuesOf(chart: Chart): string[] {
  if (chart.kind === "line") {
    return chart.series.flatMap(({ points, absent }) => [
      ...points.filter(({ mark }) => mark !== "none"),
      ...absent,
    ]).map(({ value }) => value);
  }
  if (chart.kind === "dots") {
    return chart.panels.flatMap((_, i) =>
      chart.rows.flatMap(({ dots }) => dots[i]!.map(({ value }) => value))
    );
  }
  if (chart.kind === "roofline") return chart.marks.map(({ value }) => value);
  if (chart.kind === "parallel") return chart.lines.map(({ value }) => value);
  return chart.bubbles.toSorted((a, b) => b.area - a.area).map(({ value }) => value);
}

/** A mouse is no finer than this, in pixels: of marks so near, either may show its value. */
const POINTER = 1.5;

/** Moves the mouse on a mark, wherever on the page it is: its value shows, and no other. */
async function assertHover(
  page: Page,
  { value, x, y }: Target,
  targets: readonly Target[],
  where: string,
): Promise<void> {
  const top = await page.evaluate((y) => {
    scrollTo(0, y - innerHeight / 2);
    return scrollY;
  }, y);
  await page.mouse.move(x, y - top);
  const values = await shown(page);
  const near = targets.filter((other) => Math.hypot(other.x - x, other.y - y) < POINTER);
  const isNear = near.some((other) => other.value === values[0]);
  assertEquals(values, [isNear ? values[0]! : value], where);
}

Deno.test("writePages() writes pages that a browser shows as they are meant", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const gallery = await writeGallery(`${folder}/gallery.html`);
    const paths = [gallery, ...await writePages(folder)];
    await using browser = await openBrowser();
    const { page, faults, view } = await openPage(browser);

    for (const path of paths) {
      const name = path.slice(folder.length + 1);
      await t.step(`${name} asks for nothing, fits, can be read and shows its values`, async () => {
        faults.length = 0;
        await page.goto(`file://${path}`);
        await unfold(page);
        for (const { width, scheme } of VIEWS) {
          await view({ width, scheme });
          const at = `${name}, ${width} pixels, ${scheme}`;
          assertEquals(await misplaced(page), [], at);
          // Names of forty letters may, in a chart that is full of them.
          if (path !== gallery) assertEquals(await overlapping(page), [], at);
          if (width > 360) assertEquals(await pale(page), [], at);
          for (const targets of await targetsOf(page)) {
            for (const target of new Set([targets[0], targets.at(-1)])) {
              if (target) await assertHover(page, target, targets, at);
            }
          }
        }
        await view({ width: A4, scheme: "dark", media: "print" });
        assertEquals([...await misplaced(page), ...await pale(page)], [], `${name} in print`);
        assertEquals(faults, []);
      });
    }

    await t.step("every mark shows its own value, and nothing does elsewhere", async () => {
      await view({ width: 1280, scheme: "light" });
      await page.goto(`file://${gallery}`);
      const charts = Object.values(CHARTS);
      for (const [i, targets] of (await targetsOf(page)).entries()) {
        const chart = charts[i]!;
        if (chart.heading.includes("<img")) continue; // all its values are the same
        assertEquals(targets.map(({ value }) => value), valuesOf(chart), chart.id);
        for (const target of targets) {
          await assertHover(page, target, targets, chart.id);
        }
      }
      await page.mouse.move(0, 0);
      assertEquals(await shown(page), []);
    });

    await t.step(
      "the pointer anywhere in a plot shows all values there, and so do the arrow keys",
      async () => {
        await view({ width: 1280, scheme: "light" });
        await page.goto(`file://${gallery}`);
        const [first, ...more] = await readouts(page);
        assert(
          first!.text.startsWith("nodes: 1,000RevGNN-64 0.12 ± 0.02ResGNN-64 0.1"),
          first!.text,
        );
        // Where no mark is.
        await page.mouse.move(first!.x, first!.y);
        assertEquals(await shownReadouts(page), [first!.text]);
        assertEquals(await shown(page), []);
        await page.mouse.move(0, 0);
        await page.focus(".places input");
        assertEquals(await shownReadouts(page), [first!.text]);
        await page.keyboard.press("ArrowRight");
        assertEquals(await shownReadouts(page), [more[0]!.text]);
      },
    );

    await t.step("a legend's entry that is not checked mutes its lines alone", async () => {
      const opacities = () =>
        page.$$eval(
          "figure.trends .line",
          (lines) =>
            lines.map((line) => getComputedStyle(line.closest("[class^=entry-]")!).opacity),
        );
      const [one, ...all] = await opacities();
      assertEquals([one, ...all], ["1", "1", "1"]);
      await page.click("figure.trends .entries label:nth-of-type(2)");
      assertEquals(await opacities(), ["1", "1", "0.08"]);
    });

    await t.step("a view is what the page takes itself to be in", async () => {
      for (const media of ["screen", "print"] as const) {
        await view({ width: 500, scheme: "dark", media });
        const query = `${media} and (prefers-color-scheme: dark) and (width: 500px)`;
        assert(await page.evaluate((query) => matchMedia(query).matches, query), query);
      }
    });

    await t.step("what is wrong with a page is found", async () => {
      await view({ width: 360, scheme: "light" });
      await page.setContent(`<body style="background: white"><p style="width: 500px; color: #999"
        >pale</p><svg width="50"><text x="40">outside</text></svg><img src="file:///nothing.png">`);
      assertEquals(await misplaced(page), [
        "the page is 508 wide in 360",
        '"outside" leaves its drawing',
      ]);
      assertEquals(await pale(page), ['"pale" has a contrast of 2.85']);
      assert(faults.some((fault) => fault.includes("nothing.png")), faults.join("\n"));
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("openBrowser() says what to install where there is no browser", async () => {
  const sentence =
    "Cannot open a browser: there is no no-browser, no-other: on Debian install chromium";
  await assertRejects(() => openBrowser(["no-browser", "", "no-other"]), Error, sentence);
});

Deno.test("openBrowser() says why a browser does not start", async () => {
  await assertRejects(() => openBrowser(["false"]), Error, "Cannot open a browser: ");
});
