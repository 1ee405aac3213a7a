import type { Problem, ProblemError } from '../schemas/feeds/problem.ts'

/** The hub has answered, and not what was asked for. */
export class HubError extends Error {
  /** The status of HTTP; 200 for work that began and failed. */
  readonly status: number
  /** What has failed, where the hub says so. */
  readonly code: string | null
  /** Each parameter or field that was wrong, with what would have been right. */
  readonly errors: readonly ProblemError[]

  constructor(
    status: number,
    detail: string,
    code: string | null = null,
    errors: readonly ProblemError[] = [],
  ) {
    super(detail)
    this.name = 'HubError'
    this.status = status
    this.code = code
    this.errors = errors
  }
}

/** What the hub says is wrong with a call, in words too; null: whoever has answered was no hub. */
export async function hubErrorOf(response: Response): Promise<HubError | null> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('application/problem+json')) return null
  const { detail, errors = [] } = (await response.json()) as Problem
  const places = errors.map(({ field, detail, choices = [] }) =>
    [`${field}: ${detail}`, choices.join(', ')].filter((part) => part !== '').join(': '),
  )
  return new HubError(response.status, [detail, ...places].join('; '), null, errors)
}

/** The same, whoever has answered. */
export async function refusalOf(response: Response): Promise<HubError> {
  const { status } = response
  return (await hubErrorOf(response)) ?? new HubError(status, `no answer (status ${status})`)
}
