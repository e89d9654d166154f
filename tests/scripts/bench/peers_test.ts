/** The peers of the bench: ratios, equal work, and every way in which one may fail. */
import { comparePeer, ratioOf } from "../../../scripts/bench/peer_ratio.ts";
import { firstErrorLine, type PeerCommand } from "../../../scripts/bench/answering_process.ts";
import { PeerProcess } from "../../../scripts/bench/peer_process.ts";
import {
  installJavaScript,
  javaScriptPeers,
  type Peer,
  PYTORCH,
} from "../../../scripts/bench/peers.ts";
import { assert, assertEquals } from "../../assert.ts";
import { assertSentence, ROOT, task } from "../task.ts";

const TENSORS = new Map([["last", { shape: [1], data: Float32Array.of(0.25) }]]);

/** A peer that behaves in a way of `fake_peer.ts`. */
function fake(way: string, losses: number[] = [], seconds = 60): Peer {
  const script = new URL("tests/scripts/fake_peer.ts", ROOT).pathname;
  const flags = ["run", "--quiet", "--no-config", "--no-lock", "--no-prompt", "--allow-read"];
  const command = {
    program: "deno",
    args: [...flags, script, "/nowhere", way, ...losses.map(String)],
    seconds,
  };
  return { name: "a fake", command, install: "nothing to install" };
}

/** A step of ours whose first losses are these, and what is written when it is taken. */
function ours(losses: number[], taken: string[] = []) {
  const take = () => Promise.resolve(void taken.push("ours"));
  return { data: { tensors: TENSORS, settings: { layers: "2" } }, losses, dropout: 0.1, take };
}

/** The sentence of a peer that fails. */
async function failure(peer: Peer, losses = [0.5]): Promise<string> {
  const comparison = await comparePeer(peer, ours(losses), 5);
  assert("failure" in comparison, JSON.stringify(comparison));
  return comparison.failure;
}

Deno.test("ratioOf() is that of the least times, its spread that of the pairs", () => {
  const pairs = [{ ours: 10, theirs: 100 }, { ours: 20, theirs: 80 }, { ours: 8, theirs: 96 }];
  assertEquals(ratioOf(pairs), { ours: 8, theirs: 80, ratio: 10, least: 4, most: 12 });
});

Deno.test("comparePeer() proves equal losses, then times steps in turn after one to warm up", async () => {
  const taken: string[] = [];
  const comparison = await comparePeer(fake("works", [0.5, 0.25001]), ours([0.5, 0.25], taken), 5);
  assert("ratio" in comparison, JSON.stringify(comparison));
  assertEquals([comparison.peer, comparison.libraries], ["a fake", "fake 1.0"]);
  assert(comparison.apart > 3e-5 && comparison.apart < 5e-5, `${comparison.apart}`);
  assert(comparison.least <= comparison.most, `${comparison.least} to ${comparison.most}`);
  assertEquals(taken.length, 6);
});

Deno.test("comparePeer() alternates who goes first, and does not count the pair to warm up", async () => {
  const taken: string[] = [];
  const { step } = PeerProcess.prototype;
  PeerProcess.prototype.step = function (dropout) {
    taken.push("theirs");
    return step.call(this, dropout);
  };
  try {
    const one = await comparePeer(fake("works"), ours([]), 1);
    assert("ratio" in one, JSON.stringify(one));
    assertEquals([one.least, one.most], [one.ratio, one.ratio]);
    taken.length = 0;
    await comparePeer(fake("works"), ours([], taken), 2);
  } finally {
    PeerProcess.prototype.step = step;
  }
  assertEquals(taken, ["theirs", "ours", "ours", "theirs", "theirs", "ours"]);
});

Deno.test("comparePeer() hands tensors over, and skips what a library prints", async () => {
  const comparison = await comparePeer(fake("works"), ours([0.25]), 5);
  assert("ratio" in comparison, JSON.stringify(comparison));
  assert((await failure(fake("prints"), [0.25])).startsWith("it printed { not JSON"));
});

