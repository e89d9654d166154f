import { calledFrom } from "../../called_from.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { defineFlags, HelpRequest, UsageError } from "../../../scripts/flags/flags.ts";

const flags = defineFlags("train", "Trains one model.", {
  layers: { type: "integer", minimum: 1, default: 3, help: "message-passing layers" },
  dropout: { type: "number", minimum: 0, below: 1, default: 0.1, help: "share of zeroed channels" },
  lr: { type: "number", above: 0, maximum: 1, help: "learning rate" },
  seed: { type: "integer", help: "seed of every draw" },
  model: { type: "choice", choices: ["res-gnn", "rev-gnn"], default: "rev-gnn", help: "the model" },
  memoryBudget: { type: "bytes", default: "2GiB", help: "device memory to stay below" },
  output: { type: "string", help: "folder of the rows" },
  fresh: { type: "boolean", help: "ignore finished rows" },
  progress: { type: "boolean", default: true, help: "no bar on standard error" },
});

Deno.test("parse() says what a path is to be, where a flag does", () => {
  const named = defineFlags("bench", "", {
    peers: { type: "path", what: "a folder of packages", help: "peers" },
  });
  const words = "Cannot use --peers without a value: it must be a folder of packages";
  assertThrows(() => named.parse(["--peers"]), UsageError, words);
});

Deno.test("parse() fills in every default, and undefined where there is none", () => {
  assertEquals({ ...flags.parse([]) }, {
    layers: 3,
    dropout: 0.1,
    lr: undefined,
    seed: undefined,
    model: "rev-gnn",
    memoryBudget: 2 ** 31,
    output: undefined,
    fresh: false,
    progress: true,
  });
});

Deno.test("parse() types each value by its declaration", () => {
  const options = flags.parse(["--model=res-gnn", "--fresh"]);
  const layers: number = options.layers;
  const seed: number | undefined = options.seed;
  const model: "res-gnn" | "rev-gnn" = options.model;
  const output: string | undefined = options.output;
  const fresh: boolean = options.fresh;
  // @ts-expect-error: a flag without a default may be undefined
  const lr: number = options.lr;
  // @ts-expect-error: no such flag
  const layer = options.layer;
  assertEquals([layers, seed, model, output, fresh], [3, undefined, "res-gnn", undefined, true]);
  assertEquals([lr, layer], [undefined, undefined]);
});

Deno.test("parse() reads values after a space and after =", () => {
  const options = flags.parse(
    ["--layers", "28", "--lr=1e-2", "--no-progress", "--memory-budget", "512MiB"],
  );
  assertEquals([options.layers, options.lr, options.progress], [28, 0.01, false]);
  assertEquals(options.memoryBudget, 2 ** 29);
});

Deno.test("parse() refuses a flag that is given twice, and says both of its values", () => {
  const once = "a flag is given once, leave one out";
  for (
    const [args, sentence] of [
      ["--layers 3 --lr 0.1 --layers=7", `Cannot use --layers 3 and --layers 7: ${once}`],
      ["--layers 3 --layers", `Cannot use --layers 3 and --layers: ${once}`],
      ["--seed -1 --seed=-1", `Cannot use --seed -1 and --seed -1: ${once}`],
      ["--lr 1 --lr 1 --lr 1", `Cannot use --lr 1 and --lr 1 and --lr 1: ${once}`],
      ["--fresh --fresh", `Cannot use --fresh and --fresh: ${once}`],
      ["--no-progress --progress", `Cannot use --progress and --no-progress: ${once}`],
    ] as const
  ) {
    const { message } = assertThrows(() => flags.parse(args.split(" ")), UsageError);
    assertEquals(message, sentence);
  }
  const listed = "a flag is given once, with commas between its values";
  const { message } = assertThrows(() => files.parse(["--rows", "a,b", "--rows=c"]), UsageError);
  assertEquals(message, `Cannot use --rows a,b and --rows c: ${listed}`);
});

Deno.test("parse() reads sizes in bytes and in binary units", () => {
  const sizes = ["1000", "7B", "1.5KiB", "2 MiB", "1TiB"].map((size) =>
    flags.parse(["--memory-budget", size]).memoryBudget
  );
  assertEquals(sizes, [1000, 7, 1536, 2 ** 21, 2 ** 40]);
});

Deno.test("parse() takes a path in a choice's place if it ends as the flag says", () => {
  const { parse } = defineFlags("train", "Trains one model.", {
    dataset: { type: "choice", choices: ["planted"], file: ".npz", help: "what to learn" },
  });
  const dataset: string | undefined = parse(["--dataset", "../a b.npz"]).dataset;
  assertEquals([dataset, parse(["--dataset", "planted"]).dataset], ["../a b.npz", "planted"]);
  const sentence = "Cannot use --dataset plant: it must be planted or a path to a .npz file, did " +
    "you mean planted?";
  assertThrows(() => parse(["--dataset", "plant"]), UsageError, sentence);
});

