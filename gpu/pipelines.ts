/**
 * Pipelines and bind groups, each made once and found again by what it consists of.
 * A training step that meets the same shapes in the same buffers creates no object at all.
 */
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

/** Bind groups hold 6 kB each; those of a model of a thousand layers are about 25,000. */
const MOST_BIND_GROUPS = 2 ** 16;

/** What is bound of a tensor in place of one that is absent. */
const ABSENT_BYTES = 16;

export class Pipelines {
  readonly #device: GPUDevice;
  readonly #buffers: Buffers;
  readonly #uniforms: GPUBuffer;
  readonly #faults: Faults;
  readonly #pipelines = new Map<string, Pipeline>();
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #bindGroups = new Map<string, GPUBindGroup>();
  readonly #keysOfAllocation = new Map<number, Set<string>>();

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
    let key = kernel.name;
    for (const name in constants) key += ` ${name}=${constants[name]}`;
    let found = this.#pipelines.get(key);
    if (found === undefined) {
      found = this.#build(kernel, constants, key);
      this.#pipelines.set(key, found);
    }
    return found;
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
    let key = `${id}`;
    for (let i = 0; i < tensors.length; i++) {
      const tensor = tensors[i];
      if (tensor === undefined) key += " -";
      else {
        key += ` ${tensor.allocation.id}:${tensor.boundBytes}`;
        if (tensor.offset > 0 && ofRows(accesses[i]!)) key += `@${tensor.offset}`;
      }
    }
    let found = this.#bindGroups.get(key);
    if (found !== undefined) return found;
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
    found = this.#device.createBindGroup({
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
    this.#bindGroups.set(key, found);
    for (const tensor of tensors) {
      if (tensor === undefined) continue;
      const keys = this.#keysOfAllocation.get(tensor.allocation.id);
      if (keys) keys.add(key);
      else this.#keysOfAllocation.set(tensor.allocation.id, new Set([key]));
    }
    return found;
  }

  /** Bind groups alive, for tests that none leaks. */
  get bindGroups(): number {
    return this.#bindGroups.size;
  }

  /** Forgets the bind groups of a destroyed buffer. */
  forget(allocation: number): void {
    for (const key of this.#keysOfAllocation.get(allocation) ?? []) {
      this.#bindGroups.delete(key);
      for (const [, other] of key.matchAll(/ (\d+):/g)) {
        this.#keysOfAllocation.get(Number(other))?.delete(key);
      }
    }
    this.#keysOfAllocation.delete(allocation);
  }

  /** Batches of another kind begin. Of windows that move from part to part there may be ever new ones. */
  turn(): void {
    if (this.#bindGroups.size <= MOST_BIND_GROUPS) return;
    this.#bindGroups.clear();
    this.#keysOfAllocation.clear();
  }

  #build(kernel: AnyKernel, constants: Record<string, number>, label: string): Pipeline {
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
