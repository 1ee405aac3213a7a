import { toTask } from './place.js'
import { html } from './view.js'
import { clock, plural } from './words.js'

/** More than this nobody reads off a wall. */
const tasksMax = 12

/** Who waits, the longest first. */
export function Waiting({ state, now }) {
  const tasks = [...state.tasks.values()]
    .filter((task) => task.isWaiting)
    .sort((a, b) => a.enteredQueueAt - b.enteredQueueAt)
  return html`
    <section class="waiting" aria-labelledby="waiting-title">
      <h2 id="waiting-title">Waiting longest</h2>
      <${TaskList} tasks=${tasks} state=${state} now=${now} max=${tasksMax} />
    </section>
  `
}

/** Tasks in this order, as many as there is room for. */
export function TaskList({ tasks, state, now, max }) {
  const rest = tasks.length - max
  if (tasks.length === 0) {
    return html`<p class="empty">
      ${state.asOf === null ? 'Nothing is known yet.' : 'Nobody waits.'}
    </p>`
  }
  return html`
    <ol>
      ${tasks
        .slice(0, max)
        .map((task) => html`<${Task} key=${task.id} task=${task} state=${state} now=${now} />`)}
    </ol>
    ${rest > 0 && html`<p class="more">and ${plural(rest, 'other', 'others')}</p>`}
  `
}

function Task({ task, state, now }) {
  const wait = now - task.enteredQueueAt
  const isLate = wait > (state.queues.get(task.queue)?.slThresholdMs ?? Infinity)
  return html`
    <li class=${isLate ? 'late' : ''}>
      <span class="who">
        <a href=${toTask(task.id)}>${task.queueName ?? 'No queue yet'}</a>
        <small>${[task.channel, note(task)].filter(Boolean).join(' · ')}</small>
      </span>
      <span class="wait">${clock(wait)}</span>
    </li>
  `
}

function note(task) {
  if (task.status === 'ringing') return `ringing at ${task.agentName ?? 'an agent'}`
  if (task.status !== 'waiting') return `with ${task.agentName ?? 'an agent'}, in transfer`
  return task.priority ? `priority ${task.priority}` : null
}
