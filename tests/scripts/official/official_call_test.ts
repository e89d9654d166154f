/** Official command lines, as their READMEs have them, and what this project reads in them. */
import { OFFICIAL_SCRIPTS, readOfficial } from "../../../scripts/official/official_call.ts";
import { UsageError } from "../../../scripts/flags/flags.ts";
import { settingsOfCall } from "../../../scripts/train.ts";
import { proteins } from "../../../experiments/proteins.ts";
import { arxiv } from "../../../experiments/arxiv.ts";
import { canonical } from "../../../settings/key.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const TEACHER =
  "python3 main.py --use-norm --use-labels --n-label-iters=1 --no-attn-dst --edge-drop=0.3 " +
  "--input-drop=0.25 --n-layers 5 --dropout 0.75 --n-hidden 256 --save kd --backbone rev --group 2 " +
  "--mode teacher";
const STUDENT = TEACHER.replace("--mode teacher", "--alpha 0.95 --temp 0.7 --mode student");
const DEEP =
  "    python main.py --use_gpu --conv_encode_edge --use_one_hot_encoding --block res+ --gcn_aggr max " +
  "--num_layers 1001 --hidden_channels 80 --lr 0.001 --backbone rev --dropout 0.1 --group 2\n";
const WIDE = DEEP.replace("1001", "448").replace("80", "224").replace("0.1", "0.2");

const settingsOf = (line: string, ...beside: string[]) =>
  settingsOfCall(["--official", line, ...beside]);

