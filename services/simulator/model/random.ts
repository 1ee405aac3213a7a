/**
 * Chance that gives the same draws for the same seed, on every machine. `split` makes a generator whose draws depend only
 * on the labels on the way to it, never on how many were drawn before: a new stream disturbs no other.
 */
export interface Random {
  /** The next draw, 0 ≤ x < 1. */
  next(): number
  /** The next 32 bits. */
  bits(): number
  split(...labels: readonly (string | number)[]): Random
}

export function createRandom(seed: string | number): Random {
  return open(absorb([0x9e3779b9, 0x243f6a88], seed))
}

type Key = readonly [number, number]

/** sfc32 (Chris Doty-Humphrey's small fast counting generator), seeded by the key. */
function open(key: Key): Random {
  let [a, b] = key
  let c = 0x85ebca6b ^ b
  let counter = 1
  function bits(): number {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) bits()
  return {
    bits,
    next: () => bits() / 4_294_967_296,
    split: (...labels) => open(labels.reduce<Key>((at, label) => absorb(at, label), key)),
  }
}

function absorb(key: Key, label: string | number): Key {
  let [high, low] = key
  const text = typeof label === 'number' ? `#${label}` : label
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    high = mix(high ^ code)
    low = mix((low + Math.imul(code, 0x01000193)) ^ high)
  }
  return [mix(high + 0x632be5ab), mix(low ^ high)]
}

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}
