/** Every page as a reader meets it: in a browser, narrow and wide, light and dark, in print. */
import type { Page } from "puppeteer-core";
import { EXPERIMENTS } from "../../experiments/all.ts";
import type { Chart } from "../../reports/chart.ts";
import { drawFigure, newPage, writePage } from "../../reports/html.ts";
import { appendRow, rowsPath } from "../../reports/rows.ts";
import { writeReports } from "../../reports/write.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import {
  misplaced,
  openBrowser,
  openPage,
  overlapping,
  pale,
  shown,
  targetsOf,
  view,
  VIEWS,
} from "./browser.ts";
import { CHARTS } from "./fixture_charts.ts";
import { fixtureRow } from "./fixture_rows.ts";

/** Writes all pages of both scales, those of the full one without any row; returns the HTML files. */
async function writePages(folder: string): Promise<string[]> {
  for (const { name, scales } of EXPERIMENTS) {
    for (const run of scales.quick) {
      await appendRow(rowsPath(folder, "quick", name), fixtureRow(run));
    }
  }
  const paths = [...await writeReports(folder, "quick"), ...await writeReports(folder, "full")];
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
  return chart.bubbles.toSorted((a, b) => b.area - a.area).map(({ value }) => value);
}

/** Moves the mouse on a mark, wherever on the page it is, and tells what that shows. */
async function hover(page: Page, { x, y }: { x: number; y: number }): Promise<string[]> {
  const top = await page.evaluate((y) => {
    scrollTo(0, y - innerHeight / 2);
    return scrollY;
  }, y);
  await page.mouse.move(x, y - top);
  return await shown(page);
}

Deno.test("pages in a browser", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const gallery = await writeGallery(`${folder}/gallery.html`);
    const paths = [gallery, ...await writePages(folder)];
    await using browser = await openBrowser();
    const { page, faults } = await openPage(browser);

    for (const path of paths) {
      const name = path.slice(folder.length + 1);
      await t.step(`${name} asks for nothing, fits, can be read and shows its values`, async () => {
        faults.length = 0;
        await page.goto(`file://${path}`);
        for (const { width, scheme } of VIEWS) {
          await view(page, { width, scheme });
          const at = `${name}, ${width} pixels, ${scheme}`;
          assertEquals(await misplaced(page), [], at);
          // Names of forty letters may, in a chart that is full of them.
          if (path !== gallery) assertEquals(await overlapping(page), [], at);
          if (width > 360) assertEquals(await pale(page), [], at);
          for (const targets of await targetsOf(page)) {
            for (const target of new Set([targets[0], targets.at(-1)])) {
              if (target) assertEquals(await hover(page, target), [target.value], at);
            }
          }
        }
        await view(page, { width: 760, scheme: "dark", media: "print" });
        assertEquals([...await misplaced(page), ...await pale(page)], [], `${name} in print`);
        assertEquals(faults, []);
      });
    }

    await t.step("every mark shows its own value, and nothing does elsewhere", async () => {
      await view(page, { width: 1280, scheme: "light" });
      await page.goto(`file://${gallery}`);
      const charts = Object.values(CHARTS);
      for (const [i, targets] of (await targetsOf(page)).entries()) {
        const chart = charts[i]!;
        if (chart.heading.includes("<img")) continue; // all its values are the same
        assertEquals(targets.map(({ value }) => value), valuesOf(chart), chart.id);
        for (const target of targets) {
          assertEquals(await hover(page, target), [target.value], chart.id);
        }
      }
      await page.mouse.move(0, 0);
      assertEquals(await shown(page), []);
    });

    await t.step("what is wrong with a page is found", async () => {
      await view(page, { width: 360, scheme: "light" });
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
