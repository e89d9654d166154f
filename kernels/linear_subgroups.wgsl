// The products of linear.wgsl, to the same bits, for drivers on the processor whose subgroups are of 8.
// Such a driver loads lane by lane, so that a value which all lanes need costs eight loads: here each
// lane loads one weight of eight, and hands it to the others.
//
// An invocation owns 4 rows × 4 VECTORS columns, as 4 × 4 matrices whose columns are the rows of y. The
// columns are the workgroup's.

override WORKGROUP_SIZE: u32 = 64;
// Whether the last row of the weights is a bias.
override BIAS: bool = true;
// Vectors of 4 columns that an invocation owns: at most 8.
override VECTORS: u32 = 8;
// What becomes of the old y: 0 overwritten, 1 added to, -1 subtracted from (the inverse).
override RESIDUAL: i32 = 0;
// Steps in one where the state is of fixed-point numbers; 0 where it is of floats.
override FIXED: f32 = 0;

struct Params { rows: u32, inputs: u32, outputs: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;              // [rows, inputs]; dy [rows, outputs]
@group(0) @binding(2) var<uniform> uniform_weight: array<vec4f, 4096>; // [inputs + bias, outputs]
@group(0) @binding(3) var<storage, read_write> y: array<vec4u>;        // words of [rows, outputs]; dx [rows, inputs]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

// Rows past the end repeat the last one, as all lanes must load weights, and are not stored.
struct Tile { row: u32, column: u32, stride: u32, x: vec4u }

fn subgroup_tile(invocation: Invocation, stride: u32, x_stride: u32) -> Tile {
  let group = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let blocks = (stride + VECTORS - 1) / VECTORS;
  let row = (group / blocks * WORKGROUP_SIZE + invocation.lane) * 4;
  let rows = min(row + vec4u(0, 1, 2, 3), vec4u(max(params.rows, 1) - 1));
  return Tile(row, group % blocks * VECTORS, stride, rows * x_stride);
}

fn rows_at(tile: Tile, k: u32) -> mat4x4f {
  return mat4x4f(x[tile.x[0] + k], x[tile.x[1] + k], x[tile.x[2] + k], x[tile.x[3] + k]);
}

// The lane's value of eight, for all lanes: two rows of a matrix.
fn pair_of(value: f32) -> mat2x4f {
  return mat2x4f(
    subgroupBroadcast(value, 0u), subgroupBroadcast(value, 1u),
    subgroupBroadcast(value, 2u), subgroupBroadcast(value, 3u),
    subgroupBroadcast(value, 4u), subgroupBroadcast(value, 5u),
    subgroupBroadcast(value, 6u), subgroupBroadcast(value, 7u));
}

// The weights of inputs 4 k to 4 k + 3 and a vector of outputs. x is zero past its last column, so what
// stands there is multiplied by nothing.
fn shared_weights(k: u32, column: u32, stride: u32, place: u32) -> mat4x4f {
  let last = max(params.inputs + u32(BIAS), 1) - 1;
  let at = min(column, stride - 1);
  let low = pair_of(uniform_weight[min(k * 4 + place / 4, last) * stride + at][place % 4]);
  let high = pair_of(uniform_weight[min(k * 4 + place / 4 + 2, last) * stride + at][place % 4]);
  return mat4x4f(low[0], low[1], high[0], high[1]);
}

// The transposed weights of outputs 4 o to 4 o + 3 and a vector of inputs.
fn shared_transposed(o: u32, column: u32, out_stride: u32, place: u32) -> mat4x4f {
  let at = min(column * 4 + place % 4, params.inputs - 1) * out_stride + o;
  let low = pair_of(uniform_weight[at][place / 4]);
  let high = pair_of(uniform_weight[at][place / 4 + 2]);
  return mat4x4f(low[0], low[1], high[0], high[1]);
}

fn store_within(at: u32, column: u32, vector: u32, stride: u32, value: vec4f) {
  if column + vector < stride { store_row(at + vector, value); }
}

// The rows after the first, which has been stored. Rows are stored in a loop, as every store that stands in
// the code takes long to compile.
fn after_first(rows: mat4x4f) -> mat4x4f {
  return mat4x4f(rows[1], rows[2], rows[3], rows[3]);
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

// Four rows of the bias.
fn shared_bias(column: u32, stride: u32) -> mat4x4f {
  if !BIAS { return mat4x4f(); }
  let value = uniform_weight[params.inputs * stride + min(column, stride - 1)];
  return mat4x4f(value, value, value, value);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_subgroups(invocation: Invocation, @builtin(subgroup_invocation_id) place: u32) {
  let in_stride = (params.inputs + 3) / 4;
  let stride = (params.outputs + 3) / 4;
  let tile = subgroup_tile(invocation, stride, in_stride);
  let c = tile.column;
  var y0 = shared_bias(c + 0, stride);
  var y1 = shared_bias(c + 1, stride);
  var y2 = shared_bias(c + 2, stride);
  var y3 = shared_bias(c + 3, stride);
  var y4 = shared_bias(c + 4, stride);
  var y5 = shared_bias(c + 5, stride);
  var y6 = shared_bias(c + 6, stride);
  var y7 = shared_bias(c + 7, stride);
  for (var k = 0u; k < in_stride; k++) {
    let xs = rows_at(tile, k);
    y0 += shared_weights(k, c, stride, place) * xs;
    if VECTORS > 1 { y1 += shared_weights(k, c + 1, stride, place) * xs; }
    if VECTORS > 2 { y2 += shared_weights(k, c + 2, stride, place) * xs; }
    if VECTORS > 3 { y3 += shared_weights(k, c + 3, stride, place) * xs; }
    if VECTORS > 4 { y4 += shared_weights(k, c + 4, stride, place) * xs; }
    if VECTORS > 5 { y5 += shared_weights(k, c + 5, stride, place) * xs; }
    if VECTORS > 6 { y6 += shared_weights(k, c + 6, stride, place) * xs; }
    if VECTORS > 7 { y7 += shared_weights(k, c + 7, stride, place) * xs; }
  }
  let past = min(tile.row + 4, params.rows);
  for (var row = tile.row; row < past; row++) {
    let at = row * stride + c;
    store_row(at, y0[0]); y0 = after_first(y0);
    if VECTORS > 1 { store_within(at, c, 1, stride, y1[0]); y1 = after_first(y1); }
    if VECTORS > 2 { store_within(at, c, 2, stride, y2[0]); y2 = after_first(y2); }
    if VECTORS > 3 { store_within(at, c, 3, stride, y3[0]); y3 = after_first(y3); }
    if VECTORS > 4 { store_within(at, c, 4, stride, y4[0]); y4 = after_first(y4); }
    if VECTORS > 5 { store_within(at, c, 5, stride, y5[0]); y5 = after_first(y5); }
    if VECTORS > 6 { store_within(at, c, 6, stride, y6[0]); y6 = after_first(y6); }
    if VECTORS > 7 { store_within(at, c, 7, stride, y7[0]); y7 = after_first(y7); }
  }
}

// dx = dy Wᵀ. `x` holds dy, `y` receives dx.
@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_subgroups_backward_input(invocation: Invocation, @builtin(subgroup_invocation_id) place: u32) {
  let out_stride = (params.outputs + 3) / 4;
  let stride = (params.inputs + 3) / 4;
  let tile = subgroup_tile(invocation, stride, out_stride);
  let c = tile.column;
  var y0 = mat4x4f(); var y1 = mat4x4f(); var y2 = mat4x4f(); var y3 = mat4x4f();
  var y4 = mat4x4f(); var y5 = mat4x4f(); var y6 = mat4x4f(); var y7 = mat4x4f();
  for (var o = 0u; o < out_stride; o++) {
    let ds = rows_at(tile, o);
    y0 += shared_transposed(o, c, out_stride, place) * ds;
    if VECTORS > 1 { y1 += shared_transposed(o, c + 1, out_stride, place) * ds; }
    if VECTORS > 2 { y2 += shared_transposed(o, c + 2, out_stride, place) * ds; }
    if VECTORS > 3 { y3 += shared_transposed(o, c + 3, out_stride, place) * ds; }
    if VECTORS > 4 { y4 += shared_transposed(o, c + 4, out_stride, place) * ds; }
    if VECTORS > 5 { y5 += shared_transposed(o, c + 5, out_stride, place) * ds; }
    if VECTORS > 6 { y6 += shared_transposed(o, c + 6, out_stride, place) * ds; }
    if VECTORS > 7 { y7 += shared_transposed(o, c + 7, out_stride, place) * ds; }
  }
  let past = min(tile.row + 4, params.rows);
  for (var row = tile.row; row < past; row++) {
    let at = row * stride + c;
    store_row(at, y0[0] * inside_inputs(c)); y0 = after_first(y0);
    if VECTORS > 1 { store_within(at, c, 1, stride, y1[0] * inside_inputs(c + 1)); y1 = after_first(y1); }
    if VECTORS > 2 { store_within(at, c, 2, stride, y2[0] * inside_inputs(c + 2)); y2 = after_first(y2); }
    if VECTORS > 3 { store_within(at, c, 3, stride, y3[0] * inside_inputs(c + 3)); y3 = after_first(y3); }
    if VECTORS > 4 { store_within(at, c, 4, stride, y4[0] * inside_inputs(c + 4)); y4 = after_first(y4); }
    if VECTORS > 5 { store_within(at, c, 5, stride, y5[0] * inside_inputs(c + 5)); y5 = after_first(y5); }
    if VECTORS > 6 { store_within(at, c, 6, stride, y6[0] * inside_inputs(c + 6)); y6 = after_first(y6); }
    if VECTORS > 7 { store_within(at, c, 7, stride, y7[0] * inside_inputs(c + 7)); y7 = after_first(y7); }
  }
}

// 1 for inputs, 0 for the padding of a row, whatever row of the weights stood in for theirs.
fn inside_inputs(vector: u32) -> vec4f {
  return select(vec4f(), vec4f(1), vector * 4 + vec4u(0, 1, 2, 3) < vec4u(params.inputs));
}

// partial[block] = [x 1]ᵀ dy over a block of rows. An invocation owns 16 inputs × 4 outputs, the bias too.
// The lanes of a subgroup own tiles of one or two blocks of 16 inputs, and load these in halves.
struct WeightParams { rows: u32, inputs: u32, outputs: u32, first_row: u32, block_rows: u32 }

@group(0) @binding(0) var<uniform> weight_params: WeightParams;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;             // [rows, outputs]
@group(0) @binding(3) var<storage, read_write> partial: array<vec4f>;  // [blocks, weight rows, outputs]

// The inputs that a lane loaded, by each output that the invocation owns.
fn outer(inputs: vec4f, lane: u32, d: vec4f) -> mat4x4f {
  let a = vec4f(
    subgroupShuffle(inputs.x, lane), subgroupShuffle(inputs.y, lane),
    subgroupShuffle(inputs.z, lane), subgroupShuffle(inputs.w, lane));
  return mat4x4f(a.x * d, a.y * d, a.z * d, a.w * d);
}

fn store_input(at: u32, input: u32, stride: u32, value: vec4f) {
  if input < weight_params.inputs { partial[at + input * stride] = value; }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_subgroups_backward_weight(invocation: Invocation, @builtin(subgroup_invocation_id) place: u32) {
  let p = weight_params;
  let in_stride = (p.inputs + 3) / 4;
  let stride = (p.outputs + 3) / 4;
  let input_tiles = max((p.inputs + 15) / 16, 1);
  let tiles = input_tiles * stride;
  let subgroups = (tiles + 7) / 8;
  let group = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let subgroup = (group * WORKGROUP_SIZE + invocation.lane) / 8;
  let block = subgroup / subgroups;
  let first_tile = subgroup % subgroups * 8;
  let tile = min(first_tile + place, tiles - 1);
  let tile_of_inputs = tile / stride;
  let column = tile % stride;
  let first_inputs = first_tile / stride;
  let loaded = min(first_inputs * 4 + place, max(in_stride, 1) - 1);
  let lane = (tile_of_inputs - first_inputs) * 4;

  var m0 = mat4x4f(); var m1 = mat4x4f(); var m2 = mat4x4f(); var m3 = mat4x4f();
  var bias = vec4f();
  let end = min(p.rows, (block + 1) * p.block_rows);
  for (var row = block * p.block_rows; row < end; row++) {
    let inputs = x[row * in_stride + loaded];
    let d = dy[row * stride + column];
    m0 += outer(inputs, lane, d);
    m1 += outer(inputs, lane + 1, d);
    m2 += outer(inputs, lane + 2, d);
    m3 += outer(inputs, lane + 3, d);
    bias += d;
  }
  if block > 0 && block * p.block_rows >= p.rows || first_tile + place >= tiles { return; }
  let at = (p.first_row / p.block_rows + block) * (p.inputs + u32(BIAS)) * stride + column;
  let input = tile_of_inputs * 16;
  let past = min(input + 4, max(p.inputs, 1));
  for (var i = input; i < past; i++) {
    store_input(at, i, stride, m0[0]); m0 = after_first(m0);
    store_input(at, i + 4, stride, m1[0]); m1 = after_first(m1);
    store_input(at, i + 8, stride, m2[0]); m2 = after_first(m2);
    store_input(at, i + 12, stride, m3[0]); m3 = after_first(m3);
  }
  if BIAS && tile_of_inputs == input_tiles - 1 { partial[at + p.inputs * stride] = bias; }
}
