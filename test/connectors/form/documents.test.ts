import fc from 'fast-check'
import { XMLParser } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { intervalFile } from '../../../connectors/form/interval-file.ts'
import { plainText } from '../../../connectors/form/plain-text.ts'
import { batchOf, textOf } from '../batches.ts'
import { csvOf, form, queue, row } from './sample-form.ts'

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => plainText(text, { without: ';,"|' }) !== '')
describe('what is written is read as it was', () => {
  const texts = fc.uniqueArray(name, {
    minLength: 1,
    maxLength: 12,
    selector: (one) => plainText(one, {}),
  })
  const rowsOf = (names: readonly string[]) =>
    names.map((each, index) => row(0, { answered_count: index }, queue(each)))
  const cleaned = (names: readonly string[], without = '') =>
    new Set(names.map((each) => plainText(each, { without })))
  const pairs = [
    { name: 'Start', time: 'iso' },
    { name: 'queue.name', text: '{queue.name}' },
    { name: 'queue.answered', metric: 'answered_count' },
  ]

  test.each([
    [',', 'needed', 'lf'],
    [';', 'always', 'crlf'],
    ['|', 'needed', 'crlf'],
    ['\t', 'needed', 'lf'],
  ])('CSV with %j, quotes %s, %s', (separator, quote, lineEnd) => {
    fc.assert(
      fc.property(texts, fc.boolean(), (names, byteOrderMark) => {
        const format = { kind: 'csv', separator, quote, lineEnd, byteOrderMark }
        const text = textOf(intervalFile(form({ columns: pairs, format }), batchOf(rowsOf(names))))
        const lines = csvOf(text, { delimiter: separator, bom: true })
        expect(new Set(lines.map((line) => line['queue.name']))).toEqual(cleaned(names))
      }),
    )
  })

  test('CSV that knows no quotes has none, and nothing that would need them', () => {
    fc.assert(
      fc.property(texts, (names) => {
        const plain = [...cleaned(names, ';"')]
        const format = { kind: 'csv', separator: ';', quote: 'never' }
        const made = intervalFile(form({ columns: pairs, format }), batchOf(rowsOf(plain)))
        const lines = textOf(made).trimEnd().split('\n')
        expect(lines.every((line) => line.split(';').length === 3)).toBe(true)
        expect(new Set(lines.slice(1).map((line) => line.split(';')[1]))).toEqual(new Set(plain))
      }),
    )
  })

  test('JSON, with rows in a body and fields in fields', () => {
    fc.assert(
      fc.property(texts, (names) => {
        const format = { kind: 'json', body: { of: '{target}', n: '{count}', list: '{rows}' } }
        const text = textOf(intervalFile(form({ columns: pairs, format }), batchOf(rowsOf(names))))
        const { n, list } = z
          .object({
            n: z.number(),
            list: z.array(
              z.object({
                Start: z.string(),
                queue: z.object({ name: z.string(), answered: z.number() }),
              }),
            ),
          })
          .parse(JSON.parse(text))
        expect(n).toBe(names.length)
        expect(new Set(list.map(({ queue }) => queue.name))).toEqual(cleaned(names))
      }),
    )
  })

  test('XML', () => {
    const parser = new XMLParser({
      parseTagValue: false,
      trimValues: false,
      isArray: (tag) => tag === 'Row',
    })
    const read = z.object({ Rows: z.object({ Row: z.array(z.object({ Name: z.string() })) }) })
    fc.assert(
      fc.property(texts, (names) => {
        const written = form({
          format: { kind: 'xml', body: { Rows: { Row: '{rows}' } }, indent: 0 },
          columns: [
            { name: 'Start', time: 'iso' },
            { name: 'Name', text: '{queue.name}' },
          ],
        })
        const text = textOf(intervalFile(written, batchOf(rowsOf(names))))
        const { Rows } = read.parse(parser.parse(text))
        expect(new Set(Rows.Row.map(({ Name }) => Name))).toEqual(cleaned(names))
      }),
    )
  })
})
