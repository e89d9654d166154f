/** `run` on imagined machines: what it hands over, from which folder. */
import { assert, assertEquals } from "../assert.ts";
import { assertSentence, BARE, Machine, READY } from "./machine.ts";

Deno.test("run on a ready machine installs nothing and hands the arguments over", async () => {
  await using machine = await Machine.make(READY, { adapter: "" });
  await machine.run("report");
  const { code, stdout, stderr } = await machine.run("train", "--layers", "28", "a b");
  assertEquals([code, stdout, stderr], [0, "<task><train><--layers><28><a b>", ""]);
  assertEquals(await machine.read("calls"), "deno install\n");
});

Deno.test("run tells the task which folder it is called from, whatever was told before", async () => {
  await using machine = await Machine.make(READY, { adapter: "" });
  const project = `${machine.root}/a project`;
  await machine.runCopy("a project/run", machine.root, []);
  for (const from of [machine.root, project, `${machine.root}/bin`]) {
    const { code, stdout, stderr } = await machine.runCopy("a project/run", from, [
      "INIT_CWD=/of/another/task",
    ]);
    const told = `<task><train><--layers><28>${from} in ${project}`;
    assertEquals([code, stdout, stderr], [0, told, ""]);
  }
});

Deno.test("run that Slurm has copied finds its project by the folder of the call, or says how to call", async () => {
  await using machine = await Machine.make(READY, { adapter: "" });
  const project = `${machine.root}/a project`;
  for (const folder of ["spool", "a project/data"]) await Deno.mkdir(`${machine.root}/${folder}`);
  await machine.write("spool/slurm_script", await machine.read("a project/run"));
  await machine.runCopy("a project/run", machine.root, []);
  const submit = `SLURM_SUBMIT_DIR=${project}`;
  for (
    const [from, ...env] of [
      [project, submit],
      [project],
      [`${project}/data`],
      [machine.root, submit],
      [machine.root, `${submit}/data`],
    ] as [string, ...string[]][]
  ) {
    const { code, stdout, stderr } = await machine.runCopy("spool/slurm_script", from, env);
    const told = `<task><train><--layers><28>${from} in ${project}`;
    assertEquals([code, stdout, stderr], [0, told, ""]);
  }
  // Another project's deno.json is not ours.
  await machine.write("deno.json", '{ "name": "@other/project" }');
  for (const env of [[], [`SLURM_SUBMIT_DIR=${machine.root}/gone`]]) {
    const lost = await machine.runCopy("spool/slurm_script", machine.root, env);
    assertEquals([lost.code, lost.stdout], [1, ""]);
    assertSentence(lost.stderr, `cannot find the project, as ${machine.root}/spool/slurm_script`);
    assert(lost.stderr.includes("cd PROJECT && sbatch ./run train"), lost.stderr);
    assertEquals(lost.stderr.trim().split("\n").length, 1);
  }
});

Deno.test("run refuses a wrong call before it installs anything", async () => {
  await using machine = await Machine.make(BARE);
  const alone = await machine.run();
  assertEquals([alone.code, alone.stdout], [2, ""]);
  const { tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
  for (const name of Object.keys(tasks)) assert(alone.stderr.includes(`\n  ${name} `), name);
  const unknown = await machine.run("trian");
  assertEquals(unknown.code, 2);
  assertSentence(unknown.stderr, "there is no task trian (./run lists them)\n");
  assertEquals((await machine.run("--help")).stdout, alone.stderr);
  assertEquals(await machine.read("calls"), "");
});

Deno.test("run --implementation dawn fetches Dawn once, and has Deno load it before the task", async () => {
  await using machine = await Machine.make(READY, { adapter: "" });
  await machine.run("report");
  const calls = await machine.read("calls");
  const { tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
  const flags = "--preload=./gpu/dawn.ts --allow-ffi=.deno/dawn";
  const dawn = ["--implementation", "dawn"];
  for (
    const args of [["train", ...dawn, "--layers", "a b"], ["train", "--layers", "a b", ...dawn]]
  ) {
    const { code, stdout } = await machine.run(...args);
    const command = tasks.train.command.replace("deno run", `deno run ${flags}`);
    assertEquals([code, stdout], [0, `<task><--quiet><--eval><${command}><--layers><a b>`]);
  }
  const { stdout } = await machine.run("doctor", "--implementation=dawn");
  assert(
    stdout.includes(` deno run ${flags} `) &&
      stdout.includes("--allow-read=.deno/dawn,node_modules,"),
  );
  const fetched = (await machine.read("calls")).slice(calls.length);
  assertEquals(fetched.split("\n").length, 2, fetched);
  assert(
    fetched.startsWith("npm install --prefix .deno/dawn ") && fetched.endsWith(" webgpu@0.6.2\n"),
  );
});

Deno.test("run refuses another implementation, and a task that has none, before it installs anything", async () => {
  await using machine = await Machine.make(BARE);
  for (
    const args of [["--implementation", "chrome"], ["--implementation"], ["--implementation="]]
  ) {
    const { code, stderr } = await machine.run("train", ...args);
    assertEquals(code, 2);
    assertSentence(stderr, "cannot run train by another implementation of WebGPU than dawn: leave");
  }
  const report = await machine.run("report", "--implementation", "dawn");
  assertEquals(report.code, 2);
  assertSentence(report.stderr, "report uses no GPU, so it takes no --implementation\n");
  assertEquals(await machine.read("calls"), "");
});
