// Steps between matrix products, each in one pass over memory. Arrays are bfloat16 unless a name says
// otherwise; all arithmetic is float32. Rows are tokens; a leading dimension is the distance of two
// rows. Every parameter has 8 bytes. Eight neighbouring elements are one access.

typedef unsigned short bf16;
typedef unsigned int u32;
typedef long long i64;

#define EXPERTS 16  // most experts of one layer that route and weigh know

static __device__ __forceinline__ void load8(const bf16* from, float* x) {
  uint4 raw = *reinterpret_cast<const uint4*>(from);
  u32 pairs[4] = {raw.x, raw.y, raw.z, raw.w};
#pragma unroll
  for (int i = 0; i < 4; i++) {
    x[2 * i] = __uint_as_float(pairs[i] << 16);
    x[2 * i + 1] = __uint_as_float(pairs[i] & 0xffff0000u);
  }
}

static __device__ __forceinline__ u32 pair(float low, float high) {
  u32 both;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
  return both;
}

static __device__ __forceinline__ void store8(bf16* to, const float* x) {
  uint4 raw;
  raw.x = pair(x[0], x[1]);
  raw.y = pair(x[2], x[3]);
  raw.z = pair(x[4], x[5]);
  raw.w = pair(x[6], x[7]);
  *reinterpret_cast<uint4*>(to) = raw;
}

static __device__ __forceinline__ void load8(const float* from, float* x) {
  float4 a = reinterpret_cast<const float4*>(from)[0];
  float4 b = reinterpret_cast<const float4*>(from)[1];
  x[0] = a.x; x[1] = a.y; x[2] = a.z; x[3] = a.w;
  x[4] = b.x; x[5] = b.y; x[6] = b.z; x[7] = b.w;
}

static __device__ __forceinline__ float warp_sum(float x) {
#pragma unroll
  for (int i = 16; i > 0; i >>= 1) {
    x += __shfl_xor_sync(0xffffffffu, x, i);
  }
  return x;
}

// The sum over a block, the same in every thread; in an order that never changes.
static __device__ __forceinline__ float block_sum(float x, float* shared) {
  x = warp_sum(x);
  __syncthreads();
  if ((threadIdx.x & 31) == 0) {
    shared[threadIdx.x >> 5] = x;
  }
  __syncthreads();
  float sum = 0;
  for (int i = 0; i < (blockDim.x + 31) / 32; i++) {
    sum += shared[i];
  }
  return sum;
}

// x: [rows, heads, d] in place; cos, sin: [length, d]; a row's position is its number modulo length.
// sign 1 rotates, -1 rotates back.
extern "C" __global__ void rotate(bf16* x, const bf16* cos, const bf16* sin, i64 rows, i64 length,
                                  i64 heads, i64 d, double sign) {
  u32 half = (u32)d / 2, per_head = half / 8, per_row = (u32)heads * per_head;
  u32 at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= (u32)rows * per_row) {
    return;
  }
  u32 row = at / per_row, rest = at % per_row, head = rest / per_head, first = rest % per_head * 8;
  const bf16* c = cos + (row % (u32)length) * d + first;
  const bf16* s = sin + (row % (u32)length) * d + first;
  bf16* low = x + ((i64)row * heads + head) * d + first;
  float a[8], b[8], c1[8], c2[8], s1[8], s2[8], y[8], z[8];
  load8(low, a);
  load8(low + half, b);
  load8(c, c1);
  load8(c + half, c2);
  load8(s, s1);
  load8(s + half, s2);
#pragma unroll
  for (int i = 0; i < 8; i++) {
    y[i] = a[i] * c1[i] + (float)sign * b[i] * s1[i];
    z[i] = b[i] * c2[i] + (float)sign * a[i] * s2[i];
  }
  store8(low, y);
  store8(low + half, z);
}

