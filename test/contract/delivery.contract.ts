import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Answer, Carrier, Parcel } from '../../services/delivery/delivery.ts'
import type { Mood, Vendor } from '../vendors/mood.ts'

/** A vendor on this machine, and the way to it. */
export interface CarrierPlace {
  readonly vendor: Vendor
  readonly carrier: Carrier
}

export interface CarrierTraits {
  /** What the vendor of this way can do to whoever sends. */
  readonly moods: readonly Mood[]
  /** What may stand in a body: a line has no line feed in it, and its key is in what it says. */
  readonly bodies: 'any' | 'lines'
}

/** What every carrier keeps, whatever the way. */
export function deliveryContract(open: () => Promise<CarrierPlace>, traits: CarrierTraits): void {
  let place: CarrierPlace
  let counted = 0

  beforeEach(async () => {
    place = await open()
  })

  afterEach(async () => {
    await place.carrier.close()
    await place.vendor.close()
  })

  function parcel(bytes = 100): Parcel {
    const key = `key-${++counted}`
    const text = randomBytes(bytes).toString('base64')
    const body =
      traits.bodies === 'lines'
        ? Buffer.from(JSON.stringify({ key, text }))
        : Buffer.concat([Buffer.from(`{"key":"${key}"}\n`), randomBytes(bytes)])
    const shared = { contentType: 'application/json', headers: {}, subject: key }
    return { key, name: `${key}.csv`, body, ...shared }
  }

  function send(one: Parcel, patienceMs = 20_000): Promise<Answer> {
    return place.carrier.send(one, AbortSignal.timeout(patienceMs))
  }

  /** Without the end of a name: who knows only names has `key-1.csv` where others have `key-1`. */
  function taken(): readonly (readonly [string, string])[] {
    return place.vendor.taken.map(({ key, body }) => [key.replace('.csv', ''), hashOf(body)])
  }

  const asTaken = ({ key, body }: Parcel) => [key, hashOf(body)]

  test('what is taken is there, byte for byte, in the order in which it went', async () => {
    const parcels = [1, 100, 70_000, 1_500_000, 10].map((bytes) => parcel(bytes))
    for (const one of parcels) expect(await send(one)).toMatchObject({ kind: 'taken' })
    expect(taken()).toEqual(parcels.map(asTaken))
  })

  test('several at once, as many as it lets, arrive whole', async () => {
    const parcels = Array.from({ length: Math.min(8, place.carrier.parallelMax) }, () =>
      parcel(5_000),
    )
    const answers = await Promise.all(parcels.map((one) => send(one)))
    expect(answers.map(({ kind }) => kind)).toEqual(parcels.map(() => 'taken'))
    expect([...taken()].sort()).toEqual(parcels.map(asTaken).sort())
  })

  test.runIf(traits.moods.includes('failing'))(
    'a failure is told, nothing has arrived, and the same can go again',
    async () => {
      const one = parcel()
      place.vendor.become('failing')
      expect(await send(one)).toMatchObject({ kind: 'failed' })
      expect(taken()).toEqual([])
      place.vendor.become('well')
      expect(await send(one)).toMatchObject({ kind: 'taken' })
      expect(taken()).toEqual([asTaken(one)])
    },
  )

  test.runIf(traits.moods.includes('disconnecting'))(
    'a connection that breaks is a failure like any other',
    async () => {
      const one = parcel()
      place.vendor.become('disconnecting')
      expect(await send(one)).toMatchObject({ kind: 'failed' })
      place.vendor.become('well')
      expect(await send(one)).toMatchObject({ kind: 'taken' })
      expect(taken()).toEqual([asTaken(one)])
    },
  )

  test.runIf(traits.moods.includes('stalling'))(
    'who says nothing is left when time is up, and found well afterwards',
    async () => {
      const one = parcel()
      place.vendor.become('stalling')
      expect(await send(one, 300)).toMatchObject({ kind: 'failed' })
      place.vendor.become('well')
      expect(await send(one)).toMatchObject({ kind: 'taken' })
      expect(taken()).toEqual([asTaken(one)])
    },
  )

  test.runIf(traits.moods.includes('slow'))('who is slow is waited for', async () => {
    const one = parcel()
    place.vendor.become('slow')
    expect(await send(one)).toMatchObject({ kind: 'taken' })
    expect(taken()).toEqual([asTaken(one)])
  })

  test.runIf(traits.moods.includes('forgetting'))(
    'what has arrived without an answer goes again under the same key',
    async () => {
      const one = parcel()
      place.vendor.become('forgetting')
      expect(await send(one)).toMatchObject({ kind: 'failed' })
      place.vendor.become('well')
      expect(await send(one)).toMatchObject({ kind: 'taken' })
      expect(taken()).toEqual([asTaken(one), asTaken(one)])
    },
  )

  test.runIf(traits.moods.includes('refusing'))(
    'what is refused for good is told apart from what fails',
    async () => {
      place.vendor.become('refusing')
      expect(await send(parcel())).toMatchObject({ kind: 'refused' })
      place.vendor.become('well')
      const next = parcel()
      expect(await send(next)).toMatchObject({ kind: 'taken' })
      expect(taken()).toEqual([asTaken(next)])
    },
  )

  test.runIf(traits.moods.includes('throttling'))(
    'who asks to be left alone is heard',
    async () => {
      place.vendor.become('throttling')
      expect(await send(parcel())).toMatchObject({ kind: 'failed' })
    },
  )

  test('nobody there is a failure, not an error', async () => {
    await place.vendor.close()
    expect(await send(parcel())).toMatchObject({ kind: 'failed' })
    await place.carrier.close()
    place = await open()
  })

  test('a signal that has gone off already sends nothing', async () => {
    const answer = await place.carrier.send(parcel(), AbortSignal.abort())
    expect(answer).toMatchObject({ kind: 'failed' })
    expect(taken()).toEqual([])
  })
}

function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
