import { html } from './view.js'
import { clock, exactTimeOfDay, share, timeOfDay } from './words.js'

/** The plan of an agent's day above what he did, in the same words, and below what it counts as. */
export function PlanLanes({ day, now }) {
  const { plan, actual, spans, agent } = day
  const planned = plan.filter(({ code }) => code !== null)
  if (planned.length === 0) return html`<p class="empty">Nothing is planned for him today.</p>`
  const begin = planned[0].from
  const end = Math.max(planned.at(-1).to, now)
  const place = ({ from, to }) => {
    const [first, last] = [Math.max(from, begin), Math.min(to ?? now, end)]
    const part = (ms) => `${((100 * ms) / (end - begin)).toFixed(3)}%`
    return { x: part(first - begin), width: part(Math.max(0, last - first)) }
  }
  const codes = [...new Set([...planned, ...actual].map(({ code }) => code))].filter(Boolean).sort()
  const tone = (code) => `tone-${codes.indexOf(code) % 8}`
  const shown = actual.filter(
    (one) => one.code !== null && (one.to ?? now) > begin && one.from < end,
  )
  const lane = (name, all, classOf, titleOf) => html`
    <div class="lane">
      <span>${name}</span>
      <svg role="img" aria-label=${`${name}: ${all.length} stretches`}>
        ${all.map(
          (one) => html`
            <rect key=${one.from} class=${classOf(one)} ...${place(one)} y="0" height="100%">
              <title>${titleOf(one)}</title>
            </rect>
          `,
        )}
      </svg>
    </div>
  `
  const times = ({ from, to }) =>
    `${exactTimeOfDay(from)} to ${to === null ? 'now' : exactTimeOfDay(to)}, ${clock((to ?? now) - from)}`
  const out = spans.filter(({ standing }) => standing === 'nonadherent' || standing === 'graced')
  return html`
    <figure class="lanes plan">
      ${lane(
        'Planned',
        planned,
        ({ code }) => tone(code),
        (one) => `${one.code}, ${times(one)}`,
      )}
      ${lane(
        'Did',
        shown,
        ({ code }) => tone(code),
        (one) => `${one.code}, ${times(one)}`,
      )}
      ${lane(
        'Out',
        out,
        ({ standing }) => standing,
        (one) =>
          `${one.planned} planned, ${one.actual ?? 'nothing'} done, ${times(one)}${one.standing === 'graced' ? ', forgiven' : ''}`,
      )}
      <figcaption>
        ${codes.map((code) => html`<span key=${code} class=${`key ${tone(code)}`}>${code}</span>`)}
      </figcaption>
    </figure>
    <p class="source">${inWords(agent.today, begin, end)}</p>
  `
}

function inWords({ adherentMs, scheduledMs, nonadherentMs, gracedMs }, begin, end) {
  return `From ${timeOfDay(begin)} to ${timeOfDay(end)}. Today ${share(adherentMs, scheduledMs)} in adherence, ${clock(nonadherentMs)} out, ${clock(gracedMs)} forgiven.`
}
