import { ago, exactTimeOfDay, plural } from './words.js'

/** A line of the ledger that is older than this says nothing of the present. */
const tickMsMax = 150_000

/**
 * Whether what is shown is so now: by the state and, where adherence is shown, by that too; else `adherence` is undefined.
 * `words` say it in short, `notice` in a sentence, or is null. What is shown may be old where the tone is bad.
 */
export function standingOf(state, adherence) {
  const { connection, catchingUp, heardAt, freshness: held } = state
  if (connection === 'connecting') return connecting
  if (connection === 'past') return { tone: 'pending', words: 'The past', notice: null }
  if (connection === 'lost') {
    const words = state.asOf === null ? 'No hub' : 'Disconnected'
    return lost(words, 'The hub does not answer.', adherence ?? state)
  }
  if (catchingUp) {
    const behind = held?.lagRecords
    const text = behind ? `It is ${plural(behind, 'event', 'events')} behind the present.` : ''
    return {
      ...{ tone: 'pending', words: `Catching up, ${age(heardAt)}` },
      notice: { tone: 'pending', title: 'The hub is reading its ledger.', text },
    }
  }
  if (held?.reading === false) return stale('The hub cannot read its ledger.')
  return (adherence && troubleOf(adherence)) ?? live(state, adherence)
}

const connecting = { tone: 'pending', words: 'Connecting', notice: null }

/** What is wrong with adherence while the state is well; null: nothing. */
function troubleOf(adherence) {
  const { connection, reading, problem } = adherence
  switch (connection) {
    case 'connecting':
      return connecting
    case 'lost':
      return lost('Disconnected', 'The hub tells nothing of adherence.', adherence)
    case 'refused': {
      const [wrong] = problem?.errors ?? []
      const text = wrong === undefined ? problem?.detail : `${wrong.field}: ${wrong.detail}`
      const notice = { tone: 'bad', title: 'The hub refuses to tell of adherence.', text }
      return { tone: 'bad', words: 'Refused', notice }
    }
    default:
      return reading ? null : stale('The hub cannot read its tables.')
  }
}

function live({ asOf, heardAt, freshness: held }, adherence) {
  const isTicking = asOf === null || held?.tick == null || asOf - held.tick <= tickMsMax
  return {
    ...{ tone: 'good', words: `Live, ${age(Math.min(heardAt, adherence?.heardAt ?? heardAt))}` },
    notice: isTicking
      ? null
      : {
          ...{ tone: 'pending', title: 'The clock of the ledger has stopped.' },
          text: 'Numbers of the day may lag behind.',
        },
  }
}

function lost(words, title, { asOf }) {
  const again = 'The page asks again every few seconds.'
  const text =
    asOf === null ? again : `What stands here was so at ${exactTimeOfDay(asOf)}. ${again}`
  return { tone: 'bad', words, notice: { tone: 'bad', title, text } }
}

function stale(title) {
  const notice = { tone: 'bad', title, text: 'What stands here may be old.' }
  return { tone: 'bad', words: 'Stale', notice }
}

function age(heardAt) {
  return `as of ${ago(performance.now() - heardAt)} ago`
}