// f = silu(gate) * up, all [rows, c]
extern "C" __global__ void gated(const bf16* gate, i64 ldg, const bf16* up, i64 ldu, bf16* f, i64 ldf,
                                 i64 c) {
  bf16* to = f + blockIdx.x * ldf;
  for (int i = threadIdx.x * 8; i < c; i += blockDim.x * 8) {
    float g[8], u[8];
    load8(gate + blockIdx.x * ldg + i, g);
    load8(up + blockIdx.x * ldu + i, u);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      u[j] *= g[j] / (1 + __expf(-g[j]));
    }
    store8(to + i, u);
  }
}

static __device__ __forceinline__ void gated_gradient(float g, float u, float df, float* f,
                                                      float* dg, float* du) {
  float sigmoid = 1 / (1 + __expf(-g));
  float silu = g * sigmoid;
  *f = silu * u;
  *du = df * silu;
  *dg = df * u * sigmoid * (1 + g * (1 - sigmoid));
}

// df: [rows, c] -> gradients of gate and up side by side, [rows, 2 c], and f again, [rows, c].
extern "C" __global__ void gated_backward(const bf16* df, i64 ldd, const bf16* gu, i64 ldg,
                                          bf16* dgu, i64 ldo, bf16* f, i64 ldf, i64 c) {
  const bf16* gate = gu + blockIdx.x * ldg;
  bf16* to = dgu + blockIdx.x * ldo;
  for (int i = threadIdx.x * 8; i < c; i += blockDim.x * 8) {
    float g[8], u[8], d[8], y[8], dg[8], du[8];
    load8(gate + i, g);
    load8(gate + c + i, u);
    load8(df + blockIdx.x * ldd + i, d);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      gated_gradient(g[j], u[j], d[j], &y[j], &dg[j], &du[j]);
    }
    store8(to + i, dg);
    store8(to + c + i, du);
    store8(f + blockIdx.x * ldf + i, y);
  }
}

// As gated, times the weights of the experts that have a channel. g: float32 [rows, experts];
// masks: int32 [c], bit e where expert e has it.
extern "C" __global__ void weighed(const bf16* gu, i64 ldg, const float* g, i64 experts,
                                   const u32* masks, bf16* f, i64 ldf, i64 c) {
  __shared__ float weight[EXPERTS];
  if (threadIdx.x < EXPERTS) {
    weight[threadIdx.x] = threadIdx.x < experts ? g[blockIdx.x * experts + threadIdx.x] : 0;
  }
  __syncthreads();
  const bf16* gate = gu + blockIdx.x * ldg;
  for (int i = threadIdx.x * 8; i < c; i += blockDim.x * 8) {
    float x[8], u[8];
    load8(gate + i, x);
    load8(gate + c + i, u);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      u32 mask = masks[i + j];
      float m = 0;
#pragma unroll
      for (int e = 0; e < EXPERTS; e++) {
        m += mask >> e & 1 ? weight[e] : 0;
      }
      u[j] *= m * x[j] / (1 + __expf(-x[j]));
    }
    store8(f + blockIdx.x * ldf + i, u);
  }
}

// df: [rows, c] -> gradients of gate and up [rows, 2 c], and of g, float32 [rows, experts].
extern "C" __global__ void weighed_backward(const bf16* df, i64 ldd, const bf16* gu, i64 ldg,
                                            const float* g, i64 experts, const u32* masks, bf16* dgu,
                                            i64 ldo, float* dweight, i64 c) {
  __shared__ float weight[EXPERTS];
  __shared__ float sums[32];
  if (threadIdx.x < EXPERTS) {
    weight[threadIdx.x] = threadIdx.x < experts ? g[blockIdx.x * experts + threadIdx.x] : 0;
  }
  __syncthreads();
  float dw[EXPERTS];
#pragma unroll
  for (int e = 0; e < EXPERTS; e++) {
    dw[e] = 0;
  }
  const bf16* gate = gu + blockIdx.x * ldg;
  bf16* to = dgu + blockIdx.x * ldo;
  for (int i = threadIdx.x * 8; i < c; i += blockDim.x * 8) {
    float x[8], u[8], d[8], y, dg[8], du[8];
    load8(gate + i, x);
    load8(gate + c + i, u);
    load8(df + blockIdx.x * ldd + i, d);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      u32 mask = masks[i + j];
      float m = 0;
#pragma unroll
      for (int e = 0; e < EXPERTS; e++) {
        m += mask >> e & 1 ? weight[e] : 0;
      }
      gated_gradient(x[j], u[j], d[j], &y, &dg[j], &du[j]);
      dg[j] *= m;
      du[j] *= m;
#pragma unroll
      for (int e = 0; e < EXPERTS; e++) {
        dw[e] += mask >> e & 1 ? d[j] * y : 0;
      }
    }
    store8(to + i, dg);
    store8(to + c + i, du);
  }
