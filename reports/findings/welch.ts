/** Welch's test: whether the means of two samples differ by more than chance, their variances unequal. */

/** The size of a sample, its mean and its sample standard deviation. */
export interface Sample {
  readonly size: number;
  readonly mean: number;
  /** Null where the sample has one value. */
  readonly std: number | null;
}

/**
 * The two-sided probability of means as far apart where there is no difference, by Student's t with the
 * degrees of freedom of Welch and Satterthwaite (Welch 1947). Null where a sample has fewer than two
 * values, or where neither varies: then nothing tells how far apart chance alone would put them.
 */
export function welch(a: Sample, b: Sample): number | null {
  if (a.std === null || b.std === null || a.size < 2 || b.size < 2) return null;
  const [va, vb] = [a.std ** 2 / a.size, b.std ** 2 / b.size];
  if (!(va + vb > 0)) return null;
  const t = (a.mean - b.mean) / Math.sqrt(va + vb);
  const freedom = (va + vb) ** 2 / (va ** 2 / (a.size - 1) + vb ** 2 / (b.size - 1));
  return twoTails(t, freedom);
}

/** The probability that Student's t is as far from 0 as this, on either side. */
export function twoTails(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (Abramowitz 26.5.8). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below this x; I_x(a, b) = 1 − I_{1−x}(b, a) has the rest.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta) / a;
  return front * betaFraction(x, a, b);
}

/** More than any a and b of a test take; each round adds two terms. */
const MOST_ROUNDS = 1000;

/** 1/(1+ d₁/(1+ d₂/(1+ …))) by Lentz' method, from the front until a round changes no bit. */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number) => Math.abs(value) < 1e-300 ? 1e-300 : value;
  let c = 1;
  let d = 1 / away(1 - (a + b) * x / (a + 1));
  let result = d;
  for (let m = 1; m <= MOST_ROUNDS; m++) {
    const terms = [
      m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
      -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
    ];
    const before = result;
    for (const term of terms) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      result *= c * d;
    }
    if (Math.abs(result - before) <= Number.EPSILON * Math.abs(result)) return result;
  }
  throw new RangeError(`Cannot tell I_x(${a}, ${b}) at ${x}: the fraction does not converge`);
}

/** Lanczos' coefficients of g = 7. */
const LANCZOS = [
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/** ln Γ(x) for x ≥ ½, to 15 digits (Lanczos 1964). */
function logGamma(x: number): number {
  const sum = LANCZOS.reduce((all, one, i) => all + one / (x + i), 0.99999999999980993);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
