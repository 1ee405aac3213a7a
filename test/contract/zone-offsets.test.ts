import { IANAZone } from 'luxon'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillZoneOffsets } from '../../services/runner/zone-offsets.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

let engine: TestEngine

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
})
afterAll(() => engine.close())

const zones = ['America/New_York', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe']

function filledAt(time: string, wanted = zones): Promise<void> {
  const clock = { ...systemClock, now: () => Date.parse(time) }
  return fillZoneOffsets({ ...engine, clock, logger: silentLogger, zones: wanted }).done
}

interface Row {
  readonly zone: string
  readonly from_utc: number
  readonly to_utc: number
  readonly offset_ms: number
  readonly rules: string
}

const rows = () => engine.warehouse.query<Row>('SELECT * FROM zone_offsets ORDER BY zone, from_utc')

test('the table tells each zone over twenty years back and ten ahead, without a hole', async () => {
  await filledAt('2026-03-01T12:00:00Z')
  const found = await rows()
  expect(new Set(found.map(({ zone }) => zone))).toEqual(new Set(zones))
  for (const zone of zones) {
    const own = found.filter((row) => row.zone === zone)
    expect(own[0]?.from_utc).toBe(Date.UTC(2006, 0, 1))
    expect(own.at(-1)?.to_utc).toBe(Date.UTC(2037, 0, 1))
    expect(own.slice(1).map((row) => row.from_utc)).toEqual(
      own.slice(0, -1).map((row) => row.to_utc),
    )
    for (const { from_utc, to_utc, offset_ms } of own) {
      const luxon = IANAZone.create(zone)
      const told = [from_utc, from_utc + 86_400_000, to_utc - 60_000].map((at) => luxon.offset(at))
      expect(told, `${zone} ${from_utc}`).toEqual(told.map(() => offset_ms / 60_000))
    }
  }
})

test('a start that knows nothing new writes nothing, and another year replaces all', async () => {
  await filledAt('2026-03-01T12:00:00Z')
  const before = await rows()
  await filledAt('2026-12-31T23:00:00Z')
  expect(await rows()).toEqual(before)
  await filledAt('2027-01-01T00:00:00Z')
  const after = await rows()
  expect(new Set(after.map(({ rules }) => rules)).size).toBe(1)
  expect(after[0]?.rules).not.toBe(before[0]?.rules)
  expect(after.at(-1)?.to_utc).toBe(Date.UTC(2038, 0, 1))
})

test('a fill that was broken off goes on with the zones that are missing', async () => {
  await engine.warehouse.command('TRUNCATE TABLE zone_offsets')
  const clock = { ...systemClock, now: () => Date.UTC(2026, 5, 1) }
  const filling = fillZoneOffsets({ ...engine, clock, logger: silentLogger, zones })
  await filling.close()
  await filledAt('2026-06-01T00:00:00Z')
  expect(new Set((await rows()).map(({ zone }) => zone))).toEqual(new Set(zones))
})
