import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  speakers,
  toLostStretches,
  toPrivateKey,
  toSources,
} from '../../../services/cli/simulated-sources.ts'
import { sourceNames, twilioSources } from '../../../services/simulator/model/sources.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const nobody = { SEGMENT_SHARED_SECRETS: [] }

describe('who speaks', () => {
  test('is all of Twilio, and who else has something to sign with', () => {
    expect(speakers({}, nobody).sources).toEqual(twilioSources)
    const config = { SEGMENT_SHARED_SECRETS: ['a', 'b'] }
    const all = speakers({ sendgridKey: privateKey }, config)
    expect([...all.sources].sort()).toEqual([...sourceNames].sort())
    expect(all.segmentSecret).toBe('a')
  })

  test('is who was asked to, if it can sign', () => {
    expect(speakers({ sources: toSources('taskrouter,voice') }, nobody).sources).toEqual([
      'taskrouter',
      'voice',
    ])
    expect(toSources('all')).toEqual(sourceNames)
    expect(() => speakers({ sources: ['sendgrid'] }, nobody)).toThrow('--sendgrid-key')
    expect(() => speakers({ sources: ['segment'] }, nobody)).toThrow('SEGMENT_SHARED_SECRETS')
    expect(() => toSources('voice,fax')).toThrow('one of taskrouter, voice')
  })
})

describe('a lost stretch', () => {
  const stretch = 'voice=2026-03-10T10:00:00Z/2026-03-10T11:00:00Z'
  const voice = {
    source: 'voice',
    from: Date.UTC(2026, 2, 10, 10),
    to: Date.UTC(2026, 2, 10, 11),
  }

  test('is a source and two times, and may come more than once', () => {
    const [first] = toLostStretches(stretch)
    expect(first).toEqual(voice)
    const both = toLostStretches(stretch.replace('voice', 'studio'), toLostStretches(stretch))
    expect(both).toEqual([voice, { ...voice, source: 'studio' }])
  })

  test.each([
    ['voice', 'voice=FROM/TO'],
    ['voice=2026-03-10T11:00:00Z/2026-03-10T10:00:00Z', 'end after it begins'],
    ['voice=10:00/11:00', 'a time with a zone'],
    ['fax=2026-03-10T10:00:00Z/2026-03-10T11:00:00Z', 'one of taskrouter'],
  ])('%s is none', (text, reason) => {
    expect(() => toLostStretches(text)).toThrow(reason)
  })
})

describe('a private key', () => {
  test('is read from its file, and a file without one is said to be none', async () => {
    const folder = await tempFolder()
    const file = join(folder.path, 'key.pem')
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }))
    expect(toPrivateKey(file).asymmetricKeyType).toBe('ec')
    writeFileSync(file, 'nothing of the kind')
    expect(() => toPrivateKey(file)).toThrow('a private key in PEM')
    await folder.remove()
  })
})
