import { html } from './view.js'
import { dayInWords, exactTimeOfDay } from './words.js'

const minuteMs = 60_000
/** As far back as the slider goes. */
const reachMs = 24 * 60 * minuteMs

/** The way to another moment and back. */
export function TimeTravel({ past, present, show, leave }) {
  if (present === null) return ''
  const isAway = past.at !== null
  return html`
    <div class=${`travel${isAway ? ' away' : ''}`} role="group" aria-label="Moment that is shown">
      ${
        isAway
          ? html`<${Slider} past=${past} present=${present} show=${show} leave=${leave} />`
          : html`<button type="button" onClick=${() => show(lastMinute(present))}>
              Look back
            </button>`
      }
    </div>
  `
}

function Slider({ past, present, show, leave }) {
  const latest = lastMinute(present)
  const earliest = latest - reachMs
  const go = (at) => show(Math.min(latest, Math.max(earliest, at)))
  const words = `${dayInWords(past.at)}, ${exactTimeOfDay(past.at)}`
  return html`
    <p class="moment"><b>As it was</b> ${words}</p>
    <div class="reins">
      <button type="button" aria-label="A minute earlier" onClick=${() => go(past.at - minuteMs)}>
        −1 min
      </button>
      <input
        type="range"
        aria-label="Moment that is shown"
        aria-valuetext=${words}
        min=${earliest}
        max=${latest}
        step=${minuteMs}
        value=${past.at}
        onInput=${(event) => go(Number(event.target.value))}
      />
      <button type="button" aria-label="A minute later" onClick=${() => go(past.at + minuteMs)}>
        +1 min
      </button>
      <button type="button" onClick=${leave}>Back to now</button>
    </div>
    <p class="answer" role="status" aria-live="polite">
      ${past.failure !== null ? `This moment cannot be shown. ${past.failure}` : past.isAsking ? 'Asking the hub' : ''}
    </p>
  `
}

function lastMinute(at) {
  return Math.floor(at / minuteMs) * minuteMs
}
