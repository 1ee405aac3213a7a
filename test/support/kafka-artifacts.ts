import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packageRoot } from '../../services/runtime/package-root.ts'

const version = '4.3.1'

/** Answers the class path of Apache Kafka. Maven fetches it once into `.kafka/`; afterwards nothing is downloaded. */
export async function fetchKafka(): Promise<string> {
  const folder = join(packageRoot, '.kafka', version)
  const libraries = join(folder, 'libs')
  if (!existsSync(libraries)) {
    await mkdir(folder, { recursive: true })
    // Fetched aside and renamed, so that a download which broke off is not taken for the whole.
    const partial = join(folder, `libs-${process.pid}`)
    const pom = join(folder, `pom-${process.pid}.xml`)
    await writeFile(pom, pomText)
    await promisify(execFile)('mvn', [
      ...['-q', '-B', '-f', pom, 'dependency:copy-dependencies'],
      ...['-DincludeScope=runtime', `-DoutputDirectory=${partial}`],
    ])
    await rename(partial, libraries).catch(() => rm(partial, { recursive: true }))
    await rm(pom)
  }
  return join(libraries, '*')
}

const pomText = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ledgerline</groupId>
  <artifactId>test-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`
