import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What anyone, the hub included, may do in the engine: nothing that reaches out of its folder. Without the grants on
 * sources and foreign table engines the engine refuses url(), s3(), file() and all their like wherever they stand; the
 * rules for readers come on top of this.
 */
const granted = [
  `SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE TEMPORARY TABLE, DROP, UNDROP TABLE,
   TRUNCATE, OPTIMIZE, CHECK, KILL QUERY, SYSTEM, MOVE PARTITION BETWEEN SHARDS ON *.*`,
  ['MergeTree', 'ReplacingMergeTree', 'AggregatingMergeTree', 'SummingMergeTree', 'Memory', 'Null']
    .map((engine) => `TABLE ENGINE ON ${engine}`)
    .join(', '),
]

/** Writes the engine's configuration and answers the arguments that make it read it. */
export function configureGrants(folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const config = join(folder, 'config.xml')
  const users = join(folder, 'users.xml')
  // The engine reads the users' file only beside a configuration file, be that ever so empty.
  writeFileSync(config, '<clickhouse></clickhouse>\n', { mode: 0o600 })
  writeFileSync(users, usersFile, { mode: 0o600 })
  return [`--config-file=${config}`, `--users_config=${users}`]
}

const usersFile = `<clickhouse>
  <profiles><default></default></profiles>
  <quotas><default></default></quotas>
  <users>
    <default>
      <password></password>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
${granted.map((what) => `        <query>GRANT ${what}</query>`).join('\n')}
      </grants>
    </default>
  </users>
</clickhouse>
`
