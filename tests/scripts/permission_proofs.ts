/** For each permission of each task a call that shows what it is for. */
import type { Call } from "./permitted_run.ts";
import { throughProxy } from "./task.ts";

/** A call, and what is said only with the permission, in its output or in a file. */
export interface Proof extends Omit<Call, "cwd"> {
  readonly says: string | RegExp;
  readonly file?: string;
  /** Whether it runs in the project's folder; default in SCRATCH. */
  readonly here?: true;
}
type Proofs = Readonly<Record<string, Proof>>;

/** In a proof's words: a folder outside of the project that is new for each run. */
export const SCRATCH = "<scratch>";

/** What the proofs share, all of it outside of the project. */
export interface Fixtures {
  /** A graph in a file. */
  readonly npz: string;
  /** An archive of ogbn-proteins' layout. */
  readonly archive: string;
  /** A checkpoint of a training by two parts. */
  readonly checkpoint: string;
  /** Logits of the nodes of the graph in a file. */
  readonly logits: string;
  /** A folder with `revgnn/cora.npz`, also in `.cache`. */
  readonly home: string;
  /** An address that answers with the archive what is meant for other hosts. */
  readonly proxy: string;
}

const COMMIT = /"commit":"[0-9a-f]{12}\+?"/;
/** Of what a row says of a software driver. */
function threadsProof(args: readonly string[]): Proofs {
  return { "env LP_NUM_THREADS": asking("LP_NUM_THREADS", { args: [...args] }) };
}
const TRACE: Proof = { args: ["--wrong"], env: { DEBUG: "1" }, says: /\n +at / };

/** What is asked of the system is noted by Deno, where no word of a small call depends on it. */
function asking(says: string, call: Omit<Proof, "says">): Proof {
  const file = `${SCRATCH}/asked`;
  return { ...call, env: { DENO_AUDIT_PERMISSIONS: file }, file, says };
}

/** A model and a training of a second. */
export const TINY = ["--layers", "2", "--channels", "8", "--epochs", "1"];
const PLANTED = [...TINY, "--dataset", "planted", "--planted-nodes", "60"];

/** Of what the cache's folder depends on, by a call that names cora's file. */
function cacheProofs({ home }: Fixtures, call: readonly string[], named = "cora.npz"): Proofs {
  const says = `${home}/revgnn/${named}`;
  const args = [...call];
  return {
    "env REVGNN_CACHE": { args, env: { REVGNN_CACHE: `${home}/revgnn` }, says },
    "env XDG_CACHE_HOME": { args, env: { XDG_CACHE_HOME: home }, says },
    "env LOCALAPPDATA": { args, env: { XDG_CACHE_HOME: "", LOCALAPPDATA: home }, says },
  };
}

/** Of what a path depends on, by a flag that takes one, in a call that names it in full. */
function pathProofs(flag: string, call: readonly string[] = [], path = "there"): Proofs {
  const folder = `${SCRATCH}/elsewhere`;
  const says = `${folder}/${path}`;
  return {
    "env INIT_CWD": { args: [...call, `${flag}=${path}`], env: { INIT_CWD: folder }, says },
    "env HOME": { args: [...call, `${flag}=~/${path}`], env: { HOME: folder }, says },
  };
}

/** Of a training, which one process does alone. */
function trainProofs(fixtures: Fixtures): Proofs {
  return {
    ...pathProofs("--dataset", [], "there.npz"),
    ...cacheProofs(fixtures, ["--dataset", "minesweeper"], "minesweeper.npz"),
    ...threadsProof(PLANTED),
    "env DEBUG": TRACE,
    "read": { args: [...TINY, "--dataset", fixtures.npz], says: '"status":"trained"' },
    "write": { args: [...PLANTED, "--save", `${SCRATCH}/x.safetensors`], says: '"trained"' },
    "run git": { args: PLANTED, says: COMMIT },
    "sys systemMemoryInfo": asking("systemMemoryInfo", { args: [...PLANTED, "--parts", "2"] }),
    "sys hostname": asking("hostname", { args: [...PLANTED, "--resume", `${SCRATCH}/state`] }),
  };
}

/** Of what tells how many processes were started, by a call that one process makes alone. */
function launchedProofs(alone: Proof): Proofs {
  return {
    "env OMPI_COMM_WORLD_SIZE": alone,
    "env PMI_SIZE": alone,
    "env SLURM_STEP_NUM_TASKS": alone,
    // Asked for only by a task of several.
    "env PMIX_RANK": {
      args: alone.args,
      env: { SLURM_STEP_NUM_TASKS: "2" },
      says: "srun has not told MPI of them",
    },
  };
}

