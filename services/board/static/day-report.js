import { DayChart } from './day-chart.js'
import { serviceLevelParts } from './day.js'
import { html } from './view.js'
import { count, share, timeOfDay } from './words.js'

const lengths = [15, 30, 60]

/** The day by interval: as a picture, and as the table that it was drawn from. */
export function DayReport({ day, now, setMinutes }) {
  return html`
    <section class="day" aria-labelledby="day-title">
      <div class="title">
        <h2 id="day-title">Today by interval</h2>
        <div class="choice" role="group" aria-label="Length of an interval">
          ${lengths.map(
            (minutes) =>
              html`<button
                type="button"
                aria-pressed=${day.minutes === minutes ? 'true' : 'false'}
                onClick=${() => setMinutes(minutes)}
              >
                ${minutes} min
              </button>`,
          )}
        </div>
      </div>
      <${Body} day=${day} />
      <p class="source">${source(day, now)}</p>
    </section>
  `
}

function Body({ day }) {
  if (day.status === 'loading')
    return html`<p class="empty tall">The day’s numbers are on their way.</p>`
  if (day.status === 'failed') {
    return html`<p class="empty tall">
      The day’s numbers could not be had. ${day.failure} The page asks again every few seconds.
    </p>`
  }
  if (day.periods.length === 0) {
    return html`<p class="empty tall">Nobody has come to a queue today.</p>`
  }
  return html`
    <div class="pair">
      <${DayChart} periods=${day.periods} minutes=${day.minutes} />
      <${DayTable} periods=${day.periods} />
    </div>
  `
}

function source(day, now) {
  if (day.status !== 'known') return ''
  const until = day.asOf === null ? '' : `Complete up to ${timeOfDay(day.asOf)}. `
  const trouble = day.failure === null ? '' : ` ${day.failure} The page asks again.`
  return `${until}Contacts that came in, by the interval of the event.${now === null ? '' : trouble}`
}

function DayTable({ periods }) {
  return html`
    <div
      class="scroll"
      tabindex="0"
      role="region"
      aria-label="Intervals of today, the newest first"
    >
      <table>
        <thead>
          <tr>
            <th scope="col" class="name">From</th>
            <th scope="col">Offered</th>
            <th scope="col">Answered</th>
            <th scope="col">Abandoned</th>
            <th scope="col">Service level</th>
          </tr>
        </thead>
        <tbody>
          ${[...periods].reverse().map(
            (period) => html`
              <tr key=${period.at}>
                <th scope="row" class="name">${timeOfDay(period.at)}</th>
                <td>${count(period.offered)}</td>
                <td>${count(period.answered)}</td>
                <td>${count(period.abandoned)}</td>
                <td>${share(...serviceLevelParts(period))}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `
}
