/** SimTeG's calls of RevGAT, and what this project reads in them. */
import { readOfficial } from "../../../scripts/official/official_call.ts";
import { UsageError } from "../../../scripts/flags/flags.ts";
import { settingsOfCall } from "../../../scripts/train.ts";
import { canonical } from "../../../settings/key.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const settingsOf = (line: string, ...beside: string[]) =>
  settingsOfCall(["--official", line, ...beside]);

/** A script of SimTeG's repository, scripts/ogbn-arxiv-tape/revgat/main.sh, as far as its second call. */
const SIMTEG = `model=revgat
dataset=ogbn-arxiv

lm_model_type=e5-large
suffix=ensemble_X_\${lm_model_type}

output_dir=out/\${dataset}/\${model}/\${suffix}
ckpt_dir=\${output_dir}/ckpt

mkdir -p \${output_dir}
# python -m src.misc.revgat.main --seed $none
bert_x_dir=out/\${dataset}/\${lm_model_type}/main/cached_embs/x_embs.pt

python -m src.misc.revgat.main \\
    --use-norm \\
    --no-attn-dst \\
    --mode teacher \\
    --gpu 0 \\
    --dropout 0.58 \\
    --edge-drop 0.46 \\
    --group 1 \\
    --input-drop 0.37 \\
    --label_smoothing_factor 0.02 \\
    --n-heads 2 \\
    --n-hidden 256 \\
    --n-label-iters 2 \\
    --n-layers 2 \\
    --use-labels \\
    --suffix \${suffix} \\
    --use_bert_x \\
    --bert_x_dir $bert_x_dir \\
    --ckpt_dir $ckpt_dir \\
    --output_dir $output_dir \\
    --save_pred \\
    --n-runs 10 \\
    2>&1 | tee \${output_dir}/log.txt &
`;

Deno.test("--official reads SimTeG's script with its variables, as docs/revgat.md has its network", async () => {
  const { args, lines } = readOfficial(SIMTEG);
  assert(lines[0]!.includes("src/misc/revgat/main.py, SimTeG's"), lines[0]);
  const valueOf = (flag: string) => args[args.lastIndexOf(flag) + 1];
  assertEquals(valueOf("--node-features"), "out/ogbn-arxiv/e5-large/main/cached_embs/x_embs.pt");
  const folder = "out/ogbn-arxiv/revgat/ensemble_X_e5-large";
  assertEquals(valueOf("--predictions"), `${folder}/cached_embs/logits_seed{seed}.npy`);
  assertEquals(args.filter((arg) => arg === "--predictions").length, 1);
  assertEquals([valueOf("--runs"), valueOf("--seed")], ["10", "42"]);
  const text = await Deno.readTextFile("docs/revgat.md");
  const [, call] = /deno task train (--dataset ogbn-arxiv --node-features[^\`]*)/.exec(text)!;
  const documented = settingsOfCall(call!.replaceAll("\\\n", " ").trim().split(/\s+/));
  const found = settingsOf(SIMTEG, "--node-features", "x_embs.pt", "--seed", "0");
  assertEquals(canonical(found), canonical(documented));
});

Deno.test("--official has SimTeG's defaults, and takes a line without its path for the paper's if it may be", () => {
  const path = "python -m src.misc.revgat.main";
  const untold = settingsOf(path);
  assertEquals([untold.epochs, untold.labelSmoothing, untold.model.inputNorm], [200, 0.3, true]);
  const papers = settingsOf("python main.py --n-layers 2");
  assertEquals([papers.epochs, papers.labelSmoothing, papers.model.inputNorm], [2000, 0, false]);
  const inside = readOfficial("cd src/misc/revgat && python main.py --n-layers 2").args;
  assertEquals(inside, readOfficial(`${path} --n-layers 2`).args);
  const features = readOfficial("python main.py --use_bert_x --bert_x_dir x.emb").args;
  assertEquals(features.slice(-2), ["--node-features", "x.emb"]);
  // A file of features that nothing says to use is not used.
  assertEquals(readOfficial(`${path} --bert_x_dir x.emb`).args.includes("--node-features"), false);
});

Deno.test("--official takes the file of SimTeG's --save_pred, written either way, in both modes", () => {
  const folder = "python -m src.misc.revgat.main --output_dir a";
  for (const save of ["--save_pred", "--save-pred", "--save-pred --save_pred"]) {
    for (const mode of ["teacher", "student"]) {
      const { args, lines } = readOfficial(`${folder} ${save} --mode ${mode}`);
      const written = args.filter((_, at) => args[at - 1] === "--predictions");
      assertEquals(written, ["a/cached_embs/logits_seed{seed}.npy"], `${save} ${mode}`);
      assert(!lines.join().includes("undefined"), lines.join("\n"));
    }
  }
  const alone = readOfficial(folder).args;
  assertEquals(alone[alone.indexOf("--predictions") + 1], "./kd/best_pred_seed{seed}.npy");
});

const REFUSED: readonly (readonly [line: string, sentence: string])[] = [
  [
    `${SIMTEG}\n${SIMTEG}`,
    "Cannot read the official call: it has 2 calls, expected one",
  ],
  [
    SIMTEG.replace("--use_bert_x", "--use_gpt_preds"),
    "Cannot do the official --use_gpt_preds here: it trains an embedding of GPT's five predicted classes",
  ],
  [
    "python -m src.misc.revgat.main --use_bert_x",
    "Cannot do the official --use_bert_x without --bert_x_dir: the official script fails, too",
  ],
  [
    "python -m src.misc.revgat.main --save_pred",
    "Cannot do the official --save_pred without --output_dir: the official script fails, too",
  ],
  [
    "python -m src.misc.revgat.main --use_giant_x",
    "Cannot read --use_giant_x of the official call: src/misc/revgat/main.py has no such flag",
  ],
  [
    "python -m src.misc.revgat.hp_search --use-norm --use_bert_x",
    "Cannot train by the official src.misc.revgat.hp_search: it searches hyper-parameters, as deno task",
  ],
];

for (const [line, sentence] of REFUSED) {
  Deno.test(`--official refuses of SimTeG's: ${sentence}`, () => {
    assertThrows(() => readOfficial(line), UsageError, sentence);
  });
}