export const PROOFS: Readonly<Record<string, (fixtures: Fixtures) => Proofs>> = {
  train: trainProofs,

  // A process that no launcher has started trains alone, once it has asked which MPI may have.
  "train-mpi": (fixtures) => {
    const trained: Proof = { args: PLANTED, says: '"status":"trained"' };
    return {
      ...trainProofs(fixtures),
      "ffi": trained,
      ...launchedProofs(trained),
    };
  },

  evaluate: (fixtures) => {
    const call = ["--checkpoint", fixtures.checkpoint];
    return {
      ...pathProofs("--checkpoint"),
      ...cacheProofs(fixtures, [...call, "--dataset", "minesweeper"], "minesweeper.npz"),
      ...threadsProof(call),
      "env DEBUG": TRACE,
      "read": { args: call, says: '"scores"' },
      "write": { args: [...call, "--predictions", `${SCRATCH}/x.npy`], says: '"scores"' },
      "run git": { args: call, says: COMMIT },
      "sys systemMemoryInfo": asking("systemMemoryInfo", { args: call }),
    };
  },

  reproduce: (fixtures) => {
    const call = ["--only", "groups", "--memory-budget", "1KiB"]; // which no run fits
    const out = [...call, "--out", SCRATCH];
    const rows = `${SCRATCH}/quick/rows/groups.jsonl`;
    const paper = ["--only", "products", "--scale", "paper", "--seeds", "1", "--out", SCRATCH];
    return {
      ...pathProofs("--out", call),
      ...cacheProofs(fixtures, paper, "ogbn-products.safetensors"),
      "env DEBUG": TRACE,
      "read": { args: [...out, "--dry-run"], says: "RevGNN" },
      "write": { args: out, says: "The pages are drawn" },
      "run deno": { args: out, file: rows, says: COMMIT },
      "sys systemMemoryInfo": asking("systemMemoryInfo", { args: [...out, "--dry-run"] }),
      // A student without a teacher fails, and the page says where.
      "sys hostname": {
        args: ["--only", "arxiv", "--run", "7", "--out", SCRATCH],
        file: `${SCRATCH}/quick/status.html`,
        says: /; run this again once that one is, on (?!a machine)/,
      },
    };
  },

  sweep: (fixtures) => {
    const call = [...PLANTED, "--memory-budget", "1KiB"]; // which no run fits
    const out = [...call, "--out", SCRATCH];
    const missing = [...TINY, "--dataset", "minesweeper", "--out", SCRATCH];
    return {
      ...pathProofs("--out", call),
      ...cacheProofs(fixtures, missing, "minesweeper.npz"),
      "env DEBUG": TRACE,
      "read": { args: out, says: "The pages are drawn" },
      "write": { args: out, says: "The pages are drawn" },
      "run deno": { args: out, file: `${SCRATCH}/own/rows/sweep.jsonl`, says: COMMIT },
      // Where there are two cores, or more.
      "sys systemMemoryInfo": {
        args: [...out, "--seed", "0,1"],
        says: "runs go on at a time",
      },
      // A run without its data fails, and the page says where.
      "sys hostname": {
        args: [...missing, "--run", "1"],
        file: `${SCRATCH}/own/status.html`,
        says: /run deno task data minesweeper, on (?!a machine)/,
      },
    };
  },

  data: (fixtures) => {
    const cache = ["ogbn-proteins", "--cache", SCRATCH];
    const from: Proof = { args: [...cache, "--from", fixtures.archive], says: "is prepared: " };
    const host = (name: string): Proof => ({
      args: [...cache, "--url", `http://${name}/a.zip`],
      env: throughProxy(fixtures.proxy),
      says: "is prepared: ",
    });
    const hosts = ["snap.stanford.edu", "raw.githubusercontent.com"];
    return {
      ...pathProofs("--from", ["cora"]),
      ...cacheProofs(fixtures, []),
      "env DEBUG": TRACE,
      "read": from,
      "write": from,
      ...Object.fromEntries(hosts.map((name) => [`net ${name}`, host(name)])),
    };
  },

  ensemble: (fixtures) => {
    const written: Proof = {
      args: ["--dataset", fixtures.npz, fixtures.logits, "--out", `${SCRATCH}/mean.npy`],
      says: '"experiment":"ensemble"',
    };
    return {
      ...pathProofs("--dataset", ["no.npy"], "there.npz"),
      ...cacheProofs(fixtures, ["no.npy", "--dataset", "minesweeper"], "minesweeper.npz"),
      "env DEBUG": TRACE,
      "read": written,
      "write": written,
    };
  },

  report: () => {
    const drawn: Proof = { args: ["--out", SCRATCH], says: `${SCRATCH}/quick/index.html` };
    return { ...pathProofs("--out"), "env DEBUG": TRACE, "read": drawn, "write": drawn };
  },

  demo: () => {
    const built: Proof = { args: ["--build", "--out", SCRATCH], says: `${SCRATCH}/page.js` };
    return {
      ...pathProofs("--out", ["--build"]),
      "env DEBUG": TRACE,
      "read": built,
      "write": built,
      "run deno": built,
      "net 127.0.0.1": { args: ["--port", "0"], says: "http://127.0.0.1:", until: /http:.*\n/ },
    };
  },

  // In a copy of what it reads and writes.
  readme: () => {
    const written: Proof = { args: [], says: /^README\.md$/m };
    return { "env DEBUG": TRACE, "read .": written, "write .": written };
  },

  doctor: () => {
    // What follows takes seconds.
    const begun = { args: [], here: true, until: /^memory .*\n/m } as const;
    return {
      "env DEBUG": TRACE,
      "read node_modules": { ...begun, says: "trains on wordnet-frames:", until: /wordnet/i },
      "read /proc/self/cgroup": asking('"/proc/self/cgroup"', begun),
      "read /sys/fs/cgroup": asking('"/sys/fs/cgroup/', begun),
      "sys systemMemoryInfo": { ...begun, says: "75 % of" },
    };
  },

  // As train-mpi, one process alone.
  "doctor-mpi": () => {
    const seen: Proof = { args: [], says: "self-test  equal to float64's" };
    const given = (name: string): Proof => ({ args: [], env: { [name]: "7" }, says: `${name}=7` });
    return {
      "ffi": seen,
      "sys hostname": { args: [], says: /^rank 0 of 1 on (?!this machine)/ },
      ...launchedProofs(seen),
      "env SLURM_STEP_GPUS": given("SLURM_STEP_GPUS"),
      "env CUDA_VISIBLE_DEVICES": given("CUDA_VISIBLE_DEVICES"),
      "env DEBUG": TRACE,
    };
  },

  bench: () => {
    const small = ["--nodes", "60", "--degree", "3", "--channels", "8"];
    const short = [...small, "--layers", "1", "--rounds", "1"];
    const args = [...short, "--only", "step"];
    // Of PyTorch its times, or that it is not there.
    const step = { args, says: new RegExp(`PyTorch, fastest form[^]+${COMMIT.source}`) };
    const paths = pathProofs("--peers", [...small, "--only", "step"]);
    const layers = [...short, "--only", "layers", "--out", SCRATCH];
    const drawn: Proof = { args: layers, says: `drawn: ${SCRATCH}/bench.html` };
    return {
      ...paths,
      "read": drawn,
      "write": drawn,
      ...threadsProof(args),
      "env DEBUG": TRACE,
      "run deno": paths["env HOME"]!,
      "run git": step,
      "run /usr/bin/python3": step,
    };
  },
};

/** Of the tests' own task, files of which a test fails without the permission; with all, they run here. */
export const TESTS: Readonly<Record<string, { file: string }>> = {
  "read": { file: "graphs/files/whole_file_test.ts" },
  "write": { file: "graphs/files/whole_file_test.ts" },
  "net 127.0.0.1": { file: "graphs/published/request_file_test.ts" },
  "run deno": { file: "scripts/flags/run_script_test.ts" },
  "run sh": { file: "reports/charts/figure_svg_test.ts" },
  "env CHROME": { file: "reports/pages/browser_test.ts" },
  "env HOME": { file: "graphs/files/link_target_test.ts" },
  "env INIT_CWD": { file: "graphs/files/link_target_test.ts" },
  "env OPENBLAS_CORETYPE": { file: "scripts/bench/peers_test.ts" },
  "env PUPPETEER_DANGEROUS_NO_SANDBOX": { file: "reports/pages/browser_test.ts" },
  "env PUPPETEER_TEST_EXPERIMENTAL_CHROME_FEATURES": { file: "reports/pages/browser_test.ts" },
  "env WS_NO_BUFFER_UTIL": { file: "reports/pages/browser_test.ts" },
};
