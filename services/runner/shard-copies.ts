import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Shard } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import type { Logger } from '../runtime/logger.ts'
import { positionOf } from '../runtime/position.ts'
import type { Row, Warehouse } from '../warehouse/warehouse.ts'
import type { ShardRunner } from './shard-runner.ts'
import { placeIn } from './shard-store.ts'
import { stateFile } from './shards.ts'

/**
 * Copies of shards' memories where every machine reaches them, beside the tables that they belong to. Without one, a
 * machine that takes a shard over reads it from its beginning: to the same rows, but much later.
 */
export interface ShardCopies {
  /**
   * Puts the newest copy in the place of the shard's own memory, if it has read further than that. The folder is that of
   * the tables' generation.
   */
  restore(shard: Shard, folder: string): Promise<void>
  /** Makes a copy if the last one has fallen too far behind. Never rejects: the next one may work. */
  keep(runner: ShardRunner, folder: string): Promise<void>
}

export interface ShardCopiesOptions {
  readonly warehouse: Warehouse
  readonly logger: Logger
  /** How many records a copy may be behind. */
  readonly behindMax: number
}

interface Copy {
  readonly slot: number
  readonly position: number
}

const zip = promisify(gzip)
const unzip = promisify(gunzip)
const partBytes = 2 ** 20
const itsOwn =
  'topic = {topic:String} AND partition = {partition:UInt32} AND generation = {generation:String}'

export function createShardCopies({
  warehouse,
  logger,
  behindMax,
}: ShardCopiesOptions): ShardCopies {
  const newest = new Map<string, Copy>()

  async function restore(shard: Shard, folder: string): Promise<void> {
    const generation = basename(folder)
    const [copy] = await warehouse.query<Copy>(
      `SELECT slot, position FROM shard_copies FINAL WHERE ${itsOwn}
       GROUP BY slot, position HAVING count() = any(parts) ORDER BY position DESC LIMIT 1`,
      { ...shard, generation },
    )
    if (copy === undefined) return
    newest.set(nameOf(shard), copy)
    const file = stateFile(folder, shard)
    const own = placeIn(file)
    if (own !== null && positionOf(own.epoch, own.nextOffset) >= copy.position) return
    const parts = await warehouse.query<{ bytes: string }>(
      `SELECT bytes FROM shard_copies FINAL
       WHERE ${itsOwn} AND slot = {slot:UInt8} AND position = {position:UInt64} ORDER BY part`,
      { ...shard, generation, ...copy },
    )
    const packed = Buffer.concat(parts.map(({ bytes }) => Buffer.from(bytes, 'base64')))
    await mkdir(folder, { recursive: true })
    const draft = `${file}.restored`
    await writeFile(draft, await unzip(packed))
    for (const rest of ['-wal', '-shm']) await rm(`${file}${rest}`, { force: true })
    await rename(draft, file)
    logger.info({ ...shard, position: copy.position }, 'shard goes on from a copy of its memory')
  }

  async function keep(runner: ShardRunner, folder: string): Promise<void> {
    const { shard, position, nextOffset } = runner
    const last = newest.get(nameOf(shard))
    const behind = last === undefined ? nextOffset : position - last.position
    if (behind < behindMax) return
    const copy = { slot: last === undefined ? 0 : 1 - last.slot, position }
    const draft = `${stateFile(folder, shard)}.kept`
    try {
      await rm(draft, { force: true })
      runner.copyTo(draft)
      const packed = await zip(await readFile(draft))
      await warehouse.insert('shard_copies', rowsOf(shard, basename(folder), copy, packed))
      newest.set(nameOf(shard), copy)
    } catch (error) {
      logger.warn({ ...shard, err: error }, 'no copy of the shard’s memory could be made')
    } finally {
      await rm(draft, { force: true })
    }
  }

  return { restore, keep }
}

function rowsOf(shard: Shard, generation: string, copy: Copy, packed: Buffer): readonly Row[] {
  const parts = Math.ceil(packed.length / partBytes)
  return Array.from({ length: parts }, (_, part) => ({
    ...{ topic: shard.topic, partition: shard.partition, generation, ...copy, part, parts },
    bytes: packed.subarray(part * partBytes, (part + 1) * partBytes).toString('base64'),
  }))
}
