import fc from 'fast-check'

/** One change to a body: what networks, proxies, careless programs and people who mean harm do to one. */
export const change = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.nat(255),
  }),
  fc.record({
    kind: fc.constant('cut' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('double' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.constantFrom(
      ...['"', '{', '}', '[', ']', ',', ':', '\\', '&', '=', '%', '%00', '%ff', '+', '\u0000'],
      ...['\ud800', '\ufeff', '-', '1e999', 'null', '__proto__', '"__proto__":{},', '▸', '\r\n'],
      ...['--xYzZYfa4e', '--xYzZYfa4e--', '\r\n\r\n', '; filename="', 'Sid', '9'.repeat(40)],
    ),
  }),
)

export type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

export const changes = fc.array(change, { minLength: 1, maxLength: 6 })

export function mutate(body: Buffer, steps: readonly Change[]): Buffer {
  return steps.reduce((bytes, step) => {
    const at = Math.floor(step.at * bytes.length)
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
    switch (step.kind) {
      case 'flip':
        return Buffer.concat([head, Buffer.from([step.byte]), tail.subarray(1)])
      case 'cut':
        return head
      case 'double':
        return Buffer.concat([bytes, tail])
      case 'insert':
        return Buffer.concat([head, Buffer.from(step.text), tail])
    }
  }, body)
}
