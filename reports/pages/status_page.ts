/** `status.html`: which runs of a plan are running, failed, left and done. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { writeWhole } from "../../graphs/files/whole_file.ts";
import { duration, list, plural, roughly } from "../findings/format.ts";
import { readPlan } from "../rows/plan_file.ts";
import { standingsOf, TASK_STATES, type TaskStanding, type TaskState } from "../rows/standing.ts";
import { storedRows } from "../rows/stored_rows.ts";
import { notePath, readNote, type TaskNote } from "../rows/task_notes.ts";
import { type Body, newPage, writePage } from "./html.ts";

const HEADS = ["run", "what it does", "how it stands"];

/**
 * Writes `<folder>/<scale>/status.html` where runs are tasks of their own, as the folder's plan says, and
 * returns its path.
 */
export async function writeStatus(folder: string, scale: string): Promise<string | undefined> {
  const plan = await readPlan(`${folder}/${scale}`);
  if (plan === undefined) return undefined;
  const names = new Set(plan.map(({ experiment }) => experiment));
  const rows = await Promise.all([...names].map((name) => storedRows(folder, scale, name)));
  const notes = new Map<string, TaskNote>();
  await Promise.all(plan.map(async ({ key }) => {
    const note = await readNote(notePath(`${folder}/${scale}`, key));
    if (note) notes.set(key, note);
  }));
  const now = Date.now();
  const path = `${folder}/${scale}/status.html`;
  const html = statusHtml(standingsOf(plan, rows.flat(), notes, now), scale, new Date(now));
  await writeWhole(path, new TextEncoder().encode(html));
  return path;
}

/** The page as HTML. */
export function statusHtml(runs: readonly TaskStanding[], scale: string, date: Date): string {
  const { title, index, redraw } = wordsOf(scale);
  const body = newPage(title);
  const header = body.append("header");
  const where = header.append("p").attr("class", "where");
  where.append("a").attr("href", "index.html").text(index);
  where.append("span").text(` · ${scale} scale · as of ${date.toISOString()}`);
  const by = d3.group(runs, ({ state }) => state);
  const counts = TASK_STATES.map((state) => `${by.get(state)?.length ?? 0} ${state}`);
  header.append("h1").text(`${plural(runs.length, "run")}: ${list(counts)}`);
  const reading = header.append("p").attr("class", "reading").text(timeText(runs));
  reading.append("span").text("Each task draws this page as it begins and ends; ");
  reading.append("code").text(redraw);
  reading.append("span").text(" draws it now, and all others.");
  const main = body.append("main");
  for (const state of TASK_STATES) drawState(main, state, by.get(state) ?? []);
  return writePage(body);
}

/** What the page says of an experiment's scale; runs of a scale of their own are a sweep's. */
function wordsOf(scale: string) {
  if (scale !== "own") {
    const redraw = `deno task report --scale ${scale}`;
    return { title: `Runs at ${scale} scale`, index: "All experiments", redraw };
  }
  return {
    title: "Runs of a sweep",
    index: "The sweep",
    redraw: "the sweep's call without --slurm",
  };
}

/** What the runs that are not done may take. */
function timeText(runs: readonly TaskStanding[]): string {
  const left = runs.filter(({ state, line }) => state !== "done" && line.seconds !== undefined);
  if (left.length === 0) return "";
  const seconds = left.map(({ line }) => line.seconds!);
  return `What is not done was planned to take about ${
    roughly(d3.sum(seconds))
  }, the longest run ` +
    `${duration(d3.max(seconds)!)}. `;
}

function drawState(main: Body, state: TaskState, runs: readonly TaskStanding[]): void {
  if (runs.length === 0) return;
  main.append("h2").text(`${state[0]!.toUpperCase()}${state.slice(1)}: ${runs.length}`);
  const table = main.append("div").attr("class", "findings standing").append("table");
  table.append("thead").append("tr").selectAll("th").data(HEADS).join("th").attr("scope", "col")
    .text((head) => head);
  const body = table.append("tbody");
  for (const { line, words } of runs) {
    const row = body.append("tr");
    row.append("th").attr("scope", "row").text(line.run);
    row.append("td").attr("data-head", HEADS[1]!).text(`${line.experiment}: ${line.title}`);
    row.append("td").attr("data-head", HEADS[2]!).text(words);
  }
}
