import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  quoteName,
  quoteText,
  sqlStatements,
  sqlTokens,
} from '../../../services/warehouse/sql-tokens.ts'

const textsOf = (sql: string) => [...sqlTokens(sql)].map(({ text }) => text)

describe('sqlTokens', () => {
  test('cuts words, names, texts, numbers and signs, and leaves out spaces and comments', () => {
    expect(textsOf("SELECT a.`b c`, 'it''s', 1.5e-3 -- end\n/* x */ FROM \"t\"; # last")).toEqual([
      ...['SELECT', 'A', '.', '`b c`', ',', "'it''s'", ',', '1.5e-3', 'FROM', '"t"', ';'],
    ])
  })

  test('sees no end of a text where there is none', () => {
    expect(textsOf("'a\\'b' 'c' $x$ ' $x$ `d\\`e`")).toEqual([
      ...["'a\\'b'", "'c'", "$x$ ' $x$", '`d\\`e`'],
    ])
  })

  test('says how deep a token stands', () => {
    const deep = [...sqlTokens('a (b [c]) d')].map(({ text, depth }) => [text, depth])
    expect(deep).toEqual([
      ...[
        ['A', 0],
        ['(', 0],
        ['B', 1],
        ['[', 1],
        ['C', 2],
        [']', 1],
        [')', 0],
        ['D', 0],
      ],
    ])
  })

  test('passes over any text from its beginning to its end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (sql) => {
        const borders = [...sqlTokens(sql)].flatMap(({ from, to }) => [from, to])
        expect(borders).toEqual([...borders].sort((a, b) => a - b))
        expect(borders.at(-1) ?? 0).toBeLessThanOrEqual(sql.length)
      }),
    )
  })
})

describe('sqlStatements', () => {
  test('cuts a file at the semicolons that end statements', () => {
    const file = "-- a; b\nSELECT ';' AS `x;y`;\n\n/* ; */ SELECT (1); ;\nSELECT 2 -- end;"
    expect(sqlStatements(file)).toEqual(["SELECT ';' AS `x;y`", 'SELECT (1)', 'SELECT 2'])
  })
})

describe('quoteText and quoteName', () => {
  test('are one token, whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(textsOf(quoteText(text))).toHaveLength(1)
        expect(textsOf(quoteName(text))).toHaveLength(1)
      }),
    )
  })
})
