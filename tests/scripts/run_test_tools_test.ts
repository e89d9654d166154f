/** What `run` installs for the tests alone, on imagined machines: a browser, librsvg, two MPIs and Slurm. */
import { assert, assertEquals } from "../assert.ts";
import { assertSentence, Machine, READY, SLURM } from "./machine.ts";

Deno.test("run installs a browser for the tests, and for no other task", async () => {
  const adapter = { adapter: "" };
  for (const task of ["test", "ok"]) {
    await using machine = await Machine.make({ ...READY, chromium: "" }, adapter);
    assertEquals((await machine.run("train")).code, 0);
    assertEquals(await machine.read("calls"), "deno install\n");
    const { code, stderr } = await machine.run(task);
    assertEquals(code, 0);
    assertSentence(stderr, "installing chromium through apt, because there is no browser");
    const calls = await machine.read("calls");
    assert(calls.trim().endsWith("install chromium"), calls);
    assertEquals((await machine.run(task)).stderr, "");
    assertEquals(await machine.read("calls"), calls);
  }
});

Deno.test("run installs librsvg for the tests where there is a browser already", async () => {
  await using machine = await Machine.make({ ...READY, "rsvg-convert": "" }, { adapter: "" });
  const { code, stderr } = await machine.run("test");
  assertEquals(code, 0);
  assertSentence(stderr, "installing librsvg2-bin through apt, because there is no rsvg-convert");
  const calls = await machine.read("calls");
  assert(calls.includes("install librsvg2-bin") && !calls.includes("chromium"), calls);
  assertEquals((await machine.run("test")).stderr, "");
});

Deno.test("run takes a browser of any of its names", async () => {
  for (const name of ["chromium-browser", "google-chrome"]) {
    await using machine = await Machine.make({ ...READY, chromium: "", [name]: "exit" }, {
      adapter: "",
    });
    assertEquals((await machine.run("test")).code, 0);
    assertEquals(await machine.read("calls"), "deno install\n");
  }
});

Deno.test("run without root prints the one command that installs a browser", async () => {
  const user = { ...READY, chromium: "", id: "echo 1000", sudo: "exit 1" };
  await using machine = await Machine.make(user, { adapter: "" });
  const { code, stderr } = await machine.run("test");
  const sentence = "there is no browser for the tests, and only root may install one: type this, " +
    "then call ./run again";
  const script = `'${machine.root}/a project/run'`;
  assertEquals([code, stderr], [1, `run: ${sentence}\n  sudo ${script} --browser\n`]);
  assertEquals((await machine.run("--browser")).code, 1);
  assert(!(await machine.read("calls")).includes("chromium"));

  await machine.write("bin/id", "#!/bin/sh\necho 0\n"); // the command, typed by root
  assertEquals((await machine.run("--browser")).code, 0);
  assert((await machine.read("calls")).includes("install chromium"));
});

Deno.test("run installs the MPIs that are missing for the tests, and for no other task", async () => {
  await using machine = await Machine.make({ ...READY, "mpirun.openmpi": "" }, { adapter: "" });
  assertEquals((await machine.run("train-mpi")).code, 0);
  assertEquals(await machine.read("calls"), "deno install\n");
  const { code, stderr } = await machine.run("test");
  assertEquals(code, 0);
  assertSentence(stderr, "installing openmpi-bin through apt, because the tests train by several");
  const calls = await machine.read("calls");
  assert(calls.includes("install openmpi-bin") && !calls.includes("mpich"), calls);
  assertEquals((await machine.run("test")).stderr, "");
});

Deno.test("run installs Slurm for the tests where any of its programs is missing", async () => {
  for (const name of Object.keys(SLURM)) {
    await using machine = await Machine.make({ ...READY, [name]: "" }, { adapter: "" });
    assertEquals((await machine.run("train")).code, 0);
    assertEquals(await machine.read("calls"), "deno install\n");
    const { code, stderr } = await machine.run("test");
    assertEquals(code, 0);
    assertSentence(stderr, "installing slurm-wlm and munge through apt, because there is no Slurm");
    assert((await machine.read("calls")).trim().endsWith("install slurm-wlm munge"));
    assertEquals((await machine.run("test")).stderr, "");
  }
});

Deno.test("run without root prints the one command that installs Slurm", async () => {
  const user = { ...READY, munged: "", id: "echo 1000", sudo: "exit 1" };
  await using machine = await Machine.make(user, { adapter: "" });
  const { code, stderr } = await machine.run("test");
  const sentence = "there is no Slurm for the tests, and only root may install one: type this, " +
    "then call ./run again";
  const script = `'${machine.root}/a project/run'`;
  assertEquals([code, stderr], [1, `run: ${sentence}\n  sudo ${script} --cluster\n`]);
  assertEquals((await machine.run("--cluster")).stderr, "run: only root may install Slurm\n");
});
