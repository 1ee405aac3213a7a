import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The recorded payloads of Twilio, as bytes and as what is in them. */
export const twilioFixtures = join(import.meta.dirname, '../../fixtures/twilio')

export function readFixture(path: string): Buffer {
  return readFileSync(join(twilioFixtures, path))
}

/** Paths below the fixtures, in the order in which the events happened. */
export function fixturesIn(folder: string): readonly string[] {
  return readdirSync(join(twilioFixtures, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(twilioFixtures, join(entry.parentPath, entry.name)))
    .sort()
}

export function formOf(path: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(readFixture(path).toString('utf8')))
}
