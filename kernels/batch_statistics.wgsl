// Each channel's mean and 1 / deviation over all rows of x, and the running mean and variance moved a
// tenth of the way to them: what batch_norm_act.wgsl normalises by.

override WORKGROUP_SIZE: u32 = 64;
// Whether the running statistics are moved.
override MOVES: bool = true;

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

struct Params { rows: u32, channels: u32, blocks: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> partial: array<vec4f>;          // [blocks, 2, channels]
@group(0) @binding(2) var<storage, read_write> running: array<vec4f>;    // [2, channels]: mean, variance
@group(0) @binding(3) var<storage, read_write> statistics: array<vec4f>; // [2, channels]: mean, 1 / deviation

struct Rows { first: u32, end: u32 }

fn rows_of(block: u32) -> Rows {
  let per_block = (params.rows + params.blocks - 1) / params.blocks;
  return Rows(min(params.rows, block * per_block), min(params.rows, (block + 1) * per_block));
}

// An invocation 4 channels: joins the blocks in their order by the rule of Chan, Golub and LeVeque.
@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_statistics(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let stride = (params.channels + 3) / 4;
  if i >= stride { return; }
  var count = 0.0;
  var mean = vec4f();
  var squares = vec4f();
  for (var block = 0u; block < params.blocks; block++) {
    let rows = rows_of(block);
    if rows.first == rows.end { continue; }
    let added = f32(rows.end - rows.first);
    let delta = partial[block * 2 * stride + i] - mean;
    let share = added / (count + added);
    mean += delta * share;
    squares += partial[(block * 2 + 1) * stride + i] + delta * delta * (count * share);
    count += added;
  }
  let variance = squares / max(count, 1);
  let inside = i * 4 + vec4u(0, 1, 2, 3) < vec4u(params.channels);
  statistics[i] = mean;
  statistics[stride + i] = select(vec4f(), inverseSqrt(variance + EPSILON), inside);
  // Of no row there is nothing to learn; of one the unbiased variance, 0 / 0, is taken as the biased.
  if count == 0 || !MOVES { return; }
  let unbiased = squares / max(count - 1, 1);
  running[i] += MOMENTUM * (mean - running[i]);
  running[stride + i] += MOMENTUM * (unbiased - running[stride + i]);
}

@group(0) @binding(1) var<storage, read> x: array<vec4f>;                // [rows, channels]
@group(0) @binding(2) var<storage, read_write> moments: array<vec4f>;    // [blocks, 2, channels]

// An invocation a block of rows and 4 channels: their mean and Σ (x − mean)². All is taken relative to
// the block's first row, so that a mean far larger than the deviation costs no digits.
@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_statistics_blocks(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let stride = (params.channels + 3) / 4;
  let block = index / stride;
  if block >= params.blocks { return; }
  let i = index % stride;
  let rows = rows_of(block);
  var origin = vec4f();
  var mean = vec4f();
  var squares = vec4f();
  if rows.first < rows.end {
    origin = x[rows.first * stride + i];
    var sum = vec4f();
    for (var row = rows.first; row < rows.end; row++) { sum += x[row * stride + i] - origin; }
    mean = sum / f32(rows.end - rows.first);
    for (var row = rows.first; row < rows.end; row++) {
      let centred = x[row * stride + i] - origin - mean;
      squares += centred * centred;
    }
  }
  moments[block * 2 * stride + i] = origin + mean;
  moments[(block * 2 + 1) * stride + i] = squares;
}
