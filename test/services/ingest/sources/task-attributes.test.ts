import { describe, expect, test } from 'vitest'
import { contactFacts } from '../../../../services/ingest/sources/task-attributes.ts'

const ours = '+15550100100'
const customer = '+15550101001'

describe('the customer', () => {
  test.each([
    ['a call that came in', { direction: 'inbound', from: customer, to: ours }],
    ['a call that went out', { direction: 'outbound', from: ours, to: customer }],
    [
      'a callback, though its call goes out',
      {
        ...{ direction: 'outbound', from: ours, to: customer, outbound_to: customer },
        ledgerline: { direction: 'callback' },
      },
    ],
  ])('of %s is known by his number, and never by ours', (_, attributes) => {
    expect(contactFacts(JSON.stringify(attributes)).subjects).toEqual([`phone:${customer}`])
  })
})
