/** Imagined machines, whose whole PATH is a folder of stand-ins for deno, npm, apt-get, … */
import { assert } from "../assert.ts";

const TOOLS = "awk cat chmod cmp cp dirname grep head mkdir mktemp readlink rm sed sh";

/** Each call that changes the machine is a line of `calls`; the driver is the file `adapter`. */
export const DENO = `
case $1 in
--version) echo "deno $(cat "$0.version") (stable, release, x86_64-unknown-linux-gnu)" ;;
eval) [ -f "$MACHINE/adapter" ] ;;
install) echo "deno install" >>"$MACHINE/calls"; mkdir -p node_modules ;;
task) printf '<%s>' "$@"; [ -z "\${TELL-}" ] || printf '%s in %s' "$INIT_CWD" "$PWD" ;;
esac`;
/** The same where there is an adapter. */
export const WITH_ADAPTER = `[ "$1" != eval ] || exit 0\n${DENO}`;
const NPM = `
echo "npm $*" >>"$MACHINE/calls"
case $* in *webgpu@*)
  mkdir -p .deno/dawn/node_modules/webgpu
  echo '  "version": "0.6.2",' >.deno/dawn/node_modules/webgpu/package.json
  exit ;;
esac
for folder in .deno/node_modules/deno .deno/node_modules/.bin; do
  mkdir -p $folder
  cp "$MACHINE/deno" $folder/deno
  echo 2.9.6 >$folder/deno.version
done`;
export const APT_GET = `
echo "apt-get $*" >>"$MACHINE/calls"
for argument in "$@"; do
  case $argument in
  Dir::Etc::sourceparts=*) cat "\${argument#*=}"/backports-here.* >"$MACHINE/added" 2>/dev/null ;;
  update) exit 100 ;; # as after one dead source among several
  mesa-vulkan-drivers) : >"$MACHINE/adapter" ;;
  chromium) printf '#!/bin/sh\\n' >"$MACHINE/bin/chromium"; chmod 755 "$MACHINE/bin/chromium" ;;
  librsvg2-bin) cp "$MACHINE/bin/id" "$MACHINE/bin/rsvg-convert" ;;
  mpich) cp "$MACHINE/bin/id" "$MACHINE/bin/mpirun.mpich" ;;
  openmpi-bin) cp "$MACHINE/bin/id" "$MACHINE/bin/mpirun.openmpi" ;;
  slurm-wlm) cp "$MACHINE/bin/id" "$MACHINE/bin/sbatch"; mkdir -p "$MACHINE/sbin"
    for name in slurmctld slurmd; do cp "$MACHINE/bin/id" "$MACHINE/sbin/$name"; done ;;
  munge) mkdir -p "$MACHINE/sbin"; cp "$MACHINE/bin/id" "$MACHINE/sbin/munged" ;;
  esac
done`;
export const BARE = {
  npm: NPM,
  "apt-get": APT_GET,
  "apt-config": `echo "list='$MACHINE/sources.list' parts='$MACHINE/sources.list.d/'"`,
  "dpkg-query": `[ -f "$MACHINE/adapter" ] && printf 25.0.7`,
  id: `echo 0`,
};
/** What tests share runs out with. */
export const SLURM = { sbatch: "exit", slurmctld: "exit", slurmd: "exit", munged: "exit" };
export const READY = {
  ...{ ...BARE, ...SLURM, deno: DENO, chromium: "exit", "rsvg-convert": "exit" },
  ...{ "mpirun.mpich": "exit", "mpirun.openmpi": "exit" },
};
/** A machine with these commands (none where the text is empty), apt sources by file name, and this project in `a project`. */
export class Machine implements AsyncDisposable {
  private constructor(readonly root: string) {}

  static async make(
    commands: Record<string, string>,
    sources: Record<string, string> = {},
  ): Promise<Machine> {
    const machine = new Machine(await Deno.makeTempDir());
    for (const folder of ["bin", "sources.list.d", "a project"]) {
      await Deno.mkdir(`${machine.root}/${folder}`);
    }
    const found = await output("sh", ["-c", `for tool in ${TOOLS}; do command -v $tool; done`]);
    for (const path of found.stdout.trim().split("\n")) {
      await Deno.symlink(path, `${machine.root}/bin/${path.split("/").pop()}`);
    }
    for (const [name, text] of Object.entries(commands)) {
      if (text !== "") await machine.write(`bin/${name}`, `#!/bin/sh\n${text}\n`);
    }
    for (const [name, text] of Object.entries(sources)) await machine.write(name, text);
    await machine.write("deno", `#!/bin/sh\n${DENO}\n`);
    await machine.write("bin/deno.version", "2.9.6");
    await machine.write("os-release", "ID=debian\nVERSION_CODENAME=bookworm\n");
    await Deno.mkdir(`${machine.root}/a project/tests`);
    for (const name of ["run", "tests/tools.sh"]) {
      const script = await Deno.readTextFile(name);
      const own = ["/etc/os-release", "/usr/sbin"].reduce(
        (text, path) => text.replaceAll(path, path.replace(/.*\//, "$$MACHINE/")),
        script,
      );
      await machine.write(`a project/${name}`, own);
    }
    for (const file of ["deno.json", "deno.lock"]) {
      await Deno.copyFile(file, `${machine.root}/a project/${file}`);
    }
    return machine;
  }

  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.root}/${name}`, text, { mode: 0o755 });
  }

  async read(name: string): Promise<string> {
    return await Deno.readTextFile(`${this.root}/${name}`).catch(() => "");
  }

  run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const bare = 'exec env -i MACHINE="$0" PATH="$0/bin" "$0/a project/run" "$@"';
    return output("sh", ["-c", bare, this.root, ...args], this.root);
  }

  /** The same of a copy of the script, from a folder, with more in the environment. */
  runCopy(copy: string, from: string, env: string[]) {
    const call = 'cd "$1"; shift; exec env -i MACHINE="$0" PATH="$0/bin" TELL=1 "$@"';
    const args = [...env, `${this.root}/${copy}`, "train", "--layers", "28"];
    return output("sh", ["-c", call, this.root, from, ...args]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

async function output(command: string, args: string[], cwd = ".") {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** That standard error has this sentence of the script. */
export function assertSentence(stderr: string, sentence: string): void {
  assert(stderr.includes(`run: ${sentence}`), stderr);
}
