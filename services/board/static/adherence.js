import { countedOn } from '/client/adherence-stream.js'
import { toAgent } from './place.js'
import { Figure } from './page.js'
import { html } from './view.js'
import { clock, count, plural, share } from './words.js'

/** Who keeps to his plan and who does not: those out the longest first. */
export function AdherencePage({ adherence, now: hubTime }) {
  const { connection, asOf, reading } = adherence
  if (asOf === null) {
    const isUnderWay = connection === 'connecting' || connection === 'live'
    return html`
      <section>
        <p class="empty tall">
          ${isUnderWay ? 'Adherence is on its way.' : 'Nothing is known of adherence yet.'}
        </p>
      </section>
    `
  }
  // Times stand still while the hub tells nothing: nobody knows what happens then.
  const now = connection === 'live' && reading ? (hubTime ?? asOf) : asOf
  const agents = [...adherence.agents.values()].map((agent) => {
    return { ...agent, today: countedOn(agent, now) }
  })
  if (agents.length === 0) {
    return html`
      <section>
        <p class="empty tall">
          No plan of today has been read. <code>ledgerline schedule import</code> takes plans in.
        </p>
      </section>
    `
  }
  const out = agents.filter(({ isOut }) => isOut).sort((a, b) => a.outSince - b.outSince)
  const others = agents.filter(({ isOut }) => !isOut).sort((a, b) => a.name.localeCompare(b.name))
  const sum = (name) => agents.reduce((total, { today }) => total + today[name], 0)
  const counted = (standing) => agents.filter((agent) => agent.standing === standing).length
  return html`
    <section class="totals" aria-label="Adherence now">
      <dl>
        <${Figure}
          name="Out now"
          value=${count(out.length)}
          note=${`of ${plural(agents.length, 'agent', 'agents')} with a plan`}
        />
        <${Figure} name="As planned" value=${count(counted('adherent'))} note="now" />
        <${Figure}
          name="Excused"
          value=${count(counted('excused') + counted('excluded'))}
          note="now, or not measured"
        />
        <${Figure}
          name="Adherence"
          value=${share(sum('adherentMs'), sum('scheduledMs'))}
          note="today, of scheduled time"
        />
        <${Figure}
          name="Conformance"
          value=${share(sum('confActualMs'), sum('confScheduledMs'))}
          note="today, worked of planned"
        />
      </dl>
    </section>
    <section class="adherence" aria-labelledby="out-title">
      <h2 id="out-title">Out of adherence <span>${count(out.length)}</span></h2>
      ${
        out.length === 0
          ? html`<p class="empty">Everybody does what is planned.</p>`
          : html`<${Table} agents=${out} now=${now} title="out-title" isOut />`
      }
    </section>
    <section class="adherence" aria-labelledby="kept-title">
      <h2 id="kept-title">As planned, or not measured <span>${count(others.length)}</span></h2>
      <${Table} agents=${others} now=${now} title="kept-title" />
    </section>
    <p class="source">
      By the plan as it was read last, and the facts as they stand; a state shorter than grace may
      yet be forgiven.
    </p>
  `
}

function Table({ agents, now, title, isOut = false }) {
  return html`
    <div class="scroll" tabindex="0" role="region" aria-labelledby=${title}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="name">Agent</th>
            <th scope="col" class="text roomy">Team</th>
            <th scope="col" class="text">Planned</th>
            <th scope="col" class="text">Does</th>
            <th scope="col">${isOut ? 'Out for' : 'Left'}</th>
            <th scope="col" class="roomy">Today</th>
          </tr>
        </thead>
        <tbody>
          ${agents.map((agent) => html`<${Row} key=${agent.agent} agent=${agent} now=${now} isOut=${isOut} />`)}
        </tbody>
      </table>
    </div>
  `
}

function Row({ agent, now, isOut }) {
  const { planned, actual, outSince, plannedUntil, today, standing } = agent
  const left = plannedUntil === null ? '–' : clock(plannedUntil - now)
  return html`
    <tr class=${isOut && standing === 'nonadherent' ? 'late' : ''}>
      <th scope="row" class="name" title=${agent.name}>
        <a href=${toAgent(agent.agent)}>${agent.name}</a>
      </th>
      <td class="text roomy">${agent.team?.name ?? '–'}</td>
      <td class="text">${planned ?? '–'}</td>
      <td class="text">${actual ?? '–'}</td>
      <td class="wait">${isOut ? clock(now - outSince) : left}</td>
      <td class="roomy">${share(today.adherentMs, today.scheduledMs)}</td>
    </tr>
  `
}
