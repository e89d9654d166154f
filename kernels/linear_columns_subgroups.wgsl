// The products of linear.wgsl, to the same bits, for drivers on the processor whose subgroups are of 8, and
// weights that fit an invocation's memory. Such a driver loads lane by lane, and has registers for few sums.
// So the lanes of a subgroup own columns, whose weights they load once for many rows: a product then takes
// one of its factors from memory, at no cost, and a row's few sums stay in registers. Where y is so narrow
// that lanes would be left over, a subgroup takes several rows at once.

override WORKGROUP_SIZE: u32 = 64;
// Whether the product is by Wᵀ: then `x` is dy, whose columns are its inputs here, and `y` is dx.
override TRANSPOSED: bool = false;
// Whether the last row of the weights is a bias.
override BIAS: bool = true;
// Vectors of 4 inputs: at most 16.
override INPUTS: u32 = 8;
// Lanes that own the columns of a row: 8, or 4, 2 or 1 where the subgroup takes as many rows as fit.
override LANES: u32 = 8;
// Vectors of 4 columns that a lane owns, LANES apart: at most 3, and at most 32 with all inputs.
override VECTORS: u32 = 2;
// What becomes of the old y: 0 overwritten, 1 added to, -1 subtracted from (the inverse).
override RESIDUAL: i32 = 0;
// Steps in one where the state is of fixed-point numbers; 0 where it is of floats.
override FIXED: f32 = 0;

const SUBGROUP = 8u;

