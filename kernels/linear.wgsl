// y = x W + b and its gradients. W and b are one matrix `weight` [inputs + 1, outputs], b the last row;
// or W alone, [inputs, outputs].
//
// linear and linear_backward_input: an invocation owns 4 rows × 16 columns, as four 4 × 4 matrices
// whose columns are the rows of y. The columns are the workgroup's, so that all lanes read the same
// weights: from uniform memory where they fit, because software drivers then load once and broadcast
// (22 against 13 GFLOP/s).

override WORKGROUP_SIZE: u32 = 64;
// Whether the last row of the weights is a bias.
override BIAS: bool = true;
// Whether the weights fit a uniform window.
override UNIFORM: bool = false;
// What becomes of the old y: 0 overwritten, 1 added to, -1 subtracted from (the inverse).
override RESIDUAL: i32 = 0;
// Steps in one where the state is of fixed-point numbers; 0 where it is of floats.
override FIXED: f32 = 0;

struct Params { rows: u32, inputs: u32, outputs: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;             // [rows, inputs]; dy [rows, outputs]
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;        // [inputs + bias, outputs]
@group(0) @binding(3) var<uniform> uniform_weight: array<vec4f, 4096>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4u>;       // words of [rows, outputs]; dx [rows, inputs]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

fn weight_at(at: u32) -> vec4f {
  if UNIFORM { return uniform_weight[at]; }
  return weight[at];
}

// Rows and columns past the end repeat the last one and are not stored.
struct Tile { row: u32, columns: vec4u, stride: u32, x: vec4u }

fn tile_of(invocation: Invocation, stride: u32, x_stride: u32) -> Tile {
  let group = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let blocks = (stride + 3) / 4;
  let row = (group / blocks * WORKGROUP_SIZE + invocation.lane) * 4;
  let columns = min(group % blocks * 4 + vec4u(0, 1, 2, 3), vec4u(stride - 1));
  let rows = min(row + vec4u(0, 1, 2, 3), vec4u(params.rows - 1));
  return Tile(row, columns, stride, rows * x_stride);
}

fn rows_at(tile: Tile, k: u32) -> mat4x4f {
  return mat4x4f(x[tile.x[0] + k], x[tile.x[1] + k], x[tile.x[2] + k], x[tile.x[3] + k]);
}

fn weights_at(rows: vec4u, column: u32) -> mat4x4f {
  return mat4x4f(
    weight_at(rows[0] + column), weight_at(rows[1] + column),
    weight_at(rows[2] + column), weight_at(rows[3] + column));
}

fn store(tile: Tile, block: u32, values: mat4x4f) {
  let column = tile.columns[block];
  if block > 0 && column == tile.columns[block - 1] { return; }
  let at = tile.row * tile.stride + column;
  store_row(at, values[0]);
  if tile.row + 1 < params.rows { store_row(at + tile.stride, values[1]); }
  if tile.row + 2 < params.rows { store_row(at + 2 * tile.stride, values[2]); }
  if tile.row + 3 < params.rows { store_row(at + 3 * tile.stride, values[3]); }
}

fn store_row(at: u32, value: vec4f) {
  if RESIDUAL == 0 { y[at] = bitcast<vec4u>(value); }
  else { y[at] = moved_words(y[at], f32(RESIDUAL) * value); }
}

// A state's words with a change added. What leaves the range of fixed-point numbers, or is no number,
// becomes the range's end, and stays there.
fn moved_words(words: vec4u, change: vec4f) -> vec4u {
  if FIXED == 0 { return bitcast<vec4u>(bitcast<vec4f>(words) + change); }
  let end = 1073741824;  // 2³⁰
  let steps = round(change * FIXED);
  let within = abs(steps) < vec4f(f32(end));
  let before = bitcast<vec4i>(words);
  let after = before + vec4i(select(vec4f(), steps, within));
  let stays = within & (abs(before) < vec4i(end)) & (abs(after) < vec4i(end));
  return bitcast<vec4u>(select(vec4i(end), after, stays));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn linear(invocation: Invocation) {
  let in_stride = (params.inputs + 3) / 4;
  let stride = (params.outputs + 3) / 4;
  let tile = tile_of(invocation, stride, in_stride);
  if tile.row >= params.rows { return; }

  let last = max(params.inputs + u32(BIAS), 1) - 1;
  var y0 = bias_at(last * stride + tile.columns[0]);
  var y1 = bias_at(last * stride + tile.columns[1]);
  var y2 = bias_at(last * stride + tile.columns[2]);
  var y3 = bias_at(last * stride + tile.columns[3]);
  for (var k = 0u; k < in_stride; k++) {
    let xs = rows_at(tile, k);
    // x is zero past its last column, so what stands there is multiplied by nothing.
    let rows = min(k * 4 + vec4u(0, 1, 2, 3), vec4u(last)) * stride;
    y0 += weights_at(rows, tile.columns[0]) * xs;
    y1 += weights_at(rows, tile.columns[1]) * xs;
    y2 += weights_at(rows, tile.columns[2]) * xs;
    y3 += weights_at(rows, tile.columns[3]) * xs;
  }
  store(tile, 0, y0);
  store(tile, 1, y1);
  store(tile, 2, y2);
  store(tile, 3, y3);
}

// Four rows of the bias.
fn bias_at(at: u32) -> mat4x4f {
  if !BIAS { return mat4x4f(); }
  let value = weight_at(at);
  return mat4x4f(value, value, value, value);
}

// The transpose, built by hand: some drivers make dot products of a product by `transpose()`, and add those up
// in another order than other products.
fn turned(m: mat4x4f) -> mat4x4f {
  return mat4x4f(
    m[0].x, m[1].x, m[2].x, m[3].x, m[0].y, m[1].y, m[2].y, m[3].y,
    m[0].z, m[1].z, m[2].z, m[3].z, m[0].w, m[1].w, m[2].w, m[3].w);
}

// dx = dy Wᵀ. `x` holds dy, `y` receives dx.
@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_backward_input(invocation: Invocation) {
  let out_stride = (params.outputs + 3) / 4;
  let stride = (params.inputs + 3) / 4;
  let tile = tile_of(invocation, stride, out_stride);
  if tile.row >= params.rows { return; }
  let r0 = inputs_of(tile.columns[0]) * out_stride;
  let r1 = inputs_of(tile.columns[1]) * out_stride;
  let r2 = inputs_of(tile.columns[2]) * out_stride;
  let r3 = inputs_of(tile.columns[3]) * out_stride;

  var y0 = mat4x4f(); var y1 = mat4x4f(); var y2 = mat4x4f(); var y3 = mat4x4f();
  for (var o = 0u; o < out_stride; o++) {
    let ds = rows_at(tile, o);
    y0 += turned(weights_at(r0, o)) * ds;
    y1 += turned(weights_at(r1, o)) * ds;
    y2 += turned(weights_at(r2, o)) * ds;
    y3 += turned(weights_at(r3, o)) * ds;
  }
  store(tile, 0, masked(tile.columns[0], y0));
  store(tile, 1, masked(tile.columns[1], y1));
  store(tile, 2, masked(tile.columns[2], y2));
  store(tile, 3, masked(tile.columns[3], y3));
}

fn inputs_of(column: u32) -> vec4u {
  return min(column * 4 + vec4u(0, 1, 2, 3), vec4u(params.inputs - 1));
}

// Inputs past the last get no gradient, whatever row of the weights stood in for theirs.
fn masked(column: u32, values: mat4x4f) -> mat4x4f {
  let inside = select(vec4f(), vec4f(1), column * 4 + vec4u(0, 1, 2, 3) < vec4u(params.inputs));
  return mat4x4f(
    values[0] * inside, values[1] * inside, values[2] * inside, values[3] * inside);
}

// partial[block] = [x 1]ᵀ dy over a block of rows, an 8 × 8 tile an invocation; `sum_blocks` adds the
// blocks in order. The bias is an input that is always 1.
struct WeightParams { rows: u32, inputs: u32, outputs: u32, first_row: u32, block_rows: u32 }

@group(0) @binding(0) var<uniform> weight_params: WeightParams;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;             // [rows, outputs]
@group(0) @binding(3) var<storage, read_write> partial: array<vec4f>;  // [blocks, weight rows, outputs]

@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_backward_weight(invocation: Invocation) {
  let p = weight_params;
  let stride = (p.outputs + 3) / 4;
  let column_tiles = (stride + 1) / 2;
  let weight_rows = p.inputs + u32(BIAS);
  let row_tiles = (weight_rows + 7) / 8;
  let index = index_of(invocation);
  let block = index / (column_tiles * row_tiles);
  if block > 0 && block * p.block_rows >= p.rows { return; }
  let left = index % column_tiles * 2;
  let right = min(left + 1, stride - 1);
  let input = index / column_tiles % row_tiles * 8;
  let t = tile_over_rows(block, 0, 1, input, left);
  let at = ((p.first_row / p.block_rows + block) * weight_rows + input) * stride;
  let rows = weight_rows - input;
  store_weights(at, left, right, stride, rows, t.s0, t.s1, t.s2, t.s3, t.t0, t.t1, t.t2, t.t3);
  if rows > 4 {
    let below = at + 4 * stride;
    store_weights(
      below, left, right, stride, rows - 4, t.s4, t.s5, t.s6, t.s7, t.t4, t.t5, t.t6, t.t7);
  }
}

// Eight rows of two vectors: s of the left one, t of the right one.
struct WeightTile {
  s0: vec4f, s1: vec4f, s2: vec4f, s3: vec4f, s4: vec4f, s5: vec4f, s6: vec4f, s7: vec4f,
  t0: vec4f, t1: vec4f, t2: vec4f, t3: vec4f, t4: vec4f, t5: vec4f, t6: vec4f, t7: vec4f,
}

// The sums over every `step`th row of a block, from its row `begin` on.
fn tile_over_rows(block: u32, begin: u32, step: u32, input: u32, left: u32) -> WeightTile {
  let p = weight_params;
  let in_stride = (p.inputs + 3) / 4;
  let stride = (p.outputs + 3) / 4;
  let right = min(left + 1, stride - 1);
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
  let end = min(p.rows, (block + 1) * p.block_rows);
  for (var row = block * p.block_rows + begin; row < end; row += step) {
    let a = select(one_a, x[row * in_stride + ka], keep_a);
    let b = select(one_b, x[row * in_stride + kb], keep_b);
    let d = dy[row * stride + left];
    let e = dy[row * stride + right];
    s0 += a.x * d; s1 += a.y * d; s2 += a.z * d; s3 += a.w * d;
    s4 += b.x * d; s5 += b.y * d; s6 += b.z * d; s7 += b.w * d;
    t0 += a.x * e; t1 += a.y * e; t2 += a.z * e; t3 += a.w * e;
    t4 += b.x * e; t5 += b.y * e; t6 += b.z * e; t7 += b.w * e;
  }
  return WeightTile(s0, s1, s2, s3, s4, s5, s6, s7, t0, t1, t2, t3, t4, t5, t6, t7);
}

// The same on a card, which wants many invocations: a workgroup has 4 tiles side by side, the rows of whose
// block 16 lanes share out; then each lane adds up, in order, one vector of a tile.
const TILES = 4u;
const SHARES = 16u; // WORKGROUP_SIZE / TILES, and the vectors of a tile
var<workgroup> shares: array<vec4f, 1024>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_backward_weight_shared(invocation: Invocation) {
  let p = weight_params;
  let lane = invocation.lane;
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let stride = (p.outputs + 3) / 4;
  let weight_rows = p.inputs + u32(BIAS);
  let row_tiles = (weight_rows + 7) / 8;
  let groups = ((stride + 1) / 2 + TILES - 1) / TILES;
  let block = workgroup / (groups * row_tiles);
  let input = workgroup / groups % row_tiles * 8;
  let left = (workgroup % groups * TILES + lane % TILES) * 2;
  let outside = left >= stride || (block > 0 && block * p.block_rows >= p.rows);
  var t = WeightTile();
  if !outside { t = tile_over_rows(block, lane / TILES, SHARES, input, left); }
  shares[lane] = t.s0; shares[lane + 64] = t.s1;
  shares[lane + 128] = t.s2; shares[lane + 192] = t.s3;
  shares[lane + 256] = t.s4; shares[lane + 320] = t.s5;
  shares[lane + 384] = t.s6; shares[lane + 448] = t.s7;
  shares[lane + 512] = t.t0; shares[lane + 576] = t.t1;
  shares[lane + 640] = t.t2; shares[lane + 704] = t.t3;
  shares[lane + 768] = t.t4; shares[lane + 832] = t.t5;
  shares[lane + 896] = t.t6; shares[lane + 960] = t.t7;
  workgroupBarrier();
  if outside { return; }
  let vector = lane / TILES;
  let row = vector % 8;
  let column = left + vector / 8;
  if input + row >= weight_rows || column >= stride { return; }
  var sum = vec4f();
  for (var share = 0u; share < SHARES; share++) {
    sum += shares[vector * 64 + share * TILES + lane % TILES];
  }
  partial[((p.first_row / p.block_rows + block) * weight_rows + input + row) * stride + column] = sum;
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
