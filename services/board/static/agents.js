import { Component } from '/vendor/preact.js'
import { toAgent } from './place.js'
import { html } from './view.js'
import { agentGroups, clock, count, plural } from './words.js'

/** Everybody by what he does, the longest in it first. */
export function Agents({ state, now }) {
  const groups = new Map(agentGroups.map((group) => [group.state, []]))
  for (const agent of state.agents.values()) groups.get(agent.state ?? 'unknown').push(agent)
  const shown = agentGroups.filter(({ state: name }) => groups.get(name).length > 0)
  return html`
    <section class="agents" aria-labelledby="agents-title">
      <h2 id="agents-title">Agents <span>${count(state.agents.size)}</span></h2>
      ${
        shown.length === 0 &&
        html`<p class="empty">
          ${
            state.asOf === null
              ? 'Nothing is known yet.'
              : 'No agent has been heard of yet. One appears with his first change of activity or his first task.'
          }
        </p>`
      }
      ${shown.map(
        ({ state: name, name: title }) =>
          html`<${Group}
            key=${name}
            state=${name}
            title=${title}
            agents=${groups.get(name)}
            now=${now}
          />`,
      )}
    </section>
  `
}

function Group({ state, title, agents, now }) {
  const id = `agents-${state}`
  if (state === 'offline') {
    return html`
      <div class=${`agent-group ${state}`}>
        <h3 id=${id}><i aria-hidden="true"></i>${title} <span>${count(agents.length)}</span></h3>
      </div>
    `
  }
  const sorted = [...agents].sort((a, b) => since(a) - since(b))
  return html`
    <div class=${`agent-group ${state}`}>
      <h3 id=${id}><i aria-hidden="true"></i>${title} <span>${count(agents.length)}</span></h3>
      <ul aria-labelledby=${id}>
        ${sorted.map((agent) => html`<${Agent} key=${agent.id} agent=${agent} wait=${clock(now - since(agent))} />`)}
      </ul>
    </div>
  `
}

/** Hundreds of them are on the page: one is drawn again only when it reads otherwise. */
class Agent extends Component {
  shouldComponentUpdate({ agent, wait }) {
    return agent !== this.props.agent || wait !== this.props.wait
  }

  render({ agent, wait }) {
    const words = doing(agent)
    return html`
      <li>
        <span class="who" title=${agent.name}
          ><a href=${toAgent(agent.id)}>${agent.name}</a
          >${words !== '' && html`<small>${words}</small>`}</span
        >
        <span class="wait">${wait}</span>
      </li>
    `
  }
}

/** What he is busy with; else the activity that he has chosen, where the group does not tell it already. */
function doing({ legs, state, activityName, team }) {
  const [first] = legs
  if (first === undefined) return state === 'idle' ? (team?.name ?? '') : activityName
  const rest = legs.length - 1
  const more = rest > 0 ? ` and ${plural(rest, 'other', 'others')}` : ''
  return `${first.queueName} · ${first.channel}${more}`
}

function since(agent) {
  return agent.stateSince ?? agent.legs[0]?.since ?? 0
}