// A subgroup takes `share` rows.
struct Params { rows: u32, inputs: u32, outputs: u32, share: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;              // [rows, inputs]; dy [rows, outputs]
@group(0) @binding(2) var<uniform> uniform_weight: array<vec4f, 4096>; // [inputs + bias, outputs]
@group(0) @binding(3) var<storage, read_write> y: array<vec4u>;        // words of [rows, outputs]; dx [rows, inputs]

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
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

fn from_lane(values: vec4f, lane: u32) -> vec4f {
  return vec4f(
    subgroupShuffle(values.x, lane), subgroupShuffle(values.y, lane),
    subgroupShuffle(values.z, lane), subgroupShuffle(values.w, lane));
}

// The lane's weights, by input and vector. What is indexed by constants alone is read as it stands.
var<private> weights: array<vec4f, 128>;

fn weights_of(k: u32, vector: u32) -> mat4x4f {
  let at = k * 4 * VECTORS + vector;
  return mat4x4f(
    weights[at], weights[at + VECTORS], weights[at + 2 * VECTORS], weights[at + 3 * VECTORS]);
}

// W by inputs 4 k to 4 k + 3 and a vector of columns. x is zero past its last column, so what stands there
// is multiplied by nothing.
fn loaded_weights(k: u32, column: u32, stride: u32) -> mat4x4f {
  var rows = mat4x4f();
  for (var i = 0u; i < 4; i++) {
    if TRANSPOSED {
      rows[i] = uniform_weight[min(column * 4 + i, params.inputs - 1) * INPUTS + k];
    } else {
      rows[i] = uniform_weight[min(k * 4 + i, max(params.inputs + u32(BIAS), 1) - 1) * stride + column];
    }
  }
  if TRANSPOSED { return transpose(rows); }
  return rows;
}

fn bias_of(column: u32, stride: u32) -> vec4f {
  if BIAS && !TRANSPOSED { return uniform_weight[params.inputs * stride + column]; }
  return vec4f();
}

// 1 for columns, 0 for the padding of a row, whatever stood in for its weights.
fn inside_columns(vector: u32) -> vec4f {
  if !TRANSPOSED { return vec4f(1); }
  return select(vec4f(), vec4f(1), vector * 4 + vec4u(0, 1, 2, 3) < vec4u(params.inputs));
}

// A row of y: the lane's vectors of it.
struct Sums { a: vec4f, b: vec4f, c: vec4f }

// Where a lane stands: its row, its place among the row's lanes, and the first of these.
struct Position { row: u32, lane: u32, first: u32 }

// A row on its way: the vector of its inputs that the lane holds, and its sums.
struct Walk { held: vec4f, sums: Sums }

// The inputs that a row's lanes hold, a vector each: from vector k on, if others came before it.
fn held_from(k: u32, held: vec4f, position: Position) -> vec4f {
  if k % LANES > 0 { return held; }
  if k + LANES > INPUTS && k + position.lane >= INPUTS { return vec4f(); }
  return x[position.row * INPUTS + k + position.lane];
}

// Adds the products by inputs 4 k to 4 k + 3, if there are so many.
fn with_input(walk: Walk, k: u32, position: Position) -> Walk {
  if k >= INPUTS { return walk; }
  let held = held_from(k, walk.held, position);
  let inputs = from_lane(held, position.first + k % LANES);
  var sums = walk.sums;
  sums.a += weights_of(k, 0) * inputs;
  if VECTORS > 1 { sums.b += weights_of(k, 1) * inputs; }
  if VECTORS > 2 { sums.c += weights_of(k, 2) * inputs; }
  return Walk(held, sums);
}

// One subgroup per `share` rows and LANES VECTORS vectors of columns.
@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_columns_subgroups(invocation: Invocation, @builtin(subgroup_invocation_id) place: u32) {
  let group = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  let subgroup = (group * WORKGROUP_SIZE + invocation.lane) / SUBGROUP;
  let stride = (select(params.outputs, params.inputs, TRANSPOSED) + 3) / 4;
  let blocks = (stride + LANES * VECTORS - 1) / (LANES * VECTORS);
  let lane = place % LANES;
  let a = subgroup % blocks * LANES * VECTORS + lane;
  let b = a + LANES; let c = b + LANES;
  let ca = min(a, stride - 1); let cb = min(b, stride - 1); let cc = min(c, stride - 1);
  for (var k = 0u; k < INPUTS; k++) {
    let of_a = loaded_weights(k, ca, stride);
    let of_b = loaded_weights(k, cb, stride);
    let of_c = loaded_weights(k, cc, stride);
    for (var i = 0u; i < 4; i++) {
      let at = (k * 4 + i) * VECTORS;
      weights[at] = of_a[i];
      if VECTORS > 1 { weights[at + 1] = of_b[i]; }
      if VECTORS > 2 { weights[at + 2] = of_c[i]; }
    }
  }
  let bias = Sums(bias_of(ca, stride), bias_of(cb, stride), bias_of(cc, stride));
  let first = subgroup / blocks * params.share;
  let past = min(first + params.share, params.rows);
  for (var next = first; next < past; next += SUBGROUP / LANES) {
    let row = next + place / LANES;
    let position = Position(row, lane, place - lane);
    var walk = Walk(vec4f(), bias);
    walk = with_input(walk, 0, position);
    walk = with_input(walk, 1, position);
    walk = with_input(walk, 2, position);
    walk = with_input(walk, 3, position);
    walk = with_input(walk, 4, position);
    walk = with_input(walk, 5, position);
    walk = with_input(walk, 6, position);
    walk = with_input(walk, 7, position);
    walk = with_input(walk, 8, position);
    walk = with_input(walk, 9, position);
    walk = with_input(walk, 10, position);
    walk = with_input(walk, 11, position);
    walk = with_input(walk, 12, position);
    walk = with_input(walk, 13, position);
    walk = with_input(walk, 14, position);
    walk = with_input(walk, 15, position);
    // Until here all lanes hand on what they loaded, though it be no row's.
    if row >= past { continue; }
    let to = row * stride;
    let sums = walk.sums;
    if a < stride { store_row(to + a, sums.a * inside_columns(a)); }
    if VECTORS > 1 && b < stride { store_row(to + b, sums.b * inside_columns(b)); }
    if VECTORS > 2 && c < stride { store_row(to + c, sums.c * inside_columns(c)); }
  }
}
