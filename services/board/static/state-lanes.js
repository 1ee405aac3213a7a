import { html } from './view.js'
import { agentGroups, clock, exactTimeOfDay, plural, timeOfDay } from './words.js'

const hourMs = 3_600_000

/**
 * Stretches of states as a band from the first that is not offline to now. What is shorter than it can be drawn is drawn
 * all the same; the sums and the table below have the exact lengths.
 */
export function StateLanes({ states, now }) {
  const shown = states.filter(({ from, to, state }) => to > from && state !== 'offline')
  if (shown.length === 0) return html`<p class="empty">He has not signed in today.</p>`
  const begin = shown[0].from
  const end = Math.max(now, begin + hourMs)
  const x = (at) => `${((100 * (Math.max(at, begin) - begin)) / (end - begin)).toFixed(3)}%`
  const width = ({ from, to }) =>
    `${((100 * (to - Math.max(from, begin))) / (end - begin)).toFixed(3)}%`
  return html`
    <figure class="lanes">
      <svg class="band" role="img" aria-label=${inWords(shown, now)}>
        ${shown.map(
          (stretch) => html`
            <rect
              key=${stretch.from}
              class=${stretch.state}
              x=${x(stretch.from)}
              width=${width(stretch)}
              y="0"
              height="100%"
            >
              <title>${titleOf(stretch)}</title>
            </rect>
          `,
        )}
      </svg>
      <svg class="hours" aria-hidden="true">
        ${hoursBetween(begin, end).map(
          (at) => html`
            <g key=${at}>
              <line x1=${x(at)} x2=${x(at)} y1="0" y2="5" />
              <text x=${x(at)} y="18">${timeOfDay(at)}</text>
            </g>
          `,
        )}
      </svg>
    </figure>
  `
}

/** How long in each state. */
export function lengthsOf(states) {
  const lengths = new Map()
  for (const { from, to, state } of states) {
    if (to > from) lengths.set(state, (lengths.get(state) ?? 0) + to - from)
  }
  return lengths
}

function titleOf({ from, to, state, activityName }) {
  return `${nameOf(state)} (${activityName}), ${exactTimeOfDay(from)} to ${exactTimeOfDay(to)}, ${clock(to - from)}`
}

function nameOf(state) {
  return agentGroups.find((group) => group.state === state)?.name ?? state
}

function inWords(states, now) {
  const last = states.at(-1)
  return `${plural(states.length, 'stretch', 'stretches')} from ${timeOfDay(states[0].from)} to ${timeOfDay(now)}, the last: ${titleOf(last)}. The sums below have the lengths.`
}

/** Full hours, no more than a dozen of them. */
function hoursBetween(begin, end) {
  const step = hourMs * Math.max(1, Math.ceil((end - begin) / hourMs / 10))
  const hours = []
  for (let at = Math.ceil(begin / hourMs) * hourMs; at < end; at += step) hours.push(at)
  return hours
}
