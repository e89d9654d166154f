/** Opens an MPI library, and the few of its functions that training calls. */
import { type Handle, MPI_INTERFACES, type MpiInterface } from "./mpi_libraries.ts";

type Array = Uint8Array | Int32Array | BigUint64Array;

/** The functions that are called; each returns 0, or the code of an error. */
export interface MpiFunctions {
  MPI_Init(argc: null, argv: null): number;
  MPI_Comm_set_errhandler(comm: Handle, handler: Handle): number;
  MPI_Comm_rank(comm: Handle, rank: Array): number;
  MPI_Comm_size(comm: Handle, size: Array): number;
  MPI_Ibarrier(comm: Handle, request: Array): number;
  MPI_Test(request: Array, flag: Array, status: Array): number;
  MPI_Iallgatherv(
    send: Array,
    count: number,
    sendType: Handle,
    receive: Array,
    counts: Array,
    displacements: Array,
    receiveType: Handle,
    comm: Handle,
    request: Array,
  ): number;
  MPI_Ialltoallv(
    send: Array,
    counts: Array,
    displacements: Array,
    sendType: Handle,
    receive: Array,
    receiveCounts: Array,
    receiveDisplacements: Array,
    receiveType: Handle,
    comm: Handle,
    request: Array,
  ): number;
  MPI_Abort(comm: Handle, code: number): number;
  MPI_Error_string(code: number, text: Array, length: Array): number;
  MPI_Finalize(): number;
}

/** An open library. */
export interface MpiLibrary {
  readonly name: string;
  readonly file: string;
  readonly call: MpiFunctions;
  readonly world: Handle;
  readonly byte: Handle;
  readonly errorsReturn: Handle;
}

/** The types of the functions' parameters, where a handle is of this type. */
function symbolsOf(handle: MpiInterface["handle"]) {
  const returning = (...parameters: Deno.NativeType[]) => ({ parameters, result: "i32" } as const);
  return {
    MPI_Init: returning("pointer", "pointer"),
    MPI_Comm_set_errhandler: returning(handle, handle),
    MPI_Comm_rank: returning(handle, "buffer"),
    MPI_Comm_size: returning(handle, "buffer"),
    MPI_Ibarrier: returning(handle, "buffer"),
    MPI_Test: returning("buffer", "buffer", "buffer"),
    MPI_Iallgatherv: returning(
      ...([
        "buffer",
        "i32",
        handle,
        "buffer",
        "buffer",
        "buffer",
        handle,
        handle,
        "buffer",
      ] as const),
    ),
    MPI_Ialltoallv: returning(
      ...(["buffer", "buffer", "buffer", handle, "buffer", "buffer", "buffer"] as const),
      ...([handle, handle, "buffer"] as const),
    ),
    MPI_Abort: returning(handle, "i32"),
    MPI_Error_string: returning("i32", "buffer", "buffer"),
    MPI_Finalize: returning(),
  };
}

/**
 * Opens the library of the launcher that has started this process, or the first that is found where none
 * has. Throws a sentence where there is no library.
 */
export function openMpiLibrary(launched: (variable: string) => string | undefined): MpiLibrary {
  const isLaunched = ({ launched: by }: MpiInterface) => by !== undefined && Boolean(launched(by));
  const started = MPI_INTERFACES.filter(isLaunched);
  const order = [...started, ...MPI_INTERFACES.filter((one) => !isLaunched(one))];
  for (const one of order) {
    for (const file of one.files) {
      const library = opened(one, file);
      if (library !== undefined) return library;
    }
  }
  const files = MPI_INTERFACES.map(({ files }) => files[0]).join(", ");
  throw new Error(
    `Cannot train with other processes: none of MPI's libraries is found (${files}), install ` +
      "MPICH or Open MPI, or name the library's folder in LD_LIBRARY_PATH",
  );
}

function opened(one: MpiInterface, file: string): MpiLibrary | undefined {
  const { name, handle, world, byte, errorsReturn } = one;
  const constants = { world, byte, errorsReturn };
  const statics = Object.values(constants)
    .filter((value) => typeof value === "string")
    .map((symbol) => [symbol, { type: "pointer" }] as const);
  let symbols: Record<string, unknown>;
  try {
    ({ symbols } = Deno.dlopen(file, { ...symbolsOf(handle), ...Object.fromEntries(statics) }));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined; // it is not there, or is no MPI of this interface
  }
  const of = (value: number | string): Handle => {
    if (typeof value === "string") return symbols[value] as Deno.PointerObject;
    return handle === "i32" ? value : Deno.UnsafePointer.create(BigInt(value));
  };
  const handles = { world: of(world), byte: of(byte), errorsReturn: of(errorsReturn) };
  return { name, file, call: symbols as unknown as MpiFunctions, ...handles };
}
