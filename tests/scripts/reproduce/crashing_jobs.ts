/**
 * Does jobs as `reproduce`'s process does, but for what breaks in the midst of a training step. It is told
 * how, how many steps are taken before, how often that happens, and in which file it counts.
 */
const [how, steps, times, file] = Deno.args;

let left = Number(steps);
let device: GPUDevice;
const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function (descriptor) {
  return device = await requestDevice.call(this, descriptor);
};
const { submit } = GPUQueue.prototype;
GPUQueue.prototype.submit = function (buffers) {
  if (--left === 0 && broken() < Number(times)) {
    Deno.writeTextFileSync(file!, "x", { append: true });
    fail();
  }
  return submit.call(this, buffers);
};

function fail(): void {
  if (how === "ends") Deno.exit(70);
  if (how === "loses its device") device.destroy();
  if (how === "throws in nobody's hands") void Promise.reject(new Error("nobody's"));
  if (how === "panics") {
    const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_DST });
    // Deno 2.9 takes no empty array.
    device.queue.writeBuffer(buffer, 0, new Uint8Array(0));
  }
}

/** How often it has. */
function broken(): number {
  try {
    return Deno.statSync(file!).size;
  } catch {
    return 0;
  }
}

const { serveJobs } = await import("../../../scripts/reproduce/serve_jobs.ts");
await serveJobs();
