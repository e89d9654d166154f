/** A Slurm of this one machine, as a test starts it: munged, slurmctld and slurmd, in a folder of its own. */

/** What a cluster's folder holds besides, and where its daemons say what they do. */
const FOLDERS = ["munge", "state", "spool"];

/** Any user starts it, and is its administrator; nothing is tracked or confined that needs root or systemd. */
const CONFIGURATION = `
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=PORT1
SlurmdPort=PORT2
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=batch_sched_delay=0,sched_interval=1
KillWait=5
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=8000
PartitionName=all Nodes=ALL Default=YES State=UP
`;

/** The daemons end with the test, however that ends: they live as long as the script's input is open. */
const START = `
set -eu
PATH=$PATH:/usr/sbin
folder=$0 host=$(uname -n | cut -d. -f1) user=$(id -un)
cat >"$folder/slurm.conf" <<END
${CONFIGURATION}
END
export SLURM_CONF="$folder/slurm.conf"
head -c 1024 /dev/urandom >"$folder/munge/key"
chmod 400 "$folder/munge/key"
munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \\
  --pid-file="$folder/munge/pid" --seed-file="$folder/munge/seed" \\
  --log-file="$folder/munge/log" >"$folder/munged.log" 2>&1 &
daemons=$!
trap 'kill $daemons 2>/dev/null; wait' EXIT
until [ -S "$folder/munge/socket" ]; do sleep 0.05; kill -0 "$daemons" 2>/dev/null; done
slurmctld -D >"$folder/slurmctld.log" 2>&1 &
daemons="$! $daemons"
slurmd -D >"$folder/slurmd.log" 2>&1 &
daemons="$! $daemons"
until sinfo --noheader --format=%T 2>/dev/null | grep -q idle; do
  for daemon in $daemons; do kill -0 "$daemon" 2>/dev/null; done
  sleep 0.1
done
echo up
cat
scancel --user="$user" || true
`;

/** The daemons, until they are disposed of. */
export class Cluster implements AsyncDisposable {
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;

  private constructor(folder: string, child: Deno.ChildProcess) {
    this.#folder = folder;
    this.#child = child;
  }

  /** Starts them, and waits until they take jobs. */
  static async start(folder: string): Promise<Cluster> {
    for (const name of FOLDERS) await Deno.mkdir(`${folder}/${name}`, { recursive: true });
    await Deno.chmod(`${folder}/munge`, 0o711);
    const script = START.replace("PORT1", `${freePort()}`).replace("PORT2", `${freePort()}`);
    const child = new Deno.Command("sh", {
      args: ["-c", script, folder],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.getReader();
    const { done } = await reader.read();
    reader.releaseLock();
    if (!done) return new Cluster(folder, child);
    await child.output();
    throw new Error(
      `Cannot start a Slurm here: ./run --cluster installs it${await logsIn(folder)}`,
    );
  }

  /** What a shell command says that may call Slurm's programs; throws where it fails. */
  async sh(command: string): Promise<string> {
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", command],
      env: { SLURM_CONF: `${this.#folder}/slurm.conf` },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${out}${err}`);
    return out!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close();
    await this.#child.output();
  }
}

/** A port that nobody listens to. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The last words of the daemons. */
async function logsIn(folder: string): Promise<string> {
  const logs = ["munged", "slurmctld", "slurmd"].map(async (name) => {
    const text = await Deno.readTextFile(`${folder}/${name}.log`).catch(() => "");
    return `\n${name}: ${text.trim().split("\n").slice(-3).join("\n")}`;
  });
  return (await Promise.all(logs)).join("");
}
