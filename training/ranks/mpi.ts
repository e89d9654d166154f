/**
 * The processes that mpirun or srun has started, by MPI. All its calls return at once, and what they began
 * is looked after until it is done: a rank that waits leaves its core to others, and hears signals.
 */
import { addInOrder } from "./add_in_order.ts";
import { type MpiLibrary, openMpiLibrary } from "./mpi_calls.ts";
import type { Ranks } from "./ranks.ts";

/** Milliseconds of rest between two looks. */
const REST = 1;
/** Milliseconds of a look that waits for others: one call. */
const WAITS = 0;
/** Milliseconds of a look at what all are there for: MPI moves bytes only while it is called. */
const HELPS = 50;
/**
 * Milliseconds that are waited on after a SIGTERM: some launchers send it to the others when a process has
 * ended, and kill them a second later.
 */
const GRACE = 500;
/** Most values that are exchanged at once: counts of bytes are 32-bit numbers. */
const MOST_VALUES = 2 ** 28;

/** The variables in which launchers tell MPI of the processes: its own, Slurm's by PMI or by PMIx. */
const TOLD = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"];

/** Thrown where others are waited for that may have ended. */
export class LeftError extends Error {
  override name = "LeftError";

  constructor() {
    super(
      "Cannot go on: SIGTERM came while the other processes were waited for, as one of them has ended " +
        "or all are to end; with --resume the same call goes on from the last state",
    );
  }
}

/** Bytes of each rank: how many, and where they begin. */
interface Shares {
  readonly counts: Uint8Array;
  readonly displacements: Uint8Array;
  readonly first: readonly number[];
  readonly total: number;
}

/** This process among those of its launcher. */
export class Mpi implements Ranks {
  readonly rank: number;
  readonly size: number;
  readonly #library: MpiLibrary;
  #seconds = 0;
  /** Memory that MPI still reads or writes: nothing else may know of it. */
  #held: readonly Uint8Array[] = [];
  /** When a SIGTERM came, if one did. */
  #terminated = Infinity;

