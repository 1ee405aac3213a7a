/** What the state is made of. */
export const stateKinds = ['queues', 'agents', 'tasks'] as const

export type StateKind = (typeof stateKinds)[number]

/** Things by their ids. */
export type StateIds = Readonly<Record<StateKind, ReadonlySet<string>>>

/** The same, each once: where hundreds keep it, lists take a fraction of what sets do. */
export type StateLists = Readonly<Record<StateKind, readonly string[]>>

/** Something for each kind. */
export function eachKind<T>(make: (kind: StateKind) => T): Readonly<Record<StateKind, T>> {
  return { queues: make('queues'), agents: make('agents'), tasks: make('tasks') }
}