/** What the paper's row of an experiment says of model and training, which the official call must too. */
function paperRow(of: typeof arxiv, name: string) {
  const row = of.scales.paper.find((run) => run.name === name && run.seed === 0)!;
  const names = ["experiment", "name", "scale", "inference", "evaluateEvery", "bestBy"];
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

Deno.test("--official reads the paper's calls as the paper's table has them", () => {
  for (
    const [line, experiment, name] of [
      [TEACHER, arxiv, "RevGAT"],
      [DEEP, proteins, "RevGNN-Deep"],
      [WIDE, proteins, "RevGNN-Wide"],
    ] as const
  ) {
    const expected = paperRow(experiment, name);
    const found: Record<string, unknown> = settingsOf(line);
    const own = Object.keys(expected).map((option) => [option, found[option]]);
    assertEquals(canonical(Object.fromEntries(own)), canonical(expected), name);
  }
});

Deno.test("--official hands a student of each seed what its teacher has left", () => {
  const [teacher, student] = [TEACHER, STUDENT].map((line) => readOfficial(line).args);
  const logits = "./kd/best_pred_seed{seed}.npy";
  assertEquals(teacher![teacher!.indexOf("--predictions") + 1], logits);
  assertEquals(student![student!.indexOf("--teacher") + 1], logits);
  assertEquals(student!.includes("--predictions"), false);
  const { teacherShare, temperature, bestBy } = settingsOf(STUDENT);
  assertEquals([teacherShare, temperature, bestBy], [0.95, 0.7, "loss"]);
  // What the line does not say is as the official script has it, not as it is here.
  const untold = settingsOf("python main.py --mode student --use-labels");
  const { model } = untold;
  assertEquals([untold.teacherShare, untold.temperature, untold.epochs], [0.5, 1, 2000]);
  assertEquals([model.layers, model.channels, model.dropout, model.labelIterations], [
    3,
    750,
    0.75,
    0,
  ]);
  assertEquals(model.convolution.kind === "gat" && model.convolution.symmetricNorm, false);
  assertEquals(model.convolution.kind === "gat" && model.convolution.destination, true);
});

Deno.test("--official says of each flag how it was read, and flags beside it have the last word", () => {
  const { args, lines } = readOfficial(`${TEACHER} --wd 5e-4 --gpu 3`, [
    "--epochs=9",
    "--no-labels",
  ]);
  assertEquals(
    lines[0],
    "Read as a call of examples/ogb_eff/ogbn_arxiv_dgl/main.py, RevGAT on ogbn-arxiv:",
  );
  const lineOf = (flag: string) =>
    lines.find((line) => line.startsWith(`  ${flag} `))!.trim().split(/\s{2,}/);
  assertEquals(lineOf("--n-hidden"), ["--n-hidden 256", "--channels 768 (all heads together)"]);
  assertEquals(lineOf("--wd"), ["--wd 0.0005", "--weight-decay 0.0005"]);
  assertEquals(lineOf("--gpu"), ["--gpu 3", "nothing: the best adapter is taken"]);
  assertEquals(lineOf("--n-runs"), ["--n-runs 10 (default)", "--runs 10"]);
  assertEquals(lineOf("--n-epochs"), [
    "--n-epochs 2000 (default)",
    "nothing: replaced by --epochs beside it",
  ]);
  assertEquals(lineOf("--use-labels"), ["--use-labels", "nothing: replaced by --labels beside it"]);
  assertEquals(args.slice(-2), ["--epochs=9", "--no-labels"]);
  assertEquals(args.filter((arg) => arg === "--epochs" || arg === "--labels"), []);
});

Deno.test("--official takes a line as it stands in a shell", () => {
  const line = `CUDA_VISIBLE_DEVICES=7 python \\
    examples/ogb_eff/ogbn_arxiv_dgl/main.py --n-hid=64 --kd_dir "my kd" \\
    --mode 'teacher'
    --edge-drop 0.5 2>&1 | tee log.txt &`;
  const { args } = readOfficial(line);
  assertEquals(args[args.indexOf("--channels") + 1], "192");
  assertEquals(args[args.indexOf("--edge-dropout") + 1], "0.5");
  assertEquals(args[args.indexOf("--predictions") + 1], "my kd/best_pred_seed{seed}.npy");
  const at =
    "cd examples/ogb/ogbn_products; python main.py --mlp_layers 2 --self_loop --gcn_aggr softmax --t 0.1";
  const { dataset, parts, model, selfLoops } = settingsOf(at);
  assertEquals([dataset, parts, selfLoops], ["ogbn-products", 10, true]);
  const { convolution } = model;
  assertEquals(convolution.kind === "gen" && convolution.aggregation.kind, "softmax_sg");
});

Deno.test("--official takes as a script's flags what stands behind its name", () => {
  const flags = "main.py --n-layers 4 --use-norm --dropout .5";
  const plain = readOfficial(`python ${flags}`).args;
  for (
    const starter of [
      "srun --gres=gpu:1 --mem 64G python",
      "python -m torch.distributed.launch --nproc_per_node=1",
      "torchrun --nproc_per_node 1",
      "conda run --no-capture-output -n main python -u",
    ]
  ) {
    assertEquals(readOfficial(`${starter} ${flags}`).args, plain, starter);
  }
});

Deno.test("--official reads comments and exported variables as a shell does", () => {
  const { args } = readOfficial(`export DIR=/my  # the teacher's folder
    python main.py --n-layers 4 --use-norm # it's deep
      # --n-layers 9
      --kd_dir "\${DIR}/#1" # --dropout 0
    # python main.py --n-layers 5`);
  assertEquals(args[args.indexOf("--layers") + 1], "4");
  assertEquals(args[args.indexOf("--dropout") + 1], "0.75");
  assertEquals(args[args.indexOf("--predictions") + 1], "/my/#1/best_pred_seed{seed}.npy");
});

const REFUSED: readonly (readonly [line: string, sentence: string])[] = [
  [
    "python main.py --n-layers",
    "Cannot read --n-layers without a value of the official call: expected a whole",
  ],
  [
    "python main.py --n-layers 2.5",
    "Cannot read --n-layers 2.5 of the official call: expected a whole number",
  ],
  [
    "python main.py --n-layer 5 --foo",
    "Cannot read --foo of the official call: examples/ogb_eff/ogbn_arxiv_dgl",
  ],
  [
    "python main.py --attn-drop 0.1",
    "Cannot do the official --attn-drop 0.1: the official network itself",
  ],
  [
    "python main.py --n-label-iters 1",
    "Cannot do the official --n-label-iters 1: the official script refuses",
  ],
  ["python main.py --mode both", "Cannot do the official --mode both: expected teacher or student"],
  [
    "python main.py --save_dir $DIR --n-layers 3",
    "Cannot read the official call: it has $DIR, write its value",
  ],
  [
    "DIR=a\npython main.py --save_dir ${DIR:-b} --n-layers 3",
    "Cannot read the official call: it has ${DIR:-b}, write its value",
  ],
  // A dash as web pages and papers print it.
  [
    "python main.py \u2013use-norm --n-layers 3",
    "Cannot read \u2013use-norm of the official call: examples/ogb_eff/ogbn_arxiv_dgl",
  ],
  [
    "python main.py --use-labels=False --n-layers 3",
    "Cannot read --use-labels=False of the official call: --use-labels takes no value",
  ],
  ["python main.py --save 'x --n-layers 3", "Cannot read the official call: what begins at"],
  [
    "A=b python main.py --save_dir $A --n-layers 3",
    "Cannot read the official call: it has $A, write its value",
  ],
  [
    "python main.py --save --n-layers 3",
    "Cannot read --save without a value of the official call: expected a text",
  ],
  [
    "python compute_ensemble.py --list_logits 'a b' --weights 2 1",
    "Cannot train by the official compute_ensemble.py: it scores several models together, as deno task",
  ],
  [
    "python main.py --self_loop",
    "Cannot tell which script the official call is of: examples/ogb/ogbn_arxiv",
  ],
  ["python test.py --backbone rev", "Cannot train by the official test.py: it scores a checkpoint"],
  [
    DEEP.replace("--conv_encode_edge", ""),
    "Cannot do the official --conv_encode_edge is not given: without it",
  ],
  [
    DEEP.trim() + " --num_evals 10",
    "Cannot do the official --num_evals 10: an epoch is evaluated on one",
  ],
  [
    "python ogbn_arxiv/main.py --self_loop",
    "Cannot do the official --mlp_layers 1: GEN's MLP has two layers",
  ],
];

Deno.test("--official takes the last of a flag given twice, as argparse does, though train refuses one", () => {
  const twice = `${TEACHER} --lr=0.1 --lr 0.2`;
  assertEquals(settingsOf(twice).learningRate, 0.2);
  assertEquals(settingsOf(twice, "--lr", "0.3").learningRate, 0.3);
  const call = () => settingsOf(twice, "--lr", "0.3", "--lr", "0.4");
  assertThrows(call, UsageError, "Cannot use --lr 0.3 and --lr 0.4: a flag is given once");
});

Deno.test("--official is one call's, in whichever form it is given", () => {
  for (const again of [["--official", STUDENT], [`--official=${STUDENT}`]]) {
    const call = () => settingsOf(TEACHER, ...again);
    assertThrows(call, UsageError, "Cannot use --official twice");
  }
});

for (const [line, sentence] of REFUSED) {
  Deno.test(`--official refuses: ${sentence}`, () => {
    assertThrows(() => readOfficial(line), UsageError, sentence);
  });
}

Deno.test("each flag of each official script is read, and docs/revgat.md tells of it", async () => {
  const text = await Deno.readTextFile("docs/revgat.md");
  for (const { flags, path } of OFFICIAL_SCRIPTS) {
    assert(text.includes(path), path);
    for (const flag of Object.keys(flags)) assert(text.includes(`\`${flag}`), `${path} ${flag}`);
  }
});
