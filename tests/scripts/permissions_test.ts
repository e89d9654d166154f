/** Each task does its work with no more than deno.json gives it, and with one permission less not. */
import { zeros } from "../../graphs/matrix.ts";
import { npzGraph } from "../../graphs/npz/npz_graph.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { writePredictions } from "../../training/files/predictions.ts";
import { assert, assertEquals } from "../assert.ts";
import { serve } from "../graphs/http_server.ts";
import { HETEROPHILOUS } from "../graphs/npz_fixtures.ts";
import { npz } from "../graphs/npz_writer.ts";
import { ogbZip, proteinsTables } from "../graphs/ogb_archives.ts";
import {
  commandOf,
  type Permission,
  permissionsOf,
  PERMITTED_TASKS,
  type PermittedTask,
  said,
} from "./permitted_run.ts";
import { type Fixtures, type Proof, PROOFS, SCRATCH, TESTS, TINY } from "./permission_proofs.ts";
import { ROOT, task } from "./task.ts";

/** Makes what the proofs share, beside each other as they need it. */
async function withFixtures(use: (fixtures: Fixtures) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const archive = ogbZip(
    "proteins",
    proteinsTables(planted({ nodes: 30, degree: 3, tasks: 2, categories: 2 })),
  );
  await using server = serve(archive);
  try {
    const [file, home] = [`${folder}/a.npz`, `${folder}/home`];
    await Deno.writeFile(file, npz(HETEROPHILOUS));
    await Deno.writeFile(`${folder}/a.zip`, archive);
    for (const cache of [`${home}/revgnn`, `${home}/.cache/revgnn`]) {
      await Deno.mkdir(cache, { recursive: true });
      await Deno.writeFile(`${cache}/cora.npz`, npz(HETEROPHILOUS));
    }
    const logits = `${folder}/logits.npy`;
    const graph = await npzGraph(file);
    await writePredictions(logits, zeros(graph.nodes, graph.labels.cols));
    const checkpoint = `${folder}/x.safetensors`;
    const proxy = new URL(server.url).origin;
    await use({ npz: file, archive: `${folder}/a.zip`, checkpoint, logits, home, proxy });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether a call says, with its permissions or with one less, what it is to say. */
async function shows(name: PermittedTask, proof: Proof, less?: Permission) {
  const scratch = await Deno.makeTempDir();
  const put = (text: string) => text.replaceAll(SCRATCH, scratch);
  try {
    if (name === "readme") await copyMeasured(scratch);
    const call = {
      ...proof,
      args: proof.args.map(put),
      env: Object.fromEntries(
        Object.entries(proof.env ?? {}).map(([key, value]) => [key, put(value)]),
      ),
      cwd: proof.here ? ROOT.pathname : scratch,
    };
    const text = await said(name, call, less) +
      (proof.file ? await Deno.readTextFile(put(proof.file)).catch(() => "") : "");
    const { says } = proof;
    return { shown: typeof says === "string" ? text.includes(put(says)) : says.test(text), text };
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** The README and its rows. */
async function copyMeasured(to: string): Promise<void> {
  await Deno.copyFile("README.md", `${to}/README.md`);
  const rows = "reports/measured/llvmpipe/small/rows";
  await Deno.mkdir(`${to}/${rows}`, { recursive: true });
  for await (const { name } of Deno.readDir(rows)) {
    await Deno.copyFile(`${rows}/${name}`, `${to}/${rows}/${name}`);
  }
}

Deno.test("every task asks nobody for more permissions, and imports nothing from other hosts", () => {
  for (const name of PERMITTED_TASKS) {
    const words = commandOf(name);
    assert(words.includes("--no-prompt") && words.includes("--no-remote"), name);
    assert(
      !words.some((word) => /^(-A|--allow-all|--allow-(env|run|net|sys|import))$/.test(word)),
      name,
    );
    // A library's name in a permission is a path to Deno, and no site's MPI is at the same one.
    assertEquals(words.some((word) => word.startsWith("--allow-ffi")), name.endsWith("-mpi"));
  }
  assertEquals(
    PERMITTED_TASKS.filter((name) => name !== "test").sort(),
    Object.keys(PROOFS).sort(),
  );
});

for (const [name, proofsOf] of Object.entries(PROOFS) as [PermittedTask, typeof PROOFS[string]][]) {
  Deno.test(`${name} does with one permission less not what it does with all`, async () => {
    await withFixtures(async (fixtures) => {
      if (name === "evaluate") {
        const parts = ["--parts", "2", "--save", fixtures.checkpoint];
        const { code, err } = await task("train", [...TINY, "--dataset", fixtures.npz, ...parts]);
        assertEquals(code, 0, err);
      }
      const proofs = proofsOf(fixtures);
      const permissions = permissionsOf(name);
      assertEquals(Object.keys(proofs).sort(), permissions.map(({ name }) => name).sort());
      const known = new Map<Proof, ReturnType<typeof shows>>();
      for (const permission of permissions) {
        const proof = proofs[permission.name]!;
        if (!known.has(proof)) known.set(proof, shows(name, proof));
        const [all, less] = await Promise.all([known.get(proof)!, shows(name, proof, permission)]);
        assert(all.shown, `${name} does not say ${proof.says}: ${all.text}`);
        assert(!less.shown, `${name} needs no ${permission.name}: ${less.text}`);
      }
    });
  });
}

Deno.test("test runs with one permission less not as this test runs with all", async () => {
  const permissions = permissionsOf("test");
  assertEquals(Object.keys(TESTS).sort(), permissions.map(({ name }) => name).sort());
  for (const permission of permissions) {
    const [kind, value] = permission.name.split(" ");
    const refusal = `Requires ${kind} access to ${value === undefined ? "" : `"${value}`}`;
    const { file } = TESTS[permission.name]!;
    const args = ["--no-check", `${ROOT.pathname}tests/${file}`];
    const text = await said("test", { args }, permission);
    assert(text.includes(refusal) && text.endsWith("exit code 1"), `${permission.name}: ${text}`);
  }
});
