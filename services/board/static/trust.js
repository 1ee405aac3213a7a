import { html } from './view.js'
import { ago, count, plural, timeOfDay } from './words.js'

/** Whether what stands above can be trusted: how each source is heard, and up to when the day's numbers are complete. */
export function Trust({ sources, day, now }) {
  return html`
    <section class="trust" aria-labelledby="trust-title">
      <h2 id="trust-title">Can these numbers be trusted?</h2>
      <ul class="plain">
        <li>${tables(day, now)}</li>
        ${
          sources.data === null
            ? html`<li>
                ${sources.failure ?? (sources.status === 'missing' ? 'This process does not tell how the sources are heard.' : 'Asking how the sources are heard.')}
              </li>`
            : heard(sources.data.sources).map(
                (source) => html`<${Source} key=${source.source} source=${source} now=${now} />`,
              )
        }
      </ul>
    </section>
  `
}

function tables(day, now) {
  if (day.status !== 'known' || day.asOf === null || now === null) {
    return html`<${Lamp} tone="pending" /><b>Tables</b> nobody knows how far they are`
  }
  const tone = now - day.asOf > 180_000 ? 'bad' : 'good'
  return html`<${Lamp} tone=${tone} /><b>Tables</b> complete up to ${timeOfDay(day.asOf)}`
}

/** Those that were ever heard, and those with something wrong. */
function heard(sources) {
  return sources.filter(({ state, refusals, signatureFailures }) => {
    return state !== 'never' || refusals + signatureFailures > 0
  })
}

const tones = { ok: 'good', silent: 'pending', gap: 'bad', never: 'pending' }
const says = { silent: 'silent', gap: 'events are missing', never: 'never heard' }

function Source({ source, now }) {
  const { state, lastReceivedAt, delaySeconds, ratePerMinute, gaps, refusals } = source
  const words = [
    says[state],
    lastReceivedAt !== null &&
      now !== null &&
      `heard ${ago(Math.max(0, now - lastReceivedAt))} ago`,
    ratePerMinute > 0 && `${count(Math.round(ratePerMinute))} a minute`,
    delaySeconds !== null && `${ago(delaySeconds * 1000)} from happening to here`,
    gaps.length > 0 && plural(gaps.length, 'open gap', 'open gaps'),
    refusals + source.signatureFailures > 0 &&
      `${count(refusals + source.signatureFailures)} refused since start`,
  ]
  return html`
    <li>
      <${Lamp} tone=${tones[state]} /><b>${source.source}</b> ${words.filter(Boolean).join(', ')}
    </li>
  `
}

const spoken = { good: 'in order', pending: 'look at it', bad: 'something is wrong' }

function Lamp({ tone }) {
  return html`<span class=${`lamp ${tone}`} role="img" aria-label=${spoken[tone]}></span>`
}
