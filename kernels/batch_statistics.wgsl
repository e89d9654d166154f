// Each channel's mean and 1 / deviation over all rows of x, and the running mean and variance moved a
// tenth of the way to them. batch_norm_act.wgsl normalises by either.

override WORKGROUP_SIZE: u32 = 64;
// Whether the running statistics are moved.
override MOVES: bool = true;

// Steps in one where the state is of fixed-point numbers; 0 where it is of floats.
override FIXED: f32 = 0;

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

struct Params { rows: u32, channels: u32, first_row: u32, block_rows: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> partial: array<vec4f>;          // [blocks, 3, channels]
@group(0) @binding(2) var<storage, read_write> running: array<vec4f>;    // [2, channels]: mean, variance
@group(0) @binding(3) var<storage, read_write> statistics: array<vec4f>; // [2, channels]: mean, 1 / deviation

struct Invocation {
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
}

fn index_of(invocation: Invocation) -> u32 {
  let workgroup = invocation.workgroup.y * invocation.workgroups.x + invocation.workgroup.x;
  return workgroup * WORKGROUP_SIZE + invocation.lane;
}

struct Rows { first: u32, end: u32 }

fn rows_of(block: u32) -> Rows {
  let first = block * params.block_rows;
  return Rows(min(params.rows, first), min(params.rows, first + params.block_rows));
}

// One invocation per 4 channels: joins the blocks in order by the rule of Chan, Golub and LeVeque, all
// relative to the first row.
@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_statistics(invocation: Invocation) {
  let i = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  if i >= stride { return; }
  let origin = partial[i];
  var count = 0.0;
  var mean = vec4f();
  var squares = vec4f();
  for (var block = 0u; block * params.block_rows < params.rows; block++) {
    let rows = rows_of(block);
    let added = f32(rows.end - rows.first);
    let at = block * 3 * stride + i;
    let delta = (partial[at] - origin) + partial[at + stride] - mean;
    let share = added / (count + added);
    mean += delta * share;
    squares += partial[at + 2 * stride] + delta * delta * (count * share);
    count += added;
  }
  mean += origin;
  let variance = squares / max(count, 1);
  let inside = i * 4 + vec4u(0, 1, 2, 3) < vec4u(params.channels);
  statistics[i] = mean;
  statistics[stride + i] = select(vec4f(), inverseSqrt(variance + EPSILON), inside);
  // No rows teach nothing. Of a single row the unbiased variance, 0 / 0, is replaced by the biased one.
  if count == 0 || !MOVES { return; }
  let unbiased = squares / max(count - 1, 1);
  running[i] += MOMENTUM * (mean - running[i]);
  running[stride + i] += MOMENTUM * (unbiased - running[stride + i]);
}

@group(0) @binding(1) var<storage, read> x: array<vec4u>;                // words of [rows, channels]
@group(0) @binding(2) var<storage, read_write> moments: array<vec4f>;    // [blocks, 3, channels]

// The values of a state's words: floats, or fixed-point numbers.
fn from_words(words: vec4u) -> vec4f {
  if FIXED == 0 { return bitcast<vec4f>(words); }
  return vec4f(bitcast<vec4i>(words)) / FIXED;
}

// One invocation per block of rows and 4 channels: the block's first row, the mean relative to it, and
// Σ (x − mean)². So a mean far larger than the deviation costs no digits.
@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_statistics_blocks(invocation: Invocation) {
  let index = index_of(invocation);
  let stride = (params.channels + 3) / 4;
  let block = index / stride;
  if block > 0 && block * params.block_rows >= params.rows { return; }
  let i = index % stride;
  let rows = rows_of(block);
  var origin = vec4f();
  var mean = vec4f();
  var squares = vec4f();
  if rows.first < rows.end {
    origin = from_words(x[rows.first * stride + i]);
    var sum = vec4f();
    for (var row = rows.first; row < rows.end; row++) { sum += from_words(x[row * stride + i]) - origin; }
    mean = sum / f32(rows.end - rows.first);
    for (var row = rows.first; row < rows.end; row++) {
      let centred = from_words(x[row * stride + i]) - origin - mean;
      squares += centred * centred;
    }
  }
  let at = (params.first_row / params.block_rows + block) * 3 * stride + i;
  moments[at] = origin;
  moments[at + stride] = mean;
  moments[at + 2 * stride] = squares;
}
