/** A headless Chromium for the tests of pages, which tells a page's faults as sentences. */
import puppeteer, { type Browser, type Page } from "puppeteer-core";

/** Commands that start a Chromium; one that the environment names comes first. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Starts the first that there is; `sh` does, so that permissions need not name them all. */
const START = `
if [ "$(id -u)" -eq 0 ]; then set -- --no-sandbox "$@"; fi # Chromium refuses root its sandbox
IFS='
'
for name in $NAMES; do
  if command -v "$name" >/dev/null; then exec "$name" "$@"; fi
done
exit 127`;
const ENDPOINT = /DevTools listening on (\S+)/;

/** Sizes and schemes in which a page is looked at. */
export const VIEWS: readonly View[] = [
  { width: 360, scheme: "light" },
  { width: 360, scheme: "dark" },
  { width: 1280, scheme: "light" },
  { width: 1280, scheme: "dark" },
];

/** One browser, with more flags; closing it ends its process and removes its profile. */
export async function openBrowser(
  names: readonly string[] = [Deno.env.get("CHROME") ?? "", ...NAMES],
  more: readonly string[] = ["--disable-gpu"],
): Promise<Browser & AsyncDisposable> {
  const profile = await Deno.makeTempDir();
  const flags = await puppeteer.defaultArgs({
    userDataDir: profile,
    args: ["--disable-quic", "--remote-debugging-port=0", ...more],
  });
  const child = new Deno.Command("sh", {
    args: ["-c", START, "sh", ...flags],
    env: { NAMES: names.join("\n") },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = child.stderr.pipeThrough(new TextDecoderStream());
  let log = "";
  for await (const text of said.values({ preventCancel: true })) {
    log += text;
    if (ENDPOINT.test(log)) break;
  }
  const read = said.pipeTo(new WritableStream());
  const end = async () => {
    const [{ code }] = await Promise.all([child.status, read]);
    await Deno.remove(profile, { recursive: true });
    return code;
  };
  const endpoint = ENDPOINT.exec(log)?.[1];
  if (!endpoint) {
    const reason = await end() === 127
      ? `there is no ${names.filter((name) => name).join(", ")}: on Debian install chromium, ` +
        "elsewhere name one in the environment's CHROME"
      : log.trim().split("\n").at(-1);
    throw new Error(`Cannot open a browser: ${reason}`);
  }
  const browser = await puppeteer.connect({ browserWSEndpoint: endpoint });
  return Object.assign(browser, {
    async [Symbol.asyncDispose]() {
      await browser.close();
      await end();
    },
  });
}

/** How a page is looked at: a width in pixels, a scheme, and whether on paper. */
export interface View {
  readonly width: number;
  readonly scheme: "light" | "dark";
  readonly media?: "screen" | "print";
}

/** A page that keeps a sentence of whatever it should not do: a request, an error. */
export async function openPage(browser: Browser): Promise<{
  page: Page;
  faults: string[];
  view: (view: View) => Promise<void>;
}> {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error}`));
  page.on("request", (request) => {
    const isPage = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (!isPage && request.url() !== "data:,") faults.push(`request of ${request.url()}`);
  });
  const session = await page.createCDPSession();
  const view = async ({ width, scheme, media = "screen" }: View) => {
    await page.setViewport({ width, height: 800 });
    // Both at once: Puppeteer's own way to set one of them takes the other back.
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await session.send("Emulation.setEmulatedMedia", { media, features });
  };
  return { page, faults, view };
}

/** What of a page is wider than the window, leaves its drawing, or is too pale to read. */
export function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const { scrollWidth } = document.scrollingElement!;
    if (scrollWidth > innerWidth) faults.push(`the page is ${scrollWidth} wide in ${innerWidth}`);
    for (const text of document.querySelectorAll("svg text")) {
      const [box, around] = [text, text.closest("svg")!].map((at) => at.getBoundingClientRect());
      if (
        box!.left < around!.left - 1 || box!.right > around!.right + 1 ||
        box!.top < around!.top - 1 || box!.bottom > around!.bottom + 1
      ) faults.push(`"${text.textContent}" leaves its drawing`);
    }
    return faults;
  });
}

/** Texts of a drawing that lie on one another. */
export function overlapping(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("svg")].flatMap((svg) => {
      const texts = [...svg.querySelectorAll("text")].filter((text) =>
        !text.closest(".target, .readout")
      )
        .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
      return texts.flatMap(({ text, box }, i) =>
        texts.slice(i + 1).filter(({ box: other }) =>
          Math.min(box.right, other.right) - Math.max(box.left, other.left) > 1 &&
          Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 4
        ).map((other) => `"${text}" lies on "${other.text}"`)
      );
    })
  );
}

/** Texts of a contrast below 4.5 with what they stand on. */
export function pale(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const numbers = (colour: string) => colour.match(/[\d.]+/g)!.map(Number);
    const luminance = (colour: string) => {
      const [r, g, b] = numbers(colour).map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const grounds = new Map<Element, string>();
    const ground = (element: Element): string => {
      const known = grounds.get(element);
      if (known) return known;
      const { backgroundColor } = getComputedStyle(element);
      const isOpaque = (numbers(backgroundColor)[3] ?? 1) === 1 || !element.parentElement;
      const found = isOpaque ? backgroundColor : ground(element.parentElement!);
      grounds.set(element, found);
      return found;
    };
    const faults = new Set<string>();
    for (const element of document.querySelectorAll("body *")) {
      const says = [...element.childNodes].some((node) =>
        node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== ""
      );
      if (!says || element.matches("title, desc")) continue;
      const { color, fill } = getComputedStyle(element);
      const [a, b] = [element.closest("svg") ? fill : color, ground(element)].map(luminance);
      const contrast = (Math.max(a!, b!) + 0.05) / (Math.min(a!, b!) + 0.05);
      if (!(contrast >= 4.5)) {
        faults.add(`"${element.textContent}" has a contrast of ${contrast.toFixed(2)}`);
      }
    }
    return [...faults];
  });
}

/** A value that hovering can show, and where on the page its mark is. */
export interface Target {
  readonly value: string;
  readonly x: number;
  readonly y: number;
}

/** The values that hovering can show, chart by chart. */
export function targetsOf(page: Page): Promise<Target[][]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("figure > svg")].map((svg) =>
      [...svg.querySelectorAll(".target")].map((target) => {
        const box = target.querySelector("circle")!.getBoundingClientRect();
        return {
          value: target.querySelector("text")!.textContent!,
          x: box.x + scrollX + box.width / 2,
          y: box.y + scrollY + box.height / 2,
        };
      })
    )
  );
}

/** What a chart shows because the pointer is where it is. */
export function shown(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".target text")]
      .filter((text) => getComputedStyle(text).visibility === "visible")
      .map((text) => text.textContent!)
  );
}

/** Opens what is folded, so that it is looked at too. */
export async function unfold(page: Page): Promise<void> {
  await page.$$eval("details", (all) => all.forEach((details) => details.open = true));
}

/** What the places of the first chart's axis tell, and a spot of each where no mark is. */
export function readouts(page: Page): Promise<{ text: string; x: number; y: number }[]> {
  return page.$$eval("figure:first-of-type .column", (columns) =>
    columns.map((column) => {
      const { left, right, bottom } = column.querySelector("rect")!.getBoundingClientRect();
      return { text: column.textContent!, x: (left + right) / 2, y: bottom - 2 };
    }));
}

/** The places that tell their values now. */
export function shownReadouts(page: Page): Promise<string[]> {
  return page.$$eval(
    ".readout",
    (all) =>
      all.filter((readout) => getComputedStyle(readout).visibility === "visible")
        .map(({ textContent }) => textContent!),
  );
}
