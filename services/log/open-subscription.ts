import type { Subscription } from './log.ts'

export interface OpenSubscription extends Subscription {
  /** Ends it with an error: `done` rejects. */
  readonly fail: (error: unknown) => void
}

/**
 * The outer side of a subscription. `stop` is called once, whether it is closed or fails; `done` settles after it. Who
 * subscribes watches `done`: a failure that nobody looks at is not reported anywhere else.
 */
export function createSubscription(
  stop: () => Promise<unknown>,
  commit: Subscription['commit'],
): OpenSubscription {
  let stopped: Promise<unknown> | undefined
  let settle: (failure: { readonly error: unknown } | undefined) => void = () => undefined
  const done = new Promise<void>((resolve, reject) => {
    settle = (failure) => {
      if (failure === undefined) resolve()
      // What failed is passed on as it is, and whoever failed with it made it an Error.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      else reject(failure.error)
    }
  })
  done.catch(() => undefined)

  async function close(): Promise<void> {
    stopped ??= stop()
    await stopped
    settle(undefined)
  }

  function fail(error: unknown): void {
    if (stopped !== undefined) return
    stopped = stop()
    stopped.then(
      () => settle({ error }),
      () => settle({ error }),
    )
  }

  return { done, commit, close, fail }
}
