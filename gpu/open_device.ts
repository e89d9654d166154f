/** Choosing the adapter and asking for its limits. */
import { type AdapterInfo, WINDOW_ALIGNMENT } from "./adapter.ts";
import { type Limit, limitsOf } from "./limits.ts";

/** What is asked for beyond what every adapter grants: memory alone, so that kernels run on all of them. */
const LIMITS = ["maxStorageBufferBindingSize", "maxBufferSize"] as const;

/** Thrown where there is no adapter: no driver, or a browser without WebGPU. */
export class NoAdapterError extends Error {
  /** What the error is called. */
  override name = "NoAdapterError";
}

/** An implementation's best adapter; throws a sentence where there is none. */
async function bestAdapter(gpu: GPU | undefined): Promise<GPUAdapter> {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (adapter) return adapter;
  throw new NoAdapterError(
    "Cannot open a GPU: no WebGPU adapter found, install a Vulkan driver " +
      "(on Debian without a GPU: apt-get install mesa-vulkan-drivers)",
  );
}

/** What the best adapter allows beside what kernels need. */
export async function adapterLimits(): Promise<Limit[]> {
  return limitsOf((await bestAdapter(navigator.gpu)).limits);
}

/** Opens the best adapter of an implementation of WebGPU with all the memory it allows. */
export async function openDevice(
  gpu: GPU | undefined = navigator.gpu,
): Promise<{ device: GPUDevice; info: AdapterInfo }> {
  const adapter = await bestAdapter(gpu);
  const limits = adapter.limits as unknown as Record<string, number>;
  const { description, vendor, architecture, device: model } = adapter.info;
  // A browser gives no description, and sometimes no model.
  const name = description || [vendor, architecture, model].filter(Boolean).join(" ");
  const software = adapter.info.isFallbackAdapter || /llvmpipe|lavapipe|swiftshader/i.test(name);
  const subgroup = software ? subgroupOf(adapter) : undefined;
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, limits[limit]!])),
    requiredFeatures: subgroup === undefined ? [] : ["subgroups"],
  });
  const info = {
    name,
    driver: driverOf(adapter.info),
    software,
    ...subgroup === undefined ? {} : { subgroup },
    maxBindingBytes: device.limits.maxStorageBufferBindingSize,
    maxBufferBytes: device.limits.maxBufferSize,
    maxWorkgroups: device.limits.maxComputeWorkgroupsPerDimension,
    alignment: WINDOW_ALIGNMENT,
  };
  return { device, info };
}

/** Vendors as PCI and Khronos number them. */
const VENDORS: Readonly<Record<number, string>> = {
  0x1002: "AMD",
  0x10de: "NVIDIA",
  0x13b5: "Arm",
  0x5143: "Qualcomm",
  0x8086: "Intel",
  0x10005: "Mesa",
};

/**
 * The lanes of a subgroup that every launch has. Deno grants the feature without listing it, and takes its
 * functions without `enable subgroups;`, which implementations that list it ask for.
 */
function subgroupOf({ info, features }: GPUAdapter): number | undefined {
  const { subgroupMinSize: least, subgroupMaxSize: most } = info;
  const unlisted = "Deno" in globalThis && !features.has("subgroups");
  return unlisted && least > 1 && least === most ? least : undefined;
}

function driverOf({ vendor, device, architecture }: GPUAdapterInfo): string {
  const known = VENDORS[Number(vendor)] ?? `vendor ${vendor}`;
  return [known, `device ${device}`, architecture].filter(Boolean).join(", ");
}
