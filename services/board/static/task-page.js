import { Figure } from './page.js'
import { toAgent, toQueue } from './place.js'
import { html } from './view.js'
import { WhyWaiting } from './why-waiting.js'
import { clock, exactTimeOfDay } from './words.js'

/** One task: what became of it so far, and why it waits, if it does. */
export function TaskPage({ id, life, why, now }) {
  const { status, data, failure } = life
  if (data === null) {
    return html`
      <section>
        <p class="empty tall">
          ${
            {
              loading: 'Its life is on its way.',
              missing: `The tables know of no task ${id} yet. One that has just come is there within seconds.`,
              failed: `It could not be had. ${failure} The page asks again every few seconds.`,
            }[status]
          }
        </p>
      </section>
      ${why.data?.waiting != null && html`<${WhyWaiting} why=${why.data} now=${now} />`}
    `
  }
  const { task } = data
  const isOpen = task.endedAt === null
  return html`
    <section class="totals" aria-label="The task">
      <dl>
        <${Figure}
          name=${isOpen ? 'Open for' : 'Took'}
          value=${clock((task.endedAt ?? now) - task.createdAt)}
          note=${`since ${exactTimeOfDay(task.createdAt)}`}
        />
        <${Figure}
          name="Outcome"
          words
          value=${task.outcome.replaceAll('_', ' ')}
          note=${task.endReason}
        />
        <${Figure} name="Waited" value=${clock(task.waitMs)} note="in visits that are over" />
        <${Figure}
          name="Talk"
          value=${clock(task.talkMs)}
          note=${`hold ${clock(task.holdMs)}, of what is over`}
        />
        <${Figure} name="Wrap-up" value=${clock(task.acwMs)} note="" />
      </dl>
    </section>
    ${why.data?.waiting != null && html`<${WhyWaiting} why=${why.data} now=${now} />`}
    <section class="life" aria-labelledby="life-title">
      <h2 id="life-title">What became of it</h2>
      <ol>
        ${stepsOf(data, now).map(
          ({ at, length, what, tone }, index) => html`
            <li key=${index} class=${tone}>
              <time datetime=${new Date(at).toISOString()}>${exactTimeOfDay(at)}</time>
              <span class="what">${what}</span>
              <span class="wait">${length === null ? '' : clock(length)}</span>
            </li>
          `,
        )}
      </ol>
    </section>
  `
}

const link = (to, name) => html`<a href=${to}>${name}</a>`

/** Everything that happened to it, in order. */
function stepsOf({ task, visits, work, transfers }, now) {
  const step = (at, what, length = null, tone = '') => ({ at, what, length, tone })
  const steps = [step(task.createdAt, `Created: ${task.channel}, ${task.direction}`)]
  for (const { queue, queueName, entry, enteredAt, exitedAt, disposition, waitMs } of visits) {
    const into = html`${entry === 'new' ? 'Enters ' : `Comes to (${entry}) `}${link(toQueue(queue), queueName)}`
    steps.push(step(enteredAt, into, exitedAt === null ? null : waitMs, 'visit'))
    if (exitedAt !== null && disposition !== 'answered') {
      steps.push(step(exitedAt, `Leaves ${queueName}: ${disposition.replaceAll('_', ' ')}`))
    }
  }
  for (const one of work) {
    const who = link(toAgent(one.agent), one.agentName)
    steps.push(step(one.offeredAt, html`Offered to ${who}`, one.ringMs || null, 'alert'))
    if (one.acceptedAt !== null) {
      const isTalking = one.endedAt === null && one.wrapUpAt === null
      const length = isTalking ? now - one.acceptedAt : one.talkMs || null
      steps.push(step(one.acceptedAt, html`${who} takes it`, length, 'talk'))
    } else if (one.endedAt !== null) {
      steps.push(step(one.endedAt, html`${who}: ${one.outcome.replaceAll('_', ' ')}`))
    }
    for (const { from, to } of one.holds) {
      steps.push(step(from, 'On hold', to === null ? null : to - from, 'hold'))
    }
    if (one.wrapUpAt !== null && one.acwMs > 0) {
      steps.push(step(one.wrapUpAt, html`${who} wraps up`, one.acwMs, 'acw'))
    }
  }
  for (const { at, endedAt, from, to, mode, outcome } of transfers) {
    if (at !== null) steps.push(step(at, `${from} transfers it to ${to} (${mode || 'unknown'})`))
    if (endedAt !== null) steps.push(step(endedAt, `Transfer to ${to}: ${outcome}`))
  }
  if (task.endedAt !== null) {
    steps.push(step(task.endedAt, `Over: ${task.outcome.replaceAll('_', ' ')}`))
  }
  // What happened at one instant stays in the order in which it was told.
  return steps.sort((a, b) => a.at - b.at)
}
