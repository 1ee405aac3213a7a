import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonElements } from '../../../../services/ingest/sources/json-elements.ts'

const split = (text: string, max = 1000) =>
  jsonElements(Buffer.from(text), max)?.elements.map((bytes) => Buffer.from(bytes).toString()) ??
  null

test('whatever is in an array comes out of it as it went in', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, 2), (values, indent) => {
      const texts = split(JSON.stringify(values, null, indent))
      expect(texts?.map((text): unknown => JSON.parse(text))).toEqual(
        JSON.parse(JSON.stringify(values)),
      )
    }),
  )
})

test('no bytes make it fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      jsonElements(Buffer.concat([Buffer.from('['), bytes]), 10)
    }),
  )
})

test.each([
  ['[1,2,3]', ['1', '2', '3']],
  ['[{"a":"]"},"x,\\"y"]', ['{"a":"]"}', '"x,\\"y"']],
  ['{"a":[1,2]}', ['{"a":[1,2]}']],
  ['[1,2', null],
  ['["a', null],
  ['[1]x', null],
])('%s', (text, elements) => {
  expect(split(text)).toEqual(elements)
})

test('too many elements are not looked at', () => {
  expect(split('[1,2]', 2)).toEqual(['1', '2'])
  expect(split('[1,2,3]', 2)).toBeNull()
})