Deno.test("comparePeer() times no peer that does other work", async () => {
  const sentence = "its loss of step 2 is 0.26, ours 0.25: not the same work";
  assertEquals(await failure(fake("works", [0.5, 0.26]), [0.5, 0.25]), sentence);
  assert((await failure(fake("works", [NaN]))).includes("answered without a loss and a time"));
  assert((await failure(fake("works", [0.5]), [NaN])).includes("not the same work"));
});

Deno.test("comparePeer() tells a peer's error by one line", async () => {
  const crash = await failure(fake("crash"));
  assert(crash.includes("RangeError: Cannot take a step"), crash);
  assertEquals(crash.split("\n").length, 1);
  assertEquals(await failure(fake("throws")), "TypeError: no such operation");
  assertEquals(await failure(fake("exit")), "it ended with exit code 3");
});

Deno.test("comparePeer() ends a peer that hangs", async () => {
  assertEquals(await failure(fake("hang", [], 1)), "it took longer than 1 s");
});

Deno.test("comparePeer() says how to install what is missing", async () => {
  assertEquals(
    await comparePeer(fake("missing"), ours([0.5]), 5),
    {
      peer: "a fake",
      failure: "a-package-that-nobody-has-installed is not installed (nothing to install)",
      missing: true,
    },
  );
});

Deno.test("firstErrorLine() finds the error among what stands around it", () => {
  const trace = 'Traceback (most recent call last):\n  File "a.py"\nValueError: no\n\n';
  assertEquals(firstErrorLine(trace), "ValueError: no");
  assertEquals(
    firstErrorLine("a warning\nerror: Uncaught Error: no\n  at x"),
    [
      "error: Uncaught Error: no",
    ][0]!,
  );
  assertEquals(firstErrorLine("\n killed \n"), "killed");
  assertEquals(firstErrorLine(""), "");
});

Deno.test("PyTorch's environment holds malloc's settings and nothing else", async () => {
  const { env } = PYTORCH[0]!.command;
  Deno.env.set("OPENBLAS_CORETYPE", "Haswell");
  const told = 'echo "{\\"libraries\\":\\"[$MALLOC_MMAP_MAX_|$OPENBLAS_CORETYPE]\\"}"';
  const command: PeerCommand = { program: "sh", args: ["-c", told], env: env!, seconds: 60 };
  const { peer, libraries } = await PeerProcess.start(command, ours([]).data);
  await peer[Symbol.asyncDispose]();
  Deno.env.delete("OPENBLAS_CORETYPE");
  assertEquals(libraries, "[0|]");
});

Deno.test("javaScriptPeers() names the folder in full, to the peer and to who installs it", () => {
  const [tfjs] = javaScriptPeers("packages");
  const folder = `${Deno.cwd()}/packages`;
  assert(tfjs!.command.args.includes(folder), tfjs!.command.args.join(" "));
  assertEquals(tfjs!.install, installJavaScript(folder));
});

Deno.test("bench --peers says how to install them", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const named = Object.keys(imports).filter((name) => /tensorflow|jax/.test(name));
  assertEquals(named, []);
  const folder = await Deno.makeTempDir();
  assertSentence(await task("bench", ["--peers"]), 2, installJavaScript("FOLDER"));
  const { code, err } = await task("bench", ["--peers", folder, "--nodes", "10"]);
  await Deno.remove(folder);
  assertEquals(code, 1);
  assert(err.includes(`none is in ${folder}, call ${installJavaScript(folder)}`), err);
  assertEquals(err.trim().split("\n").length, 1, err);
  const elsewhere = await task("bench", ["--peers", "../nowhere"], {
    INIT_CWD: "/tmp/called/from",
  });
  assert(elsewhere.err.includes("none is in /tmp/called/nowhere, call"), elsewhere.err);
});
