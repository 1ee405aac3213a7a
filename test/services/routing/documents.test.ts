import { expect, test } from 'vitest'
import { workerDocument } from '../../../services/routing/documents.ts'
import type { JsonObject } from '../../../services/routing/json-value.ts'
import type { RoutableWorker } from '../../../services/routing/routable-worker.ts'

function workerWith(attributes: string): RoutableWorker {
  return {
    sid: 'WK1',
    friendlyName: 'Ann',
    activity: { sid: 'WA1', name: 'Available', isAvailable: true },
    attributes: JSON.parse(attributes) as JsonObject,
    channels: {},
    reservations: [],
  }
}

test('what Twilio says of a worker goes over an attribute of the same name', () => {
  const document = workerDocument(workerWith('{"sid":"mine","activity_name":"Asleep","skill":"a"}'))
  expect(document).toMatchObject({ sid: 'WK1', activity_name: 'Available', skill: 'a' })
})

test('an attribute may be called __proto__ and is nothing but an attribute', () => {
  const document = workerDocument(workerWith('{"__proto__":{"polluted":true}}'))
  expect(Object.getPrototypeOf(document)).toBe(Object.prototype)
  expect(document['polluted']).toBeUndefined()
  expect(Object.keys(document)).toContain('__proto__')
})