#pragma unroll
  for (int e = 0; e < EXPERTS; e++) {
    if (e < experts) {
      float sum = block_sum(dw[e], sums);
      if (threadIdx.x == 0) {
        dweight[blockIdx.x * experts + e] = sum;
      }
    }
  }
}

// Backward of y = x rstd weight, rstd = 1 / sqrt(mean(x^2) + epsilon), h columns in pieces of 2048:
// dx = rstd (dy weight - x rstd^2 mean(dy weight x)) + more, and of every block its part of the
// gradient of weight, float32 [blocks, h].
extern "C" __global__ void norm_backward(const bf16* dy, const bf16* x, const float* rstd,
                                         const float* weight, const bf16* more, bf16* dx,
                                         float* parts, i64 rows, i64 h) {
  __shared__ float sums[32];
  float dw[PIECES][8], w[PIECES][8];
#pragma unroll
  for (int p = 0; p < PIECES; p++) {
    int at = (p * blockDim.x + threadIdx.x) * 8;
#pragma unroll
    for (int j = 0; j < 8; j++) {
      dw[p][j] = 0;
      w[p][j] = at < h ? weight[at + j] : 0;
    }
  }
  for (i64 row = blockIdx.x; row < rows; row += gridDim.x) {
    float r = rstd[row], dot = 0;
    float a[PIECES][8], d[PIECES][8];
#pragma unroll
    for (int p = 0; p < PIECES; p++) {
      int at = (p * blockDim.x + threadIdx.x) * 8;
      if (at < h) {
        load8(x + row * h + at, a[p]);
        load8(dy + row * h + at, d[p]);
#pragma unroll
        for (int j = 0; j < 8; j++) {
          dw[p][j] += d[p][j] * a[p][j] * r;
          d[p][j] *= w[p][j];
          dot += d[p][j] * a[p][j];
        }
      }
    }
    float scale = block_sum(dot, sums) * r * r / h;
#pragma unroll
    for (int p = 0; p < PIECES; p++) {
      int at = (p * blockDim.x + threadIdx.x) * 8;
      if (at < h) {
        float b[8];
        load8(more + row * h + at, b);
#pragma unroll
        for (int j = 0; j < 8; j++) {
          b[j] += r * (d[p][j] - a[p][j] * scale);
        }
        store8(dx + row * h + at, b);
      }
    }
  }
#pragma unroll
  for (int p = 0; p < PIECES; p++) {
    int at = (p * blockDim.x + threadIdx.x) * 8;
    if (at < h) {
#pragma unroll
      for (int j = 0; j < 8; j++) {
        parts[blockIdx.x * h + at + j] = dw[p][j];
      }
    }
  }
}

// to[i] = rows[places[i]]; h columns
extern "C" __global__ void gather(const bf16* rows, const i64* places, bf16* to, i64 ldt, i64 h) {
  const bf16* from = rows + places[blockIdx.x] * h;
  for (int i = threadIdx.x * 8; i < h; i += blockDim.x * 8) {
    *reinterpret_cast<uint4*>(to + blockIdx.x * ldt + i) = *reinterpret_cast<const uint4*>(from + i);
  }
}

