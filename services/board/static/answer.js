// An answer of the API that is asked for again and again.

const retryMs = 5_000

/**
 * @typedef {object} Answer
 * @property {'loading' | 'known' | 'missing' | 'failed'} status `missing`: the hub knows of no such thing.
 * @property {any} data The last that was had, also while the hub does not answer.
 * @property {string | null} failure Why the last attempt came to nothing, in words.
 */

/** Asks at once and then again and again. `address` may answer null: then nothing is asked for yet. */
export function followAnswer({ token, address, everyMs, onChange }) {
  const answer = { status: 'loading', data: null, failure: null }
  const closing = new AbortController()
  let timer = null

  async function ask() {
    const url = address()
    const next = url === null ? 250 : (await load(url)) ? everyMs : retryMs
    if (!closing.signal.aborted) timer = setTimeout(ask, next)
  }

  async function load(url) {
    try {
      const response = await fetch(url, { signal: closing.signal, headers: headersFor(token) })
      const body = await response.json().catch(() => ({}))
      if (response.ok) Object.assign(answer, { status: 'known', data: body, failure: null })
      else if (response.status === 404) Object.assign(answer, { status: 'missing', failure: null })
      else fail(`The hub answered ${response.status}: ${body.detail ?? 'no reason given'}.`)
      return response.ok
    } catch {
      if (!closing.signal.aborted) fail('The hub does not answer.')
      return false
    } finally {
      if (!closing.signal.aborted) onChange()
    }
  }

  function fail(failure) {
    answer.failure = failure
    if (answer.status === 'loading') answer.status = 'failed'
  }

  void ask()
  return {
    answer,
    close() {
      closing.abort()
      clearTimeout(timer)
    },
  }
}

export function headersFor(token) {
  return token === null ? {} : { authorization: `Bearer ${token}` }
}
