// y = x W + b and its gradients. W and b are one matrix `weight` [inputs + 1, outputs], b the last row.
//
// linear and linear_backward_input: an invocation owns 4 rows × 8 columns. The columns are the
// workgroup's, so that all lanes read the same weights: from uniform memory where they fit, because
// software drivers then load once and broadcast (16 against 12 GFLOP/s).

override WORKGROUP_SIZE: u32 = 64;
// Whether the weights fit a uniform window.
override UNIFORM: bool = false;
// What becomes of the old y: 0 overwritten, 1 added to, -1 subtracted from (the inverse).
override RESIDUAL: i32 = 0;

struct Params { rows: u32, inputs: u32, outputs: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;             // [rows, inputs]; dy [rows, outputs]
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;        // [inputs + 1, outputs]
@group(0) @binding(3) var<uniform> uniform_weight: array<vec4f, 4096>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;       // [rows, outputs]; dx [rows, inputs]

fn weight_at(at: u32) -> vec4f {
  if UNIFORM { return uniform_weight[at]; }
  return weight[at];
}

fn store(at: u32, value: vec4f) {
  if RESIDUAL == 0 { y[at] = value; } else { y[at] += f32(RESIDUAL) * value; }
}

// Rows past the end repeat the last one and are not stored; so does the right half of a block.
struct Tile { row: u32, rows: u32, left: u32, right: u32, x: vec4u }

fn tile_of(group: u32, lane: u32, columns: u32, stride: u32) -> Tile {
  let blocks = (columns + 1) / 2;
  let row = (group / blocks * WORKGROUP_SIZE + lane) * 4;
  let left = group % blocks * 2;
  let rows = min(row + vec4u(0, 1, 2, 3), vec4u(params.rows - 1));
  return Tile(row, params.rows, left, min(left + 1, columns - 1), rows * stride);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn linear(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let in_stride = (params.inputs + 3) / 4;
  let stride = (params.outputs + 3) / 4;
  let tile = tile_of(workgroup.y * workgroups.x + workgroup.x, lane, stride, in_stride);
  if tile.row >= params.rows { return; }

  var y0a = weight_at(params.inputs * stride + tile.left);
  var y0b = weight_at(params.inputs * stride + tile.right);
  var y1a = y0a; var y2a = y0a; var y3a = y0a;
  var y1b = y0b; var y2b = y0b; var y3b = y0b;
  for (var k = 0u; k < in_stride; k++) {
    let x0 = x[tile.x[0] + k];
    let x1 = x[tile.x[1] + k];
    let x2 = x[tile.x[2] + k];
    let x3 = x[tile.x[3] + k];
    // x is zero past its last column, so what stands there is multiplied by nothing.
    let row = min(k * 4 + vec4u(0, 1, 2, 3), vec4u(params.inputs)) * stride;
    let w = mat4x4f(
      weight_at(row.x + tile.left), weight_at(row.y + tile.left),
      weight_at(row.z + tile.left), weight_at(row.w + tile.left));
    y0a += w * x0; y1a += w * x1; y2a += w * x2; y3a += w * x3;
    let v = mat4x4f(
      weight_at(row.x + tile.right), weight_at(row.y + tile.right),
      weight_at(row.z + tile.right), weight_at(row.w + tile.right));
    y0b += v * x0; y1b += v * x1; y2b += v * x2; y3b += v * x3;
  }
  store_tile(tile, stride, y0a, y1a, y2a, y3a, y0b, y1b, y2b, y3b);
}

fn store_tile(
  tile: Tile, stride: u32,
  y0a: vec4f, y1a: vec4f, y2a: vec4f, y3a: vec4f,
  y0b: vec4f, y1b: vec4f, y2b: vec4f, y3b: vec4f,
) {
  let at = tile.row * stride + tile.left;
  let whole = tile.right > tile.left;
  let rows = tile.rows - tile.row;
  store(at, y0a);
  if whole { store(at + 1, y0b); }
  if rows > 1 { store(at + stride, y1a); if whole { store(at + stride + 1, y1b); } }
  if rows > 2 { store(at + 2 * stride, y2a); if whole { store(at + 2 * stride + 1, y2b); } }
  if rows > 3 { store(at + 3 * stride, y3a); if whole { store(at + 3 * stride + 1, y3b); } }
}

// dx = dy Wᵀ. `x` holds dy, `y` receives dx.
@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_backward_input(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let out_stride = (params.outputs + 3) / 4;
  let stride = (params.inputs + 3) / 4;
  let tile = tile_of(workgroup.y * workgroups.x + workgroup.x, lane, stride, out_stride);
  if tile.row >= params.rows { return; }
  // Inputs past the last get no gradient, whatever row of the weights stands in for theirs.
  let end = vec4u(params.inputs - 1);
  let left = tile.left * 4 + vec4u(0, 1, 2, 3);
  let right = tile.right * 4 + vec4u(0, 1, 2, 3);
  let w = min(left, end) * out_stride;
  let v = min(right, end) * out_stride;

  var y0a = vec4f(); var y1a = vec4f(); var y2a = vec4f(); var y3a = vec4f();
  var y0b = vec4f(); var y1b = vec4f(); var y2b = vec4f(); var y3b = vec4f();
  for (var o = 0u; o < out_stride; o++) {
    let d0 = x[tile.x[0] + o];
    let d1 = x[tile.x[1] + o];
    let d2 = x[tile.x[2] + o];
    let d3 = x[tile.x[3] + o];
    let wt = transpose(mat4x4f(
      weight_at(w.x + o), weight_at(w.y + o), weight_at(w.z + o), weight_at(w.w + o)));
    y0a += wt * d0; y1a += wt * d1; y2a += wt * d2; y3a += wt * d3;
    let vt = transpose(mat4x4f(
      weight_at(v.x + o), weight_at(v.y + o), weight_at(v.z + o), weight_at(v.w + o)));
    y0b += vt * d0; y1b += vt * d1; y2b += vt * d2; y3b += vt * d3;
  }
  let a = select(vec4f(), vec4f(1), left <= end);
  let b = select(vec4f(), vec4f(1), right <= end);
  store_tile(tile, stride, a * y0a, a * y1a, a * y2a, a * y3a, b * y0b, b * y1b, b * y2b, b * y3b);
}

// partial[block] = [x 1]ᵀ dy over a block of rows, an 8 × 8 tile an invocation; `sum_blocks` adds the
// blocks in order. The bias is an input that is always 1.
struct WeightParams { rows: u32, inputs: u32, outputs: u32, blocks: u32 }

@group(0) @binding(0) var<uniform> weight_params: WeightParams;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;             // [rows, outputs]
@group(0) @binding(3) var<storage, read_write> partial: array<vec4f>;  // [blocks, inputs + 1, outputs]

@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_backward_weight(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let p = weight_params;
  let in_stride = (p.inputs + 3) / 4;
  let stride = (p.outputs + 3) / 4;
  let column_tiles = (stride + 1) / 2;
  let row_tiles = (p.inputs + 8) / 8;
  let index = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let block = index / (column_tiles * row_tiles);
  if block >= p.blocks { return; }
  let left = index % column_tiles * 2;
  let right = min(left + 1, stride - 1);
  let input = index / column_tiles % row_tiles * 8;
  let ka = min(input / 4, max(in_stride, 1) - 1);
  let kb = min(input / 4 + 1, max(in_stride, 1) - 1);
  let first = input + vec4u(0, 1, 2, 3);
  let keep_a = first < vec4u(p.inputs);
  let keep_b = first + 4 < vec4u(p.inputs);
  let one_a = select(vec4f(), vec4f(1), first == vec4u(p.inputs));
  let one_b = select(vec4f(), vec4f(1), first + 4 == vec4u(p.inputs));

  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  var s4 = vec4f(); var s5 = vec4f(); var s6 = vec4f(); var s7 = vec4f();
  var t0 = vec4f(); var t1 = vec4f(); var t2 = vec4f(); var t3 = vec4f();
  var t4 = vec4f(); var t5 = vec4f(); var t6 = vec4f(); var t7 = vec4f();
  let per_block = (p.rows + p.blocks - 1) / p.blocks;
  let end = min(p.rows, (block + 1) * per_block);
  for (var row = block * per_block; row < end; row++) {
    let a = select(one_a, x[row * in_stride + ka], keep_a);
    let b = select(one_b, x[row * in_stride + kb], keep_b);
    let d = dy[row * stride + left];
    let e = dy[row * stride + right];
    s0 += a.x * d; s1 += a.y * d; s2 += a.z * d; s3 += a.w * d;
    s4 += b.x * d; s5 += b.y * d; s6 += b.z * d; s7 += b.w * d;
    t0 += a.x * e; t1 += a.y * e; t2 += a.z * e; t3 += a.w * e;
    t4 += b.x * e; t5 += b.y * e; t6 += b.z * e; t7 += b.w * e;
  }
  let at = (block * (p.inputs + 1) + input) * stride;
  let rows = p.inputs + 1 - input;
  store_weights(at, left, right, stride, rows, s0, s1, s2, s3, t0, t1, t2, t3);
  if rows > 4 {
    store_weights(at + 4 * stride, left, right, stride, rows - 4, s4, s5, s6, s7, t4, t5, t6, t7);
  }
}

fn store_weights(
  at: u32, left: u32, right: u32, stride: u32, rows: u32,
  s0: vec4f, s1: vec4f, s2: vec4f, s3: vec4f, t0: vec4f, t1: vec4f, t2: vec4f, t3: vec4f,
) {
  partial[at + left] = s0; partial[at + right] = t0;
  if rows > 1 { partial[at + stride + left] = s1; partial[at + stride + right] = t1; }
  if rows > 2 { partial[at + 2 * stride + left] = s2; partial[at + 2 * stride + right] = t2; }
  if rows > 3 { partial[at + 3 * stride + left] = s3; partial[at + 3 * stride + right] = t3; }
}
