import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readMultipart } from '../../../services/ingest/multipart.ts'

const type = 'multipart/form-data; boundary=B'

function part(name: string, value: string | Buffer, more = ''): Buffer {
  const head = `--B\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')])
}

const form = (...parts: readonly Buffer[]) => Buffer.concat([...parts, Buffer.from('--B--\r\n')])

describe('a form in parts', () => {
  test('gives its fields, the first of each name', async () => {
    const body = form(part('a', '1'), part('b', ''), part('a', '2'))
    expect(await readMultipart(type, body)).toEqual({ a: '1', b: '' })
  })

  test('has each text in the character set that is named for it, wherever that stands', async () => {
    const german = Buffer.from([0x47, 0xfc, 0x6e])
    const charsets = part('charsets', '{"a":"iso-8859-1","c":"no-such-set"}')
    for (const body of [
      form(charsets, part('a', german), part('b', 'Gün'), part('c', 'Gün')),
      form(part('a', german), part('b', 'Gün'), part('c', 'Gün'), charsets),
    ]) {
      expect(await readMultipart(type, body)).toMatchObject({ a: 'Gün', b: 'Gün', c: 'Gün' })
    }
  })

  test('keeps of a file its name, its size and its hash', async () => {
    const file = part('f', 'abc', '; filename="ä.txt"\r\nContent-Type: text/plain')
    expect(await readMultipart(type, form(part('a', '1'), file))).toEqual({
      a: '1',
      attachmentFiles: [
        {
          ...{ field: 'f', filename: 'ä.txt', contentType: 'text/plain', bytes: 3 },
          sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        },
      ],
    })
  })

  test('takes a field and a file of many megabytes', async () => {
    const text = 'x'.repeat(3_000_000)
    const body = form(part('a', text), part('f', Buffer.alloc(5_000_000), '; filename="f"'))
    const fields = await readMultipart(type, body)
    expect(String(fields?.['a']).length).toBe(text.length)
    expect(fields?.['attachmentFiles']).toMatchObject([{ bytes: 5_000_000 }])
  })

  test.each([
    ['without a boundary', 'multipart/form-data', form(part('a', '1'))],
    ['with another boundary', 'multipart/form-data; boundary=C', form(part('a', '1'))],
    ['that breaks off', type, part('a', '1').subarray(0, -1)],
    ['of nothing', type, Buffer.alloc(0)],
  ])('%s is none', async (_, contentType, body) => {
    expect(await readMultipart(contentType, body)).toBeNull()
  })

  test('always comes to an end', async () => {
    const pieces = fc.constantFrom(
      ...['--B', '--B--', '\r\n', '\r\n\r\n', 'Content-Disposition: form-data', '; name="a"', ':'],
      ...['; filename="f"', 'Content-Type: text/plain', '; charset=utf-16le', 'x', '\0', '-', '"'],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 30 }), async (sent) => {
        const fields = await readMultipart(type, Buffer.from(sent.join('')))
        expect(fields === null || typeof fields === 'object').toBe(true)
      }),
      { seed: 20260310, numRuns: 2000 },
    )
  })
})
