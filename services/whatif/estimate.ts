/** A mean over runs, and between which two values the true one lies in 95 of 100 cases, by Student's t. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Null: fewer than two runs have a value, so nobody can tell how far it spreads. */
export function estimateOf(values: readonly number[]): Estimate | null {
  const count = values.length
  if (count < 2) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const half = quantileOfT(count - 1) * Math.sqrt(squares / (count - 1) / count)
  return { mean, low: mean - half, high: mean + half }
}

/** The 0.975 quantile of Student's t, by degrees of freedom from 1; beyond the table by its expansion about the normal. */
function quantileOfT(freedom: number): number {
  const z = 1.959964
  return table[freedom - 1] ?? z + (z ** 3 + z) / (4 * freedom)
}

const table = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788,
  2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639,
  2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
]
