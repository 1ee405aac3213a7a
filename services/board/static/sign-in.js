import { html } from './view.js'

/** Asks for an API token, where the hub wants one. */
export function SignIn({ isWrong, onToken }) {
  const submit = (event) => {
    event.preventDefault()
    const token = new FormData(event.target).get('token').trim()
    if (token !== '') onToken(token)
  }
  return html`
    <main class="sign-in">
      <h1>Ledgerline</h1>
      <form onSubmit=${submit}>
        <label for="token">API token</label>
        <p id="token-help">
          This hub shows its numbers to those who have a token. Whoever runs it can give you one.
        </p>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          aria-describedby="token-help"
          required
        />
        <button type="submit">Show the board</button>
        <p class="wrong" role="alert">${isWrong && 'The hub does not know this token.'}</p>
      </form>
    </main>
  `
}