const files = defineFlags("train", "Trains one model.", {
  dataset: { type: "choice", choices: ["planted"], file: ".npz", help: "what to learn" },
  init: { type: "path", help: "where to start from" },
  save: { type: "path", writes: true, help: "where to write to" },
  out: { type: "path", writes: true, folder: true, default: "reports/out", help: "of pages" },
  rows: { type: "folders", help: "other machines'" },
  y: { type: "number", help: "an exponent" },
});

Deno.test("parse() takes paths as the caller's, and a default as the project's", () => {
  const args = ["--dataset", "../a.npz", "--init", "/b", "--save=./c", "--rows", "d,,../e"];
  {
    using _ = calledFrom("/else/where");
    const { dataset, init, save, out, rows } = files.parse(args);
    assertEquals([dataset, init, save], ["/else/a.npz", "/b", "/else/where/c"]);
    assertEquals(rows, ["/else/where/d", "/else/e"]);
    assertEquals(out, new URL("../../../reports/out", import.meta.url).pathname);
    assertEquals(files.parse(["--out", "x"]).out, "/else/where/x");
    assertEquals(files.parse(["--dataset", "planted"]).dataset, "planted");
  }
  using _ = calledFrom(Deno.cwd());
  assertEquals(files.parse(args).save, "./c");
});

Deno.test("parse() refuses two flags for one file, and a folder's name for a file", () => {
  for (
    const [args, words] of [
      [["--save", "x", "--init", "./y/../x"], "Cannot use --init and --save for one place"],
      [
        ["--save", "a.npz", "--dataset", "./a.npz"],
        "Cannot use --dataset and --save for one place",
      ],
      [["--save", "x", "--out", "./x"], "Cannot use --save and --out for one place"],
      [["--save", "x", "--out", "x/y"], "the one would be a folder, the other a file"],
      [["--save", "models/"], "Cannot use --save models/: it must be a file"],
    ] as const
  ) {
    const { message } = assertThrows(() => files.parse([...args]), UsageError);
    assert(message.includes(words), message);
  }
  // What only reads, may read it twice; and a file may well stand in a folder.
  files.parse(["--init", "a.npz", "--dataset", "a.npz"]);
  files.parse(["--save", "x/y", "--out", "x"]);
});

Deno.test("parse() reads a negative number after a blank, where a flag takes a value", () => {
  for (const text of ["-1", "-0.5", "-.5", "-0.5e-3", "-0"]) {
    assertEquals(files.parse(["--y", text]).y, Number(text));
    assertEquals(files.parse([`--y=${text}`, "--init", "a"]).y, Number(text));
  }
  const sentences: [string[], string][] = [
    [["--y", "-1x"], "Cannot use --y -1x: it must be a number"],
    [["--y", "-Infinity"], "Cannot use --y -Infinity: it must be a number"],
    [["--y", "-1", "-2"], "Cannot use -2: no such flag"],
    [["--y", "--sav", "x"], "Cannot use --sav: no such flag, did you mean --save?"],
    [["--y", "-s", "x"], "Cannot use -s: no such flag"],
    [["--yy", "-1"], "Cannot use --yy: no such flag, did you mean --y?"],
    [["--y", "--init", "x"], "Cannot use --y without a value"],
  ];
  for (const [args, sentence] of sentences) {
    assertThrows(() => files.parse(args), UsageError, sentence);
  }
  const { message } = assertThrows(() => flags.parse(["--fresh", "-1"]), UsageError);
  assert(message.startsWith("Cannot use -1: no such flag"), message);
});

Deno.test("parse() reads numbers with commas or blanks between them, in one word or several", () => {
  const { parse } = defineFlags("mean", "Means.", {
    weights: { type: "numbers", help: "weights" },
  });
  for (const words of [["2,-1,.5"], ["2", "-1", ".5"], ["2, -1 .5"], [" 2 , -1,.5 "]]) {
    assertEquals(parse(["--weights", ...words]).weights, [2, -1, 0.5], words.join("|"));
  }
  for (const words of [["2,,1"], ["2,"], [","], ["2;1"], ["2 x"]]) {
    assertThrows(() => parse(["--weights", ...words]), UsageError, "Cannot use --weights");
  }
});

