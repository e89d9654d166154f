/** The page as a reader meets it: it trains in Chromium on software Vulkan, and says so where it cannot. */
import type { Page } from "puppeteer-core";
import { serveSite } from "../../scripts/demo/serve.ts";
import { siteFiles } from "../../scripts/demo/site.ts";
import { bytes } from "../../reports/findings/format.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import {
  misplaced,
  openBrowser,
  openPage,
  overlapping,
  pale,
  VIEWS,
} from "../reports/pages/browser.ts";
import { task } from "../scripts/task.ts";
import { TAB_LOSS } from "../tolerances.ts";

const SOFTWARE_VULKAN = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
/** Software Vulkan compiles for seconds on a busy machine; a page that hangs should end a test all the same. */
const PATIENCE = { timeout: 300_000 };

/** Moves a slider by the keyboard, from its lowest value up. */
async function slide(page: Page, name: string, steps: number): Promise<void> {
  await page.focus(`#${name}`);
  await page.keyboard.press("Home");
  for (let step = 0; step < steps; step++) await page.keyboard.press("ArrowRight");
}

function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.textContent!);
}

async function untilStatus(page: Page, words: string): Promise<void> {
  const says = (words: string) => document.querySelector("#status")!.textContent!.includes(words);
  await page.waitForFunction(says, PATIENCE, words);
}

/** A column of the table of epochs, each number in full. */
function column(page: Page, at: number): Promise<number[]> {
  return page.$$eval(
    "#epochs tbody tr",
    (rows, at) => rows.map((row) => Number(row.querySelectorAll("data")[at]!.value)),
    at,
  );
}

async function assertLooks(page: Page, view: Awaited<ReturnType<typeof openPage>>["view"]) {
  for (const one of VIEWS) {
    await view(one);
    const faults = [...await misplaced(page), ...await overlapping(page), ...await pale(page)];
    assertEquals(faults, [], `${one.width} pixels, ${one.scheme}`);
  }
}

Deno.test("the page trains in a tab as deno task train does", async (t) => {
  await using server = serveSite(await siteFiles(), 0);
  await using browser = await openBrowser(undefined, SOFTWARE_VULKAN);
  const { page, faults, view } = await openPage(browser);
  const strangers = () => faults.filter((fault) => !fault.startsWith(`request of ${server.url}`));
  await page.goto(server.url);
  await untilStatus(page, "RevGNN: ready. ResGNN: ready.");

  await t.step("sliders are moved by the keyboard, and say their values", async () => {
    await slide(page, "layers", 1);
    await slide(page, "channels", 0);
    await slide(page, "epochs", 0);
    const said = (name: string) =>
      page.$eval(`#${name}`, (input) => input.getAttribute("aria-valuetext"));
    assertEquals(await said("layers"), "3 layers");
    assertEquals(await textOf(page, "output[for=channels]"), "8");
    assertEquals(await textOf(page, "output[for=epochs]"), "3");
  });

  await t.step("losses and bytes are those of the task", async () => {
    await page.click("#start");
    await untilStatus(page, "RevGNN: trained for 3 epochs");
    await untilStatus(page, "ResGNN: trained for 3 epochs");
    for (const [i, model] of ["rev-gnn", "res-gnn"].entries()) {
      const size = ["--layers", "3", "--channels", "8", "--epochs", "3"];
      const { out, err } = await task("train", ["--model", model, ...size]);
      const row: Row = JSON.parse(out || `"${err}"`);
      const losses = await column(page, 2 * i);
      assertEquals(losses.length, 3);
      for (const [epoch, loss] of losses.entries()) {
        const off = Math.abs(loss - row.losses[epoch]!);
        assert(off <= TAB_LOSS, `${model}, epoch ${epoch + 1}: off by ${off}`);
      }
      const cell = `#numbers tr:nth-child(2) td:nth-child(${i + 2})`;
      assertEquals(await textOf(page, cell), bytes(row.peakBytes));
    }
  });

  await t.step("it fits and can be read, narrow and wide, light and dark", async () => {
    await assertLooks(page, view);
  });

  await t.step("it can be stopped and put back", async () => {
    await slide(page, "epochs", 6);
    await page.click("#start");
    // Who uses the keyboard is not left on a button that can no longer be pressed.
    assertEquals(await page.evaluate(() => document.activeElement!.id), "stop");
    await page.waitForSelector("#epochs data", PATIENCE);
    await page.click("#stop");
    await untilStatus(page, "RevGNN: stopped after");
    await untilStatus(page, "ResGNN: stopped after");
    await page.waitForSelector("#reset:enabled");
    await page.click("#reset");
    await untilStatus(page, "RevGNN: ready. ResGNN: ready.");
    assertEquals(await column(page, 0), []);
    assertEquals(await textOf(page, "output[for=layers]"), "7");
  });

  await t.step("nothing leaves it, whatever is in it", async () => {
    assertEquals(strangers(), []);
    const left = await page.evaluate(() =>
      fetch("http://localhost:9/").then(() => "left", () => "stayed")
    );
    assertEquals(left, "stayed");
    assert(
      strangers().some((fault) => fault.includes("Content Security Policy")),
      `${strangers()}`,
    );
  });
});

Deno.test("the page forecasts, and says that it cannot train, where a browser has no WebGPU", async () => {
  await using server = serveSite(await siteFiles(), 0);
  await using browser = await openBrowser();
  const { page, view } = await openPage(browser);
  await page.goto(server.url);
  await untilStatus(page, "RevGNN: ready. ResGNN: ready.");
  assert((await textOf(page, "#note")).startsWith("This browser gives no WebGPU"));
  assert(await page.$eval("#note", (note) => (note as HTMLElement).checkVisibility()));
  assert(await page.$eval("#start", (button) => (button as HTMLButtonElement).disabled));
  await slide(page, "layers", 12);
  await slide(page, "channels", 5);
  await untilStatus(page, "ResGNN: does not fit: it needs");
  await assertLooks(page, view);
});
