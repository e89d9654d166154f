/** A kernel of one's own, written in a folder outside of this project, which is a dependency there. */
import { assertEquals } from "./assert.ts";
import project from "../deno.json" with { type: "json" };

const KERNEL = `
import { defineKernel, openGpu, workgroupsFor } from "@revgnn/webgpu/kernels";

const square = defineKernel({
  name: "square",
  file: "square.wgsl",
  code: \`
    struct Params { count: u32 }
    @group(0) @binding(0) var<uniform> params: Params;
    @group(0) @binding(1) var<storage, read> x: array<f32>;
    @group(0) @binding(2) var<storage, read_write> y: array<f32>;

    @compute @workgroup_size(64)
    fn square(@builtin(global_invocation_id) at: vec3u) {
      if at.x < params.count { y[at.x] = x[at.x] * x[at.x]; }
    }\`,
  params: { count: "u32" },
  buffers: { x: "read", y: "write" },
});

using gpu = await openGpu();
const x = gpu.upload({ rows: 1, cols: 4, data: Float32Array.of(1, 2, 3, 4) });
const y = gpu.empty(1, 4);
gpu.launch(square, { params: { count: 4 }, buffers: { x, y }, workgroups: workgroupsFor(4) });
const [values] = await gpu.read(y);
console.log(values!.join(" "));
`;

Deno.test("a kernel is written outside of the project, by its entry point ./kernels", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { name, version } = project;
    const settings = {
      links: [new URL("..", import.meta.url).pathname],
      imports: { [name]: `jsr:${name}@${version}` },
      nodeModulesDir: "auto",
      // A linked package is checked with the types of the folder that links it.
      compilerOptions: project.compilerOptions,
    };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(settings));
    await Deno.writeTextFile(`${folder}/kernel.ts`, KERNEL);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--check", "--cached-only", "--quiet", "--allow-read", "kernel.ts"],
      cwd: folder,
    }).output();
    const decoder = new TextDecoder();
    assertEquals([decoder.decode(stderr), code], ["", 0]);
    assertEquals(decoder.decode(stdout), "1 4 9 16\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
