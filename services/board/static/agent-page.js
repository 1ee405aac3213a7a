import { Figure, Missing } from './page.js'
import { toQueue, toTask } from './place.js'
import { PlanLanes } from './plan-lanes.js'
import { StateLanes, lengthsOf } from './state-lanes.js'
import { html } from './view.js'
import { agentGroups, clock, count, exactTimeOfDay, plural } from './words.js'

/** One agent: what he does, and his day so far. */
export function AgentPage({ id, state, timeline, kept, now }) {
  const agent = state.agents.get(id)
  const { data } = timeline
  if (agent === undefined && data === null) {
    return html`<${Missing} what="agent" id=${id} state=${state} />`
  }
  return html`
    ${agent !== undefined && html`<${Now} agent=${agent} now=${now} />`}
    <section class="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">The day</h2>
      <${Timeline} timeline=${timeline} now=${now} />
    </section>
    ${
      kept.data !== null &&
      state.connection !== 'past' &&
      html`<section class="timeline" aria-labelledby="plan-title">
        <h2 id="plan-title">Plan and adherence</h2>
        <${PlanLanes} day=${kept.data} now=${now} />
      </section>`
    }
    ${data !== null && html`<${Work} work=${data.work} now=${now} />`}
  `
}

function Now({ agent, now }) {
  const group = agentGroups.find(({ state }) => state === (agent.state ?? 'unknown'))
  const since = agent.stateSince ?? agent.activitySince
  return html`
    <section class="totals" aria-label="The agent now">
      <dl>
        <${Figure}
          name="Does"
          words
          value=${group.name}
          note=${since === null ? '' : `for ${clock(now - since)}`}
        />
        <${Figure}
          name="Activity"
          words
          value=${agent.activityName ?? '–'}
          note=${agent.activitySince === null ? '' : `for ${clock(now - agent.activitySince)}`}
        />
        <${Figure} name="Team" words value=${agent.team?.name ?? '–'} note="" />
        ${agent.channels
          .filter(({ capacity }) => capacity > 0)
          .map(
            ({ channel, used, capacity, isAvailable }) =>
              html`<${Figure}
                key=${channel}
                name=${channel}
                value=${`${used} of ${capacity}`}
                note=${isAvailable ? 'in use' : 'not available'}
              />`,
          )}
      </dl>
      ${agent.legs.length > 0 && html`<${Legs} legs=${agent.legs} now=${now} />`}
    </section>
  `
}

const phases = { ringing: 'rings', talk: 'talks', hold: 'holds', acw: 'wraps up' }

function Legs({ legs, now }) {
  return html`
    <ul class="legs" aria-label="In hand">
      ${legs.map(
        ({ task, queue, queueName, channel, phase, since }) => html`
          <li key=${task}>
            <span class="who">
              <a href=${toTask(task)}>${channel}</a> from <a href=${toQueue(queue)}>${queueName}</a>
              <small>${phases[phase]}</small>
            </span>
            <span class="wait">${clock(now - since)}</span>
          </li>
        `,
      )}
    </ul>
  `
}

function Timeline({ timeline, now }) {
  const { status, data, failure } = timeline
  if (data === null) {
    return html`<p class="empty tall">
      ${
        {
          loading: 'His day is on its way.',
          missing: 'Nothing has been heard of him today.',
          failed: `His day could not be had. ${failure} The page asks again every few seconds.`,
        }[status]
      }
    </p>`
  }
  const states = data.states.map((stretch) => ({
    ...stretch,
    from: Math.max(stretch.from, data.from),
    to: Math.max(stretch.from, Math.min(stretch.to ?? now, now)),
  }))
  return html`<${StateLanes} states=${states} now=${now} />
    <${Sums} lengths=${lengthsOf(states)} />`
}

function Sums({ lengths }) {
  return html`
    <ul class="sums" aria-label="How long in each">
      ${agentGroups
        .filter(({ state }) => lengths.has(state))
        .map(
          ({ state, name }) => html`
            <li key=${state} class=${state}>
              <i aria-hidden="true"></i>${name} <b>${clock(lengths.get(state))}</b>
            </li>
          `,
        )}
    </ul>
  `
}

const workMax = 60

/** What he was offered today, the newest first. */
function Work({ work, now }) {
  const newest = work.toReversed().slice(0, workMax)
  const taken = work.filter(({ acceptedAt }) => acceptedAt !== null)
  return html`
    <section class="work" aria-labelledby="work-title">
      <h2 id="work-title">
        Contacts
        <span>${count(taken.length)} taken of ${plural(work.length, 'offer', 'offers')}</span>
      </h2>
      ${newest.length === 0 && html`<p class="empty">He has been offered nothing today.</p>`}
      ${
        newest.length > 0 &&
        html`<div class="scroll" tabindex="0" role="region" aria-labelledby="work-title">
          <table>
            <thead>
              <tr>
                <th scope="col" class="name">Offered</th>
                <th scope="col" class="text">Queue</th>
                <th scope="col" class="text roomy">Channel</th>
                <th scope="col" class="text">Outcome</th>
                <th scope="col" class="roomy">Rang</th>
                <th scope="col">Talk</th>
                <th scope="col" class="roomy">Hold</th>
                <th scope="col" class="roomy">Wrap-up</th>
              </tr>
            </thead>
            <tbody>
              ${newest.map((one) => html`<${Handle} key=${one.reservation} one=${one} now=${now} />`)}
            </tbody>
          </table>
        </div>`
      }
      ${work.length > workMax && html`<p class="more">and ${plural(work.length - workMax, 'earlier one', 'earlier ones')}</p>`}
    </section>
  `
}

const outcomes = {
  ...{ accepted: 'taken', rejected: 'rejected', timed_out: 'let ring', canceled: 'canceled' },
  ...{ rescinded: 'rescinded', failed: 'failed', open: 'rings' },
}

function Handle({ one, now }) {
  const isOpen = one.endedAt === null
  const length = (ms) => (isOpen ? '…' : ms === 0 ? '–' : clock(ms))
  const doing = one.acceptedAt === null ? outcomes[one.outcome] : isOpen ? 'in hand' : 'taken'
  return html`
    <tr>
      <th scope="row" class="name">
        <a href=${toTask(one.task)}>${exactTimeOfDay(one.offeredAt)}</a>
      </th>
      <td class="text">${one.queueName || '–'}</td>
      <td class="text roomy">${one.channel}</td>
      <td class="text">
        ${doing ?? one.outcome}${isOpen && html` <small>${clock(now - one.offeredAt)}</small>`}
      </td>
      <td class="roomy">${one.acceptedAt === null && isOpen ? '…' : clock(one.ringMs)}</td>
      <td>${length(one.talkMs)}</td>
      <td class="roomy">${length(one.holdMs)}</td>
      <td class="roomy">${length(one.acwMs)}</td>
    </tr>
  `
}
