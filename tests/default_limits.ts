/**
 * An adapter that grants WebGPU's default limits and no optional feature, whatever the driver would. As a
 * module that is loaded before a program: `deno task test --preload=./tests/default_limits.ts tests/models`.
 */
import { NEEDED } from "../gpu/limits.ts";

const DEFAULTS = Object.fromEntries(
  Object.entries(NEEDED).map(([name, [, value]]) => [name, value]),
);

const { gpu } = navigator;

async function requestAdapter(options?: GPURequestAdapterOptions) {
  const adapter = await gpu.requestAdapter(options);
  if (adapter === null) return null;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  return {
    info: { vendor, architecture, device, description, isFallbackAdapter },
    limits: DEFAULTS,
    features: new Set<string>(),
    requestDevice: (descriptor?: GPUDeviceDescriptor) => adapter.requestDevice(descriptor),
  };
}

Object.defineProperty(navigator, "gpu", { value: { requestAdapter }, configurable: true });
