/**
 * Pipelines, uniform blocks and bind groups, each made once and found again by what it consists of.
 * A training step that meets the same shapes in the same buffers creates no object at all.
 */
import { type Access, type Kernel, UNIFORM_BYTES } from "./kernel.ts";
import type { Tensor } from "./tensor.ts";

// deno-lint-ignore no-explicit-any
type AnyKernel = Kernel<any, any>;

export interface Pipeline {
  readonly id: number;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

const BINDING_TYPES = {
  read: "read-only-storage",
  write: "storage",
  readWindow: "read-only-storage",
  writeWindow: "storage",
  uniformWindow: "uniform",
} as const;

/** Bytes between uniform blocks: WebGPU's guaranteed alignment of dynamic offsets. */
const BLOCK = 256;
const BLOCKS = 256;
export const UNIFORM_BLOCK_BYTES = BLOCK * BLOCKS;

export class Pipelines {
  readonly #pipelines = new Map<string, Pipeline>();
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #blocks = new Map<string, number>();
  readonly #bindGroups = new Map<string, GPUBindGroup>();
  readonly #keysOfAllocation = new Map<number, string[]>();
  #uniforms: GPUBuffer;

  constructor(
    private readonly device: GPUDevice,
    private readonly fault: (message: string) => void,
  ) {
    this.#uniforms = this.#newUniforms();
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

  /** Where these parameter values stand in the uniform buffer, in bytes. */
  block(kernel: AnyKernel, params: Readonly<Record<string, number>>): number {
    let key = "";
    for (const name in kernel.params) key += `${kernel.params[name]}${params[name]} `;
    const found = this.#blocks.get(key);
    if (found !== undefined) return found;
    if (this.#blocks.size === BLOCKS) this.#startNewUniforms();
    const offset = this.#blocks.size * BLOCK;
    const data = new DataView(new ArrayBuffer(BLOCK));
    Object.entries(kernel.params).forEach(([name, type], i) => {
      if (type === "f32") data.setFloat32(4 * i, params[name]!, true);
      else data.setUint32(4 * i, params[name]!, true);
    });
    this.device.queue.writeBuffer(this.#uniforms, offset, data.buffer);
    this.#blocks.set(key, offset);
    return offset;
  }

  /** The bind group of these tensors; windows are placed by dynamic offsets. */
  bindGroup(pipeline: Pipeline, kernel: AnyKernel, tensors: readonly Tensor[]): GPUBindGroup {
    let key = `${pipeline.id}`;
    for (const tensor of tensors) key += ` ${tensor.allocation.id}:${tensor.bytes}`;
    let found = this.#bindGroups.get(key);
    if (found !== undefined) return found;
    found = this.device.createBindGroup({
      label: kernel.name,
      layout: pipeline.layout,
      entries: [
        { binding: 0, resource: { buffer: this.#uniforms, size: BLOCK } },
        ...Object.values<Access>(kernel.buffers).map((access, i) => ({
          binding: i + 1,
          resource: {
            buffer: tensors[i]!.allocation.buffer!,
            size: access === "uniformWindow" ? UNIFORM_BYTES : tensors[i]!.bytes,
          },
        })),
      ],
    });
    this.#bindGroups.set(key, found);
    for (const tensor of tensors) {
      const keys = this.#keysOfAllocation.get(tensor.allocation.id);
      if (keys) keys.push(key);
      else this.#keysOfAllocation.set(tensor.allocation.id, [key]);
    }
    return found;
  }

  /** Bind groups alive, for tests that none leaks. */
  get bindGroups(): number {
    return this.#bindGroups.size;
  }

  /** Forgets the bind groups of a destroyed buffer. */
  forget(allocation: number): void {
    for (const key of this.#keysOfAllocation.get(allocation) ?? []) this.#bindGroups.delete(key);
    this.#keysOfAllocation.delete(allocation);
  }

  #newUniforms(): GPUBuffer {
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    return this.device.createBuffer({ label: "uniforms", size: UNIFORM_BLOCK_BYTES, usage });
  }

  /** Batches of ever new shapes fill the buffer. What is recorded keeps the old one alive. */
  #startNewUniforms(): void {
    this.#blocks.clear();
    this.#bindGroups.clear();
    this.#keysOfAllocation.clear();
    this.#uniforms = this.#newUniforms();
  }

  #build(kernel: AnyKernel, constants: Record<string, number>, label: string): Pipeline {
    const layout = this.device.createBindGroupLayout({
      label: kernel.name,
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: "uniform", hasDynamicOffset: true },
        },
        ...Object.values<Access>(kernel.buffers).map((access, i) => ({
          binding: i + 1,
          visibility: GPUShaderStage.COMPUTE,
          buffer: {
            type: BINDING_TYPES[access],
            hasDynamicOffset: access.endsWith("Window"),
          },
        })),
      ],
    });
    const pipeline = this.device.createComputePipeline({
      label,
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: this.#module(kernel), entryPoint: kernel.name, constants },
    });
    return { id: this.#pipelines.size, pipeline, layout };
  }

  #module(kernel: AnyKernel): GPUShaderModule {
    const known = this.#modules.get(kernel.file);
    if (known !== undefined) return known;
    const module = this.device.createShaderModule({ label: kernel.file, code: kernel.code });
    this.#modules.set(kernel.file, module);
    module.getCompilationInfo().then(({ messages }) => {
      for (const { type, lineNum, linePos, message } of messages) {
        if (type !== "error") continue;
        this.fault(
          `Cannot compile kernel "${kernel.name}" at ${kernel.file}:${lineNum}:${linePos}: ${message}`,
        );
      }
    });
    return module;
  }
}
