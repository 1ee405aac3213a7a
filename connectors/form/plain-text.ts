/** What may stand in a text that leaves the hub. */
export interface TextRules {
  /** Texts in which these stand would end a field: they become blanks. */
  readonly without?: string
  /** Of other characters than letters and digits, only these. */
  readonly only?: string
  /** As many UTF-16 units as the target has room for; only whole letters are kept. */
  readonly max?: number
}

/** One line without control characters and without what no document can carry, as the rules want it. */
export function plainText(text: string, { without = '', only, max = Infinity }: TextRules): string {
  const kept = Array.from(text, (letter) =>
    unwritable.test(letter) || without.includes(letter) || !isAllowed(letter, only) ? ' ' : letter,
  ).join('')
  return cut(kept.trim().replace(/ +/g, ' '), max).trim()
}

/** Line ends and other control characters, halves of letters, and what XML has no way to write. */
const unwritable = /[\p{Cc}\p{Cs}\u2028\u2029\uFEFF\uFFFE\uFFFF]/u

function isAllowed(letter: string, only: string | undefined): boolean {
  return only === undefined || /[\p{L}\p{M}\p{N} ]/u.test(letter) || only.includes(letter)
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text
  let kept = ''
  for (const { segment } of letters.segment(text)) {
    if (kept.length + segment.length > max) break
    kept += segment
  }
  return kept
}

const letters = new Intl.Segmenter()
