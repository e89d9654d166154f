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
