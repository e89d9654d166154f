/** Pages and logs of one's own runs, by `train --report`, `train --log` and `report`. */
import { loadDataset } from "../../graphs/catalogue/datasets.ts";
import { settingsOfCall } from "../../scripts/train.ts";
import { run } from "../../training/runs/run.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { assertSentence, changed, SMALL, task } from "./task.ts";

Deno.test("train draws its page and writes a line an epoch, and report compares what it printed", () =>
  withFolder(async (folder) => {
    const [page, log, rows] = ["run.html", "metrics.jsonl", "runs.jsonl"]
      .map((name) => `${folder}/${name}`);
    const first = await task("train", [...SMALL, "--report", page!, "--log", log!]);
    assertEquals(first.code, 0, first.err);
    assertEquals(first.err.match(/The run's page: \S+/g), [
      `The run's page: ${page},`,
      `The run's page: ${page}`,
    ]);
    const html = await Deno.readTextFile(page!);
    assert(html.includes("<h1>RevGNN-8 on planted</h1>"));
    assert(!html.includes("Still being written"));
    const row = JSON.parse(first.out);
    const lines = (await Deno.readTextFile(log!)).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assertEquals(lines.map(({ epoch }) => epoch), [1, 2, 3]);
    assertEquals(lines.map(({ loss }) => loss), row.losses);
    assertEquals(lines[row.bestEpoch - 1].test, row.scores.test);
    const second = await task("train", [...SMALL, "--lr", "0.1", "--quiet", "--report", page!]);
    assertEquals([second.code, second.err], [0, ""]);
    await Deno.writeTextFile(rows!, first.out + second.out);
    const compared = await task("report", [rows!, "--out", `${folder}/compare.html`]);
    assertEquals([compared.code, compared.out], [0, `${folder}/compare.html\n`], compared.err);
    const both = await Deno.readTextFile(`${folder}/compare.html`);
    assert(both.includes("RevGNN-8, learningRate 0.1"), "what differs has no name");
  }));

Deno.test("train whose run goes astray leaves a page that says so", () =>
  withFolder(async (folder) => {
    const page = `${folder}/run.html`;
    const astray = await task("train", [...SMALL, "--lr", "1e30", "--report", page]);
    assertEquals(astray.code, 1, astray.err);
    const html = await Deno.readTextFile(page);
    assert(html.includes("Stopped: ") && !html.includes("Still being written"), html);
  }));

Deno.test("train --log has the epochs of a run that went on, once each", () =>
  withFolder(async (folder) => {
    const [log, state] = [`${folder}/metrics.jsonl`, `${folder}/state`];
    const call = [...SMALL, "--log", log, "--report", `${folder}/run.html`];
    const whole = await task("train", call);
    assertEquals(whole.code, 0, whole.err);
    const untimed = async () =>
      (await Deno.readTextFile(log)).trim().split("\n").map((line) => {
        const { seconds: _, ...figures } = JSON.parse(line);
        return figures;
      });
    const lines = await untimed();
    await Deno.writeTextFile(log, "what another run has left\n");
    const onEpoch = ({ epoch }: { epoch: number }) => {
      if (epoch === 3) throw new Error("stopped");
    };
    const files = { resume: { path: state, seconds: 0 } };
    const graph = await loadDataset("planted");
    const settings = settingsOfCall(SMALL);
    await assertRejects(() => run(settings, graph, { onEpoch }, files), Error, "stopped");
    const resumed = await task("train", [...call, "--resume", state]);
    assert(resumed.err.includes("2 of 3 epochs done"), resumed.err);
    assertEquals(await untimed(), lines);
  }));

Deno.test("report and train refuse pages and logs that they cannot write, and rows that are none", () =>
  withFolder(async (folder) => {
    const rows = `${folder}/rows.jsonl`;
    await Deno.writeTextFile(rows, "no row\n");
    const [empty, log] = [`${folder}/empty.jsonl`, `${folder}/log.jsonl`];
    await Deno.writeTextFile(empty, "\n");
    await Deno.writeTextFile(log, '{"epoch":1,"loss":0.5}\n');
    const out = ["--out", `${folder}/compare.html`];
    const calls: [string, string[], number, string][] = [
      ["report", [rows, ...out], 1, `Cannot read ${rows}:1`],
      ["report", [`${folder}/none.jsonl`, ...out], 1, "none.jsonl as there is no such file"],
      ["report", [empty, ...out], 1, "it has no row, expected what train prints"],
      ["report", [log, ...out], 1, `${log}:1 as a row: it has no status, expected a row of train`],
      ["report", [rows], 2, "name an .html file with --out"],
      ["report", [rows, "--out", `${folder}/nowhere/x/`], 2, "name an .html file with --out"],
      ["train", [...SMALL, "--log", rows, "--report", rows], 2, "for one place"],
      ["train", [...SMALL, "--log", folder], 1, "it is a folder: name a file in it with --log"],
      ["train", changed(SMALL, "--epochs", "0", "--log", rows), 2, "a step alone has no epochs"],
    ];
    for (const [name, args, code, words] of calls) {
      assertSentence(await task(name, args), code, words);
    }
    assertEquals(await Deno.readTextFile(rows), "no row\n");
  }));
