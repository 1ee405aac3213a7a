import { z } from 'zod'
import { answer, inputOf, leave } from './parent.ts'
import { createKinds } from './source-kinds.ts'
import { createRoad } from './source-road.ts'
import { createSample } from './source-sample.ts'
import { createSecrets } from './source-secrets.ts'
import { createTimedKind } from './timed-kind.ts'

// Reads what every kind of source sends, in turn, alone in its process. The kinds take turns round by round, so that what
// else the machine does hits all alike, and so that code which they share has seen them all, as it has in a hub.

const { rounds, warmUpRounds } = inputOf(z.object({ rounds: z.int(), warmUpRounds: z.int() }))
const secrets = createSecrets()
const road = createRoad(secrets)
const kinds = await Promise.all(
  createKinds(createSample(), secrets).map((kind) => createTimedKind(kind, road)),
)
for (let round = 0; round < warmUpRounds + rounds; round++) {
  for (const kind of kinds) await kind.round(round >= warmUpRounds)
}
answer(kinds.map(({ report }) => report))
leave()
