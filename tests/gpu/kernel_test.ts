/** Every adapter runs every kernel: none may need more than WebGPU's default limits. */
import { type Access, defineKernel } from "../../gpu/kernel.ts";
import { openDevice } from "../../gpu/open_device.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

function kernelOf(accesses: Access[]) {
  const buffers = Object.fromEntries(accesses.map((access, i) => [`b${i}`, access]));
  return () => defineKernel({ name: "k", file: "k.wgsl", code: "", params: {}, buffers });
}

const some = (count: number, access: Access) => Array<Access>(count).fill(access);

Deno.test("defineKernel() takes as many buffers as every adapter binds", () => {
  kernelOf([...some(4, "readWindow"), ...some(4, "writeRows"), ...some(7, "scalarWindow")])();
});

for (
  const [accesses, counted] of [
    [[...some(4, "read"), ...some(5, "write")], "9 storage buffers, every adapter grants 8"],
    [
      [...some(3, "readWindow"), ...some(2, "writeWindow")],
      "5 windows of storage buffers, every adapter grants 4",
    ],
    [
      [...some(1, "write"), ...some(4, "scalarWindow"), ...some(4, "uniformWindow")],
      "8 uniform windows, every adapter grants 7",
    ],
  ] as const
) {
  Deno.test(`defineKernel() refuses ${counted}`, () => {
    assertThrows(
      kernelOf([...accesses]),
      RangeError,
      `Cannot define kernel k: it binds ${counted}`,
    );
  });
}

Deno.test("openDevice() asks for more memory than every adapter grants, and for nothing else", async () => {
  const { device, info } = await openDevice();
  const { limits } = device;
  assertEquals({
    storageBuffers: limits.maxStorageBuffersPerShaderStage,
    storageWindows: limits.maxDynamicStorageBuffersPerPipelineLayout,
    uniformWindows: limits.maxDynamicUniformBuffersPerPipelineLayout,
    workgroupBytes: limits.maxComputeWorkgroupStorageSize,
    invocations: limits.maxComputeInvocationsPerWorkgroup,
    workgroups: limits.maxComputeWorkgroupsPerDimension,
    uniformBytes: limits.maxUniformBufferBindingSize,
    alignments: [limits.minStorageBufferOffsetAlignment, limits.minUniformBufferOffsetAlignment],
  }, {
    storageBuffers: 8,
    storageWindows: 4,
    uniformWindows: 8,
    workgroupBytes: 16_384,
    invocations: 256,
    workgroups: 65_535,
    uniformBytes: 65_536,
    alignments: [256, 256],
  });
  assert(info.maxBufferBytes >= 2 ** 28 && info.maxBindingBytes >= 2 ** 27);
  device.destroy();
});
