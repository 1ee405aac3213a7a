/** What a look at one thing has come to. A fault says what to do about it. */
export interface Finding {
  readonly sort: 'ok' | 'note' | 'FAULT'
  readonly what: string
  readonly detail: string
}
