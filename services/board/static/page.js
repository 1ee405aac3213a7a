import { Component } from '/vendor/preact.js'
import { html } from './view.js'
import { toCentre } from './place.js'

/** What all pages below the centre have: the way back, and what they are about. Whoever comes here by keyboard begins at its name. */
export class PageTitle extends Component {
  componentDidMount() {
    this.title.focus({ preventScroll: true })
    scrollTo(0, 0)
  }

  render({ kind, name, note }) {
    const sort = kind !== undefined && html`<small>${kind}</small>`
    return html`
      <nav class="page-title" aria-label="Where you are">
        <a href=${toCentre}>The centre</a>
        <h2 tabindex="-1" ref=${(element) => (this.title = element)}>
          ${sort} ${name} ${note !== undefined && html`<span>${note}</span>`}
        </h2>
      </nav>
    `
  }
}

/** A number and what it is of; `words` where it is none. */
export function Figure({ name, value, note, words = false }) {
  return html`
    <div>
      <dt>${name}</dt>
      <dd>
        <b class=${words ? 'words' : ''}>${value}</b>
        <small>${note}</small>
      </dd>
    </div>
  `
}

/** Not there, or not there yet. */
export function Missing({ what, id, state }) {
  return html`
    <section>
      <p class="empty">
        ${state.asOf === null ? 'Nothing is known yet.' : `The hub knows of no ${what} ${id} at this moment.`}
      </p>
    </section>
  `
}