// to[i] = rows[places[i]] + more[i]; h columns
extern "C" __global__ void gather_add(const bf16* rows, const i64* places, const bf16* more, bf16* to,
                                      i64 h) {
  const bf16* from = rows + places[blockIdx.x] * h;
  for (int i = threadIdx.x * 8; i < h; i += blockDim.x * 8) {
    float a[8], b[8];
    load8(from + i, a);
    load8(more + blockIdx.x * h + i, b);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      a[j] += b[j];
    }
    store8(to + blockIdx.x * h + i, a);
  }
}

// Cross-entropy of each row's target and its gradient, softmax(z) less 1 at the target. z: float32
// [rows, v], losses: float32 [rows], dz: [rows, v]
extern "C" __global__ void cross_entropy(const float* z, const i64* targets, bf16* dz, float* losses,
                                         i64 v) {
  __shared__ float sums[32];
  const float* row = z + blockIdx.x * v;
  float most = -__int_as_float(0x7f800000);
  float sum = 0;
  for (int i = threadIdx.x * 8; i < v; i += blockDim.x * 8) {
    float x[8];
    load8(row + i, x);
    float here = x[0];
#pragma unroll
    for (int j = 1; j < 8; j++) {
      here = fmaxf(here, x[j]);
    }
    float next = fmaxf(most, here);
    sum *= __expf(most - next);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      sum += __expf(x[j] - next);
    }
    most = next;
  }
  float top = most;
#pragma unroll
  for (int i = 16; i > 0; i >>= 1) {
    top = fmaxf(top, __shfl_xor_sync(0xffffffffu, top, i));
  }
  if ((threadIdx.x & 31) == 0) {
    sums[threadIdx.x >> 5] = top;
  }
  __syncthreads();
  for (int i = 0; i < blockDim.x / 32; i++) {
    top = fmaxf(top, sums[i]);
  }
  sum = block_sum(sum * __expf(most - top), sums);
  float partition = top + logf(sum);
  i64 target = targets[blockIdx.x];
  if (threadIdx.x == 0) {
    losses[blockIdx.x] = partition - row[target];
  }
  for (int i = threadIdx.x * 8; i < v; i += blockDim.x * 8) {
    float x[8];
    load8(row + i, x);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      x[j] = __expf(x[j] - partition) - (i + j == target ? 1.f : 0.f);
    }
    store8(dz + blockIdx.x * v + i, x);
  }
}

// Router logits: z = n w^T in float32, four rows a warp. n: [rows, h], w: float32 [experts, h],
// z: float32 [rows, experts]
extern "C" __global__ void route(const bf16* n, const float* w, float* z, i64 rows, i64 experts,
                                 i64 h) {
  i64 first = ((i64)blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32) * 4;
  int lane = threadIdx.x & 31;
  float sums[4][EXPERTS];
#pragma unroll
  for (int r = 0; r < 4; r++) {
#pragma unroll
    for (int e = 0; e < EXPERTS; e++) {
      sums[r][e] = 0;
    }
  }
  for (int i = lane * 8; i < h; i += 256) {
    float x[4][8];
#pragma unroll
    for (int r = 0; r < 4; r++) {
      if (first + r < rows) {
        load8(n + (first + r) * h + i, x[r]);
      } else {
#pragma unroll
        for (int j = 0; j < 8; j++) {
          x[r][j] = 0;
        }
      }
    }
#pragma unroll
    for (int e = 0; e < EXPERTS; e++) {
      if (e < experts) {
        float y[8];
        load8(w + e * h + i, y);
#pragma unroll
        for (int r = 0; r < 4; r++) {
#pragma unroll
          for (int j = 0; j < 8; j++) {
            sums[r][e] += x[r][j] * y[j];
          }
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < 4; r++) {
#pragma unroll
    for (int e = 0; e < EXPERTS; e++) {
      if (e < experts) {
        float sum = warp_sum(sums[r][e]);
        if (lane == 0 && first + r < rows) {
          z[(first + r) * experts + e] = sum;
        }
      }
    }
  }
}
