import { html } from './view.js'

const key = 'ledgerline-theme'
const themes = ['system', 'light', 'dark']

/** As the viewer has chosen, else as his system has it. */
export function theme() {
  const chosen = localStorage.getItem(key)
  return themes.includes(chosen) ? chosen : 'system'
}

export function applyTheme() {
  const chosen = theme()
  if (chosen === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
}

/** Charts take their colours from the page once; they hear of others by this. */
export const themeChanged = 'themechanged'

function choose(chosen) {
  localStorage.setItem(key, chosen)
  applyTheme()
  dispatchEvent(new Event(themeChanged))
}

export function ThemeChoice() {
  return html`
    <label class="theme">
      <span>Colours</span>
      <select onChange=${(event) => choose(event.target.value)}>
        ${themes.map((name) => html`<option key=${name} value=${name} selected=${name === theme()}>${name}</option>`)}
      </select>
    </label>
  `
}
