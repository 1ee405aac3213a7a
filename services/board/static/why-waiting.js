import { toAgent } from './place.js'
import { html } from './view.js'
import { clock, count, plural } from './words.js'

/** Why nobody has been given it yet: the answer of /v1/tasks/:id/explain, for people. */
export function WhyWaiting({ why, now }) {
  const { waiting } = why
  const { place, nearest, counts, workers, missing } = waiting
  return html`
    <section class="why" aria-labelledby="why-title">
      <h2 id="why-title">
        Why it waits <span>in ${waiting.queueName} for ${clock(now - waiting.since)}</span>
      </h2>
      <ul class="plain">
        <li>
          ${waiting.ahead === 0 ? 'It is next in its queue.' : `${plural(waiting.ahead, 'task goes', 'tasks go')} before it.`}
        </li>
        ${place !== null && html`<li>${stepInWords(place, now)}</li>`}
        ${missing.length > 0 && html`<li>The hub was never told of: ${missing.join(', ')}.</li>`}
        ${nearest !== null && html`<li>Nearest change: ${changeInWords(nearest)}</li>`}
      </ul>
      <div class="sums" role="group" aria-label="Agents by what keeps them">
        ${Object.entries(counts).map(
          ([verdict, agents]) => html`
            <span key=${verdict}>${verdictInWords(verdict)} <b>${count(agents)}</b></span>
          `,
        )}
      </div>
      <ul class="plain" aria-label="Nearest agents">
        ${workers.slice(0, 12).map(
          ({ id, name, obstacle }) => html`
            <li key=${id}>
              <a href=${toAgent(id)}>${name}</a>
              <small>${obstacle === null ? 'can be offered it' : obstacleInWords(obstacle)}</small>
            </li>
          `,
        )}
      </ul>
    </section>
  `
}

function stepInWords({ step, stepsCount, until }, now) {
  const filter = step.filterName === null ? 'the default filter' : `filter “${step.filterName}”`
  const left = until === null ? '' : `, for ${clock(Math.max(0, until - now))} more`
  const wants = step.expression === null ? '' : ` It wants agents with ${step.expression}.`
  return `It is at target ${step.target + 1} of ${stepsCount} of ${filter}${left}.${wants}`
}

const verdicts = {
  eligible: 'can be offered it',
  not_in_queue: 'not in the queue',
  activity_unavailable: 'activity not available',
  channel_unavailable: 'channel not available',
  capacity_full: 'no room',
  not_known_worker: 'not the wanted agent',
  expression_false: 'expression false',
  already_rejected: 'has rejected it',
  reserved: 'is being offered it',
  task_reserved: 'offered to others',
}

function verdictInWords(verdict) {
  return verdicts[verdict] ?? verdict
}

function obstacleInWords(obstacle) {
  const { reason } = obstacle
  if (reason === 'activity_unavailable') return `is in ${obstacle.activity.name}`
  if (reason === 'capacity_full') {
    return `has ${obstacle.reservations.length} of ${obstacle.configuredCapacity} on ${obstacle.channel}`
  }
  if (reason === 'channel_unavailable') return `is not available for ${obstacle.channel}`
  if (reason === 'expression_false' || reason === 'not_in_queue') {
    const [clause] = obstacle.cause?.clauses ?? []
    if (clause !== undefined) return `fails ${clause.source}`
  }
  return verdictInWords(reason)
}

const changes = {
  offer_is_answered: 'answers his offer',
  reservation_ends: 'ends a contact',
  goes_available: 'becomes available',
  channel_becomes_available: 'opens the channel',
}

function changeInWords({ agent, change, attribute }) {
  const link = html`<a href=${toAgent(agent.id)}>${agent.name}</a>`
  if (change !== 'attribute') return html`${link} ${changes[change]}.`
  const path = attribute.path.join('.')
  return html`${link}: ${attribute.subject}.${path} becomes ${JSON.stringify(attribute.to)}.`
}
