/**
 * Pipelines and bind groups, each made once and found again by what it consists of.
 * A training step that meets the same shapes in the same buffers creates no object at all.
 */
import { WINDOW_ALIGNMENT } from "./adapter.ts";
import type { Buffers } from "./buffers.ts";
import type { Faults } from "./faults.ts";
import {
  type Access,
  BINDING_TYPES,
  isWindow,
  type Kernel,
  ofRows,
  UNIFORM_BYTES,
} from "./kernel.ts";
import { type NumberEntry, NumberKey, NumberMap } from "./number_map.ts";
import type { Tensor } from "./tensor.ts";
import { BLOCK_BYTES } from "./uniforms.ts";

// deno-lint-ignore no-explicit-any
type AnyKernel = Kernel<any, any>;

export interface Pipeline {
  readonly id: number;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** How the buffers are used, in their order. */
  readonly accesses: readonly Access[];
}

function writes(access: Access): boolean {
  return BINDING_TYPES[access] === "storage";
}

/** A bind group, and the memory that it names. */
interface BoundGroup {
  readonly group: GPUBindGroup;
  readonly allocations: readonly number[];
}

/** A constant's value, and its two words. */
const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);

/** In place of an allocation's number. */
const NO_TENSOR = 0xffff_ffff;

/** Bind groups hold 6 kB each; those of a model of a thousand layers are about 25,000. */
const MOST_BIND_GROUPS = 2 ** 16;

/** What is bound of a tensor in place of one that is absent. */
const ABSENT_BYTES = 16;

export class Pipelines {
  readonly #device: GPUDevice;
  readonly #buffers: Buffers;
  readonly #uniforms: GPUBuffer;
  readonly #faults: Faults;
  readonly #pipelines = new NumberMap<Pipeline>();
  /** Numbers of the names of kernels and constants. */
  readonly #names = new Map<string, number>();
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #bindGroups = new NumberMap<BoundGroup>();
  readonly #groupsOfAllocation = new Map<number, Set<NumberEntry<BoundGroup>>>();
  readonly #key = new NumberKey();

  constructor(
    device: GPUDevice,
    buffers: Buffers,
    uniforms: GPUBuffer,
    faults: Faults,
  ) {
    this.#device = device;
    this.#buffers = buffers;
    this.#uniforms = uniforms;
    this.#faults = faults;
  }