  private constructor(library: MpiLibrary, rank: number, size: number) {
    this.#library = library;
    this.rank = rank;
    this.size = size;
    Deno.addSignalListener("SIGTERM", () => this.#terminated = performance.now());
  }

  /**
   * Joins the processes that were started together; `variable` reads one of the environment. Throws a
   * sentence where there is no MPI, or where it does not know of the others.
   */
  static open(variable: (name: string) => string | undefined): Mpi {
    const started = startedOf(variable);
    if (started > 1 && !TOLD.some((name) => variable(name))) {
      throw new Error(
        `Cannot train with ${started} processes: srun has not told MPI of them, use srun --mpi=pmi2 ` +
          "for MPICH or srun --mpi=pmix for Open MPI",
      );
    }
    const library = openMpiLibrary(variable);
    const { call, world, errorsReturn, name, file } = library;
    const number = (ask: (into: Int32Array) => number) => {
      const into = new Int32Array(1);
      check(library, ask(into));
      return into[0]!;
    };
    check(library, call.MPI_Init(null, null));
    check(library, call.MPI_Comm_set_errhandler(world, errorsReturn));
    const rank = number((into) => call.MPI_Comm_rank(world, into));
    const size = number((into) => call.MPI_Comm_size(world, into));
    if (size === 1 && started > 1) {
      call.MPI_Finalize();
      throw new Error(
        `Cannot train with ${started} processes: ${name} (${file}) knows of 1, start them by its ` +
          "own mpirun, or by srun with the --mpi that it was built for",
      );
    }
    return new Mpi(library, rank, size);
  }

  get seconds(): number {
    return this.#seconds;
  }

  async sum(values: Float32Array, start?: Float32Array): Promise<Float32Array> {
    const all = new Float32Array(values.length);
    await this.#timed(async () => {
      await this.#meet();
      for (let first = 0; first < values.length; first += MOST_VALUES) {
        const end = Math.min(values.length, first + MOST_VALUES);
        const piece = (of: Float32Array) => of.subarray(first, end);
        await this.#sumPiece(piece(values), start && piece(start), piece(all));
      }
    });
    return all;
  }

  async gather(bytes: Uint8Array): Promise<Uint8Array[]> {
    return await this.#timed(async () => {
      const lengths = new Int32Array(this.size);
      const equal = sharesOf(Array.from(lengths, () => 4));
      await this.#allgather(Int32Array.of(bytes.length), lengths, equal, WAITS);
      const shares = sharesOf(Array.from(lengths));
      const all = new Uint8Array(shares.total);
      await this.#allgather(bytes, all, shares, HELPS);
      return shares.first.map((begin, rank) => all.subarray(begin, begin + lengths[rank]!));
    });
  }

  async barrier(): Promise<void> {
    await this.#timed(() => this.#meet());
  }

  /** Ends all ranks with an exit code; this one too. */
  abort(code: number): never {
    this.#library.call.MPI_Abort(this.#library.world, code);
    Deno.exit(code);
  }

  /** Leaves the others in good order, and ends this process: Open MPI lets nothing more be done in it. */
  exit(code: number): never {
    this.#library.call.MPI_Finalize();
    Deno.exit(code);
  }

  /**
   * Each rank adds up a share of the values, of which it gets every rank's; then all get all shares. So no
   * rank receives more than twice what it has, however many they are.
   */
  async #sumPiece(
    values: Float32Array,
    start: Float32Array | undefined,
    all: Float32Array,
  ): Promise<void> {
    const { call, byte, world } = this.#library;
    const begins = Array.from(
      { length: this.size + 1 },
      (_, rank) => Math.floor(rank * values.length / this.size),
    );
    const sizes = begins.slice(1).map((end, rank) => 4 * (end - begins[rank]!));
    const [first, own] = [begins[this.rank]!, sizes[this.rank]! / 4];
    const [shares, ofEach] = [sharesOf(sizes), sharesOf(sizes.map(() => 4 * own))];
    const received = new Float32Array(this.size * own);
    const [send, receive] = [bytesOf(values), bytesOf(received)];
    const { counts, displacements } = shares;
    const held = [send, receive, counts, displacements, ofEach.counts, ofEach.displacements];
    await this.#done(HELPS, held, (request) =>
      call.MPI_Ialltoallv(
        ...[send, counts, displacements, byte] as const,
        ...[receive, ofEach.counts, ofEach.displacements, byte, world, request] as const,
      ));
    const total = start?.slice(first, first + own) ?? new Float32Array(own);
    for (let rank = 0; rank < this.size; rank++) {
      addInOrder(total, received.subarray(rank * own, (rank + 1) * own));
    }
    await this.#allgather(total, all, shares, HELPS);
  }

  async #allgather<T extends Uint8Array | Int32Array | Float32Array>(
    own: T,
    all: T,
    { counts, displacements }: Shares,
    look: number,
  ): Promise<void> {
    const { call, byte, world } = this.#library;
    const [send, receive] = [bytesOf(own), bytesOf(all)];
    await this.#done(
      look,
      [send, receive, counts, displacements],
      (request) =>
        call.MPI_Iallgatherv(
          ...[send, send.length, byte] as const,
          ...[receive, counts, displacements, byte, world, request] as const,
        ),
    );
  }

  /** Waits until all ranks are here. */
  async #meet(): Promise<void> {
    const { call, world } = this.#library;
    await this.#done(WAITS, [], (request) => call.MPI_Ibarrier(world, request));
  }

  async #timed<T>(act: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await act();
    } finally {
      this.#seconds += (performance.now() - begun) / 1000;
    }
  }

  /** Begins something and looks after it until it is done; what MPI reads and writes is held until then. */
  async #done(
    look: number,
    held: readonly Uint8Array[],
    begin: (request: Uint8Array) => number,
  ): Promise<void> {
    const library = this.#library;
    const [request, flag, status] = [8, 4, 64].map((bytes) =>
      new Uint8Array(new ArrayBuffer(bytes))
    );
    this.#held = held;
    check(library, begin(request!));
    while (true) {
      const begun = performance.now();
      do {
        check(library, library.call.MPI_Test(request!, flag!, status!));
        if (flag![0] !== 0) return;
      } while (performance.now() - begun < look);
      if (performance.now() - this.#terminated > GRACE) throw new LeftError();
      await new Promise((looked) => setTimeout(looked, REST));
    }
  }
}

/** Throws a sentence with MPI's own words where a call has failed. */
function check({ call }: MpiLibrary, code: number): void {
  if (code === 0) return;
  const [text, length] = [new Uint8Array(8192), new Int32Array(1)];
  call.MPI_Error_string(code, text, length);
  const words = new TextDecoder().decode(text.subarray(0, length[0])).replace(/\s+/g, " ");
  throw new Error(`Cannot go on with the other processes: ${words}`);
}

/** An array's bytes where they stay: a short array's own may move until its buffer is asked for. */
function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array | Float32Array) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function sharesOf(sizes: readonly number[]): Shares {
  let total = 0;
  const first = sizes.map((size) => (total += size) - size);
  const numbers = (of: readonly number[]) => bytesOf(Int32Array.from(of));
  return { counts: numbers(sizes), displacements: numbers(first), first, total };
}

/** How many processes a launcher says that it has started; 1 where none says anything. */
function startedOf(variable: (name: string) => string | undefined): number {
  const names = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"];
  return Math.max(1, ...names.map((name) => Number(variable(name) ?? 1)));
}
