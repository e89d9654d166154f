/** The binary interfaces of MPI: what its libraries are called, and what its constants are in each. */

/** A handle as a library takes it: a number, or an address. */
export type Handle = number | Deno.PointerValue;

/** One binary interface. */
export interface MpiInterface {
  readonly name: string;
  /** Names under which the system's loader may find its library. */
  readonly files: readonly string[];
  readonly handle: "i32" | "pointer";
  /** Handles by value, or by the symbol whose address they are. */
  readonly world: number | string;
  readonly byte: number | string;
  readonly errorsReturn: number | string;
  /** The variable in which its own launcher tells the number of processes. */
  readonly launched: string | undefined;
}

/**
 * MPICH's is also that of Intel MPI, MVAPICH and Cray MPICH; the standard one came with MPI 5, and was tried
 * with no library yet.
 */
export const MPI_INTERFACES: readonly MpiInterface[] = [
  {
    name: "Open MPI",
    files: ["libmpi.so.40"],
    handle: "pointer",
    world: "ompi_mpi_comm_world",
    byte: "ompi_mpi_byte",
    errorsReturn: "ompi_mpi_errors_return",
    launched: "OMPI_COMM_WORLD_SIZE",
  },
  {
    name: "MPICH",
    files: ["libmpich.so.12", "libmpi.so.12"],
    handle: "i32",
    world: 0x44000000,
    byte: 0x4c00010d,
    errorsReturn: 0x54000001,
    launched: "PMI_SIZE",
  },
  {
    name: "MPI's standard interface",
    files: ["libmpi_abi.so.0", "libmpi_abi.so"],
    handle: "pointer",
    world: 0x101,
    byte: 0x247,
    errorsReturn: 0x143,
    launched: undefined,
  },
];