const REFUSED: [string[], string][] = [
  [
    ["--layer", "3"],
    "Cannot use --layer: no such flag, did you mean --layers? (--help lists them)",
  ],
  [
    ["--memoryBudget=2GiB"],
    "Cannot use --memoryBudget: no such flag, did you mean --memory-budget? (--help lists them)",
  ],
  [
    ["--no-layers"],
    "Cannot use --no-layers: no such flag, did you mean --layers? (--help lists them)",
  ],
  [["-l", "3"], "Cannot use -l: no such flag, did you mean --lr? (--help lists them)"],
  [["28"], 'Cannot use "28": only flags are expected (--help lists them)'],
  [["--", "--fresh"], 'Cannot use "--fresh": only flags are expected (--help lists them)'],
  [["--layers", "three"], "Cannot use --layers three: it must be an integer, at least 1"],
  [["--layers", "2.5"], "Cannot use --layers 2.5: it must be an integer, at least 1"],
  [["--layers", "0"], "Cannot use --layers 0: it must be an integer, at least 1"],
  [["--seed", "1e99"], "Cannot use --seed 1e99: it must be an integer"],
  [["--dropout", "1"], "Cannot use --dropout 1: it must be a number, at least 0 and below 1"],
  [["--dropout", "NaN"], "Cannot use --dropout NaN: it must be a number, at least 0 and below 1"],
  [["--lr", "0"], "Cannot use --lr 0: it must be a number, above 0 and at most 1"],
  [["--lr=-1"], "Cannot use --lr -1: it must be a number, above 0 and at most 1"],
  [
    ["--model", "rev-gn"],
    "Cannot use --model rev-gn: it must be res-gnn or rev-gnn, did you mean rev-gnn?",
  ],
  [
    ["--memory-budget", "2XB"],
    "Cannot use --memory-budget 2XB: it must be a size such as 512MiB or 2GiB",
  ],
  [["--memory-budget", "1.2.3GiB"], "it must be a size such as 512MiB or 2GiB"],
  [["--memory-budget", "0"], "it must be a size such as 512MiB or 2GiB"],
  [["--layers"], "Cannot use --layers without a value: it must be an integer, at least 1"],
  [["--layers", ""], "Cannot use --layers without a value: it must be an integer, at least 1"],
  [["--output", "", "--fresh"], "Cannot use --output without a value: it must be a text"],
  [["--fresh", ""], 'Cannot use "": only flags are expected'],
  [["--output", "--fresh"], "Cannot use --output without a value: it must be a text"],
  [["--fresh=no"], 'Cannot use --fresh with "no": it takes no value'],
  [["--fresh", "28"], 'Cannot use --fresh with "28": it takes no value'],
  [["--no-fresh", "28"], 'Cannot use --no-fresh with "28": it takes no value'],
];

for (const [args, sentence] of REFUSED) {
  Deno.test(`parse() refuses ${args.join(" ")} in one sentence`, () => {
    const { message } = assertThrows(() => flags.parse(args), UsageError, sentence);
    assertEquals(message.split("\n").length, 1);
  });
}

Deno.test("parse() answers --help with every flag, its help, bounds and default", () => {
  const { message } = assertThrows(() => flags.parse(["--layer", "--help"]), HelpRequest);
  assertEquals(
    message,
    `Usage: deno task train [FLAGS]

Trains one model.

Flags:
  --layers         message-passing layers (an integer, at least 1; default 3)
  --dropout        share of zeroed channels (a number, at least 0 and below 1; default 0.1)
  --lr             learning rate (a number, above 0 and at most 1)
  --seed           seed of every draw (an integer)
  --model          the model (res-gnn or rev-gnn; default rev-gnn)
  --memory-budget  device memory to stay below (a size such as 512MiB or 2GiB; default 2GiB)
  --output         folder of the rows (a text)
  --fresh          ignore finished rows
  --no-progress    no bar on standard error
  --help           show this text`,
  );
});

Deno.test("parse() takes a first word for the flag that may be without its name", () => {
  const data = defineFlags("data", "Prepares a data set.", {
    dataset: { type: "choice", choices: ["arxiv", "proteins"], help: "what to prepare" },
    fresh: { type: "boolean", help: "once more" },
  }, { word: "dataset" });
  assertEquals({ ...data.parse(["arxiv", "--fresh"]) }, { dataset: "arxiv", fresh: true });
  assertEquals({ ...data.parse(["--dataset", "arxiv"]) }, { dataset: "arxiv", fresh: false });
  assertEquals({ ...data.parse([]) }, { dataset: undefined, fresh: false });
  const twice = ["arxiv", "--dataset", "proteins"];
  for (const args of [["arxiv", "proteins"], ["--fresh", "arxiv"], ["arxi"], [""], twice]) {
    assertThrows(() => data.parse(args), UsageError, "Cannot use ");
  }
  assertThrows(() => data.parse(["-h"]), HelpRequest, "Usage: deno task data [DATASET] [FLAGS]");
});

Deno.test("parse() takes no blank for a number, and no size beyond what a number holds", () => {
  for (const text of [" ", "\t5", "0x10", "0b1", "1_000", "١"]) {
    assertThrows(() => flags.parse([`--seed=${text}`]), UsageError, "it must be an integer");
  }
  for (const text of ["9".repeat(400), "9999999TiB", "9007199254740992B"]) {
    assertThrows(() => flags.parse([`--memory-budget=${text}`]), UsageError, "it must be a size");
  }
  const { message } = assertThrows(() => flags.parse(["--layers", "3\n4"]), UsageError);
  assertEquals(message, 'Cannot use --layers "3\\n4": it must be an integer, at least 1');
});
