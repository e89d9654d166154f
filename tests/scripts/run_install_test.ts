/** `run` on imagined machines: what it installs there, and what it says where it cannot. */
import { assert, assertEquals } from "../assert.ts";
import { APT_GET, assertSentence, BARE, DENO, Machine, READY, WITH_ADAPTER } from "./machine.ts";

const ONE_LINE = `
# deb http://old.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [signed-by=/keys/own.gpg arch=amd64] http://mirror.example/debian bookworm main contrib
deb http://mirror.example/security bookworm-security main
deb http://other.example/apt bookworm stable
`;
const DEB822 = `Types: deb
URIs: http://one.example/debian http://two.example/debian
Suites: bookworm bookworm-updates
Components: contrib main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----

# security
Types: deb
URIs: http://one.example/security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;

Deno.test("run on a bare machine installs all, and nothing the second time", async () => {
  await using machine = await Machine.make(BARE, { "sources.list": ONE_LINE });
  const first = await machine.run("test");
  assertEquals([first.code, first.stdout], [0, "<task><test>"]);
  assertEquals(first.stderr.trim().split("\n").map((line) => line.split(" ", 3).join(" ")), [
    "run: installing Deno",
    "run: installing mesa-vulkan-drivers",
    "run: installed mesa-vulkan-drivers",
    "run: installing chromium",
    "run: installing librsvg2-bin",
    "run: installing mpich",
    "run: installing slurm-wlm",
    "run: fetching the",
  ]);
  const calls = await machine.read("calls");
  assert(calls.includes("deno@2.9.6"), calls);
  assert(calls.includes("install -t bookworm-backports mesa-vulkan-drivers libvulkan1"), calls);

  const second = await machine.run("test");
  assertEquals(second, { code: 0, stdout: "<task><test>", stderr: "" });
  assertEquals(await machine.read("calls"), calls);
});

Deno.test("run takes the pinned Deno where the PATH has another version", async () => {
  await using machine = await Machine.make(READY, { adapter: "" });
  await machine.write("bin/deno.version", "2.9.60");
  assertEquals((await machine.run("test")).stdout, "<task><test>");
  assert((await machine.read("calls")).includes("deno@2.9.6"));
});

Deno.test("run finds backports beside the machine's own one-line source", async () => {
  await using machine = await Machine.make(READY, { "sources.list.d/own.list": ONE_LINE });
  assertEquals((await machine.run("test")).code, 0);
  assertEquals(
    await machine.read("added"),
    "deb [signed-by=/keys/own.gpg arch=amd64] http://mirror.example/debian " +
      "bookworm-backports main contrib\n",
  );
});

Deno.test("run finds backports beside the machine's own deb822 source", async () => {
  await using machine = await Machine.make(READY, { "sources.list.d/debian.sources": DEB822 });
  assertEquals((await machine.run("test")).code, 0);
  const own = DEB822.split("\n\n")[0] ?? "";
  assertEquals(
    (await machine.read("added")).trim(),
    own.replace("bookworm bookworm-updates", "bookworm-backports"),
  );
});

Deno.test("run adds no source where the machine has backports already", async () => {
  const line = "deb http://mirror.example/debian bookworm-backports main\n";
  await using machine = await Machine.make(READY, {
    "sources.list": ONE_LINE,
    "sources.list.d/backports.list": line,
  });
  const { stderr } = await machine.run("test");
  assertEquals(await machine.read("added"), "");
  assertSentence(stderr, "installed mesa-vulkan-drivers 25.0.7 of bookworm-backports");
});

Deno.test("run falls back on the release's own driver", async () => {
  const withoutBackports = `case $* in *" -t "*) exit 100 ;; esac\n${APT_GET}`;
  await using machine = await Machine.make({ ...READY, "apt-get": withoutBackports });
  const { code, stderr } = await machine.run("test");
  assertEquals(code, 0);
  assertSentence(
    stderr,
    "installed mesa-vulkan-drivers 25.0.7; no faster one of bookworm-backports",
  );
});

Deno.test("run without root prints the one command to type", async () => {
  const user = { ...READY, id: "echo 1000" };
  await using machine = await Machine.make({ ...user, sudo: "exit 1" });
  const { code, stderr } = await machine.run("test");
  const script = `'${machine.root}/a project/run'`;
  const sentence =
    "there is no Vulkan driver, and only root may install one: type this, then call " +
    "./run again";
  assertEquals([code, stderr], [1, `run: ${sentence}\n  sudo ${script} --driver\n`]);
  await Deno.remove(`${machine.root}/bin/sudo`);
  assertEquals((await machine.run("test")).stderr.split("\n")[1], `  su -c "${script} --driver"`);
  assertEquals(await machine.read("calls"), "");

  await machine.write("bin/id", "#!/bin/sh\necho 0\n"); // the command, typed by root
  assertEquals((await machine.run("--driver")).code, 0);
  assert((await machine.read("calls")).includes("mesa-vulkan-drivers"));
});

Deno.test("run without root uses sudo where that asks for no password", async () => {
  const id = `[ "\${BY_SUDO-}" ] && echo 0 || echo 1000`;
  const sudo = `shift; [ "$1" = true ] || BY_SUDO=1 "$@"`;
  await using machine = await Machine.make({ ...READY, id, sudo });
  assertEquals((await machine.run("test")).stdout, "<task><test>");
});

const IMPOSSIBLE: { where: string; commands: Record<string, string>; sentence: string }[] = [
  {
    where: "there is no npm",
    commands: { ...BARE, npm: "" },
    sentence: "cannot install Deno 2.9.6: there is no npm, install Node.js with npm first\n",
  },
  {
    where: "npm fails",
    commands: {
      ...BARE,
      npm: `printf 'npm warn x\nnpm error code E1\nnpm error request failed\n' >&2; exit 1`,
    },
    sentence: "npm cannot install Deno 2.9.6: request failed\n",
  },
  {
    where: "npm's Deno does not run",
    commands: {
      ...BARE,
      npm: `
        mkdir -p .deno/node_modules/.bin
        echo 'echo Unsupported; exit 1' >.deno/node_modules/.bin/deno
        chmod 755 .deno/node_modules/.bin/deno`,
    },
    sentence: "npm's Deno 2.9.6 does not run on this machine: Unsupported\n",
  },
  {
    where: "there is no apt-get",
    commands: { ...READY, "apt-get": "" },
    sentence: "there is no Vulkan driver, and no apt-get to install one: install Mesa's Vulkan",
  },
  {
    where: "apt-get fails",
    commands: { ...READY, "apt-get": "echo 'E: Unable to locate package x' >&2; exit 100" },
    sentence: "apt cannot install the Vulkan driver: Unable to locate package x\n",
  },
  {
    where: "the mirror cannot be reached",
    commands: {
      ...READY,
      "apt-get": `
        case $* in
        *update) echo 'W: Failed to fetch index' >&2 ;;
        *) echo 'E: No candidate' >&2; exit 100 ;;
        esac`,
    },
    sentence: "apt cannot install the Vulkan driver: Failed to fetch index\n",
  },
  {
    where: "there is neither a browser nor an apt-get",
    commands: { ...READY, deno: WITH_ADAPTER, chromium: "", "apt-get": "" },
    sentence: "there is no browser for the tests, and no apt-get to install one: install Chromium",
  },
  {
    where: "apt-get has no Chromium",
    commands: {
      ...READY,
      deno: WITH_ADAPTER,
      chromium: "",
      "apt-get": "echo 'E: Unable to locate package chromium' >&2; exit 100",
    },
    sentence: "apt cannot install chromium, so install a browser and name it in CHROME: " +
      "Unable to locate package chromium\n",
  },
  {
    where: "Chromium was installed in vain",
    commands: { ...READY, deno: WITH_ADAPTER, chromium: "", "apt-get": "exit" },
    sentence: "Chromium was installed, yet there is no chromium on the PATH\n",
  },
  {
    where: "there is neither Open MPI nor an apt-get",
    commands: { ...READY, deno: WITH_ADAPTER, "mpirun.openmpi": "", "apt-get": "" },
    sentence: "there is no mpirun.mpich or no mpirun.openmpi for the tests, and no apt-get",
  },
  {
    where: "Open MPI was installed in vain",
    commands: { ...READY, deno: WITH_ADAPTER, "mpirun.openmpi": "", "apt-get": "exit" },
    sentence: "openmpi-bin was installed, yet its mpirun is not on the PATH\n",
  },
  {
    where: "there is a browser, but neither rsvg-convert nor an apt-get",
    commands: { ...READY, deno: WITH_ADAPTER, "rsvg-convert": "", "apt-get": "" },
    sentence:
      "there is no rsvg-convert for the tests, and no apt-get to install one: install librsvg",
  },
  {
    where: "apt-get has no librsvg",
    commands: {
      ...READY,
      deno: WITH_ADAPTER,
      "rsvg-convert": "",
      "apt-get": "echo 'E: Unable to locate package librsvg2-bin' >&2; exit 100",
    },
    sentence: "apt cannot install librsvg2-bin: Unable to locate package librsvg2-bin\n",
  },
  {
    where: "librsvg was installed in vain",
    commands: { ...READY, deno: WITH_ADAPTER, "rsvg-convert": "", "apt-get": "exit" },
    sentence: "librsvg2-bin was installed, yet there is no rsvg-convert on the PATH\n",
  },
  {
    where: "there is neither Slurm nor an apt-get",
    commands: { ...READY, deno: WITH_ADAPTER, sbatch: "", "apt-get": "" },
    sentence: "there is no Slurm for the tests, and no apt-get to install one: install Slurm's",
  },
  {
    where: "apt-get has no Slurm",
    commands: {
      ...READY,
      deno: WITH_ADAPTER,
      slurmd: "",
      "apt-get": "echo 'E: Unable to locate package slurm-wlm' >&2; exit 100",
    },
    sentence: "apt cannot install slurm-wlm and munge: Unable to locate package slurm-wlm\n",
  },
  {
    where: "Slurm was installed in vain",
    commands: { ...READY, deno: WITH_ADAPTER, slurmctld: "", "apt-get": "exit" },
    sentence: "slurm-wlm and munge were installed, yet there is no sbatch, slurmctld, slurmd or",
  },
  {
    where: "an installed driver finds no adapter",
    commands: { ...READY, "dpkg-query": "printf 25.0.7" },
    sentence: "Mesa's Vulkan driver is installed, yet Deno finds no adapter: look at",
  },
  {
    where: "the packages cannot be fetched",
    commands: {
      ...READY,
      deno: `[ "$1" != install ] || { echo 'error: no route' >&2; exit 1; }\n${DENO}`,
      "dpkg-query": "",
    },
    sentence:
      "Deno cannot fetch the packages of deno.lock, which needs the network once: no route\n",
  },
];

for (const { where, commands, sentence } of IMPOSSIBLE) {
  Deno.test(`run ends with a sentence where ${where}`, async () => {
    await using machine = await Machine.make(commands);
    const { code, stdout, stderr } = await machine.run("test");
    assertEquals([code, stdout], [1, ""]);
    assertSentence(stderr, sentence);
  });
}