  /** The kernel's pipeline for these override constants. */
  pipeline(kernel: AnyKernel, constants: Readonly<Record<string, number>>): Pipeline {
    const key = this.#key.begin();
    key.add(this.#numberOf(kernel.name));
    for (const name in constants) {
      key.add(this.#numberOf(name));
      DOUBLE[0] = constants[name]!;
      key.add(WORDS[0]!);
      key.add(WORDS[1]!);
    }
    const found = this.#pipelines.get(key);
    if (found !== undefined) return found;
    const built = this.#build(kernel, constants);
    this.#pipelines.add(key, built);
    return built;
  }

  #numberOf(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    this.#names.set(name, this.#names.size);
    return this.#names.size - 1;
  }

  /**
   * The bind group of these tensors: windows are placed by dynamic offsets, windows of rows bound where
   * they stand. In place of an absent one goes the beginning of the first that is read, which the kernel
   * leaves alone there.
   */
  bindGroup(
    { id, layout, accesses }: Pipeline,
    label: string,
    tensors: readonly (Tensor | undefined)[],
  ): GPUBindGroup {
    const key = this.#key.begin();
    key.add(id);
    for (let i = 0; i < tensors.length; i++) {
      const tensor = tensors[i];
      key.add(tensor === undefined ? NO_TENSOR : tensor.allocation.id);
      if (tensor === undefined) continue;
      key.add(tensor.boundBytes);
      if (ofRows(accesses[i]!)) key.add(tensor.offset / WINDOW_ALIGNMENT);
    }
    const found = this.#bindGroups.get(key);
    if (found !== undefined) return found.group;
    // Within a dispatch nothing is both read and written, nor written in two bindings.
    const standIn = tensors.find((tensor, i) => tensor && !writes(accesses[i]!));
    const resourceOf = (tensor: Tensor | undefined, access: Access): GPUBufferBinding => {
      if (tensor === undefined && writes(access)) {
        throw new TypeError(`Cannot run ${label}: a tensor that it writes is absent`);
      }
      return {
        buffer: this.#buffers.of(tensor ?? standIn!),
        offset: tensor && ofRows(access) ? tensor.offset : 0,
        size: access === "uniformWindow" ? UNIFORM_BYTES : tensor?.boundBytes ?? ABSENT_BYTES,
      };
    };
    const group = this.#device.createBindGroup({
      label,
      layout,
      entries: [
        { binding: 0, resource: { buffer: this.#uniforms, size: BLOCK_BYTES } },
        ...accesses.map((access, i) => ({
          binding: i + 1,
          resource: resourceOf(tensors[i], access),
        })),
      ],
    });
    const allocations = [...new Set(tensors.flatMap((tensor) => tensor?.allocation.id ?? []))];
    const entry = this.#bindGroups.add(key, { group, allocations });
    for (const allocation of allocations) {
      const groups = this.#groupsOfAllocation.get(allocation);
      if (groups) groups.add(entry);
      else this.#groupsOfAllocation.set(allocation, new Set([entry]));
    }
    return group;
  }

  /** Bind groups alive, for tests that none leaks. */
  get bindGroups(): number {
    return this.#bindGroups.size;
  }

  /** Forgets the bind groups of a destroyed buffer. */
  forget(allocation: number): void {
    for (const entry of this.#groupsOfAllocation.get(allocation) ?? []) {
      this.#bindGroups.delete(entry);
      for (const other of entry.value.allocations) {
        this.#groupsOfAllocation.get(other)?.delete(entry);
      }
    }
    this.#groupsOfAllocation.delete(allocation);
  }

  /** Batches of another kind begin. Of windows that move from part to part there may be ever new ones. */
  turn(): void {
    if (this.#bindGroups.size <= MOST_BIND_GROUPS) return;
    this.#bindGroups.clear();
    this.#groupsOfAllocation.clear();
  }

  #build(kernel: AnyKernel, constants: Readonly<Record<string, number>>): Pipeline {
    const values = Object.entries(constants).map(([name, value]) => ` ${name}=${value}`);
    const label = kernel.name + values.join("");
    const accesses = Object.values<Access>(kernel.buffers);
    const layout = this.#device.createBindGroupLayout({
      label: kernel.name,
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: "uniform", hasDynamicOffset: true },
        },
        ...accesses.map((access, i) => ({
          binding: i + 1,
          visibility: GPUShaderStage.COMPUTE,
          buffer: {
            type: BINDING_TYPES[access],
            hasDynamicOffset: isWindow(access),
          },
        })),
      ],
    });
    const pipeline = this.#device.createComputePipeline({
      label,
      layout: this.#device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: this.#module(kernel), entryPoint: kernel.name, constants },
    });
    return { id: this.#pipelines.size, pipeline, layout, accesses };
  }

  #module(kernel: AnyKernel): GPUShaderModule {
    const known = this.#modules.get(kernel.file);
    if (known !== undefined) return known;
    const module = this.#device.createShaderModule({ label: kernel.file, code: kernel.code });
    this.#modules.set(kernel.file, module);
    module.getCompilationInfo().then(({ messages }) => {
      for (const { type, lineNum, linePos, message } of messages) {
        if (type !== "error") continue;
        const place = `${kernel.file}:${lineNum}:${linePos}`;
        this.#faults.report(
          new SyntaxError(`Cannot compile kernel "${kernel.name}" at ${place}: ${message.trim()}`),
        );
      }
    });
    return module;
  }
}
