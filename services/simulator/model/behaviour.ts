/**
 * How often what happens. Shares are of the cases in which it could happen; each may be set to 0, and what never happens
 * any more leaves the draws of everything else as they were.
 */
export interface Behaviour {
  /** Offers that ring out. The agent is then taken out of routing, and comes back some time later. */
  readonly ringOut: number
  /** Of these, the share that ends Offline; the others end Unavailable. */
  readonly ringOutOffline: number
  readonly reject: number
  /** Offers of calls that the agent accepts and whose conference cannot be set up. */
  readonly setUpFails: number
  /** Handles that are completed without wrap-up, and those whose wrap-up lasts 0 ms. */
  readonly noWrapUp: number
  readonly emptyWrapUp: number
  /** Legs whose end never comes: the task's end is all there is. */
  readonly missingEnd: number
  /** Pairs that come the other way round: the task's end before the reservation's. */
  readonly reversedEnds: number
  readonly coldTransfer: number
  readonly warmTransfer: number
  readonly warmQueueTransfer: number
  /** Chats that another agent goes on with, as a new task. */
  readonly chatTransfer: number
  /** Accepted calls that fall back into their queue after seconds. */
  readonly fallBack: number
  /** Waiting callers who would take a callback, where the queue offers one. */
  readonly callback: number
  /** Steps that time out while it rings: the task moves, and may be answered from the queue that it left. */
  readonly moveWhileRinging: number
  /** Calls that an agent makes of his own accord, per hour. */
  readonly outboundPerHour: number
  /** Outbound tasks whose agent cannot be had: `reservation.failed`, without a worker. */
  readonly outboundFails: number
  /** Waiting tasks that a supervisor deletes. */
  readonly deletedTask: number
  /** Workers deleted in the middle of a contact, per thousand days. */
  readonly deletedWorker: number
  /** Workers whose attributes or channel an administrator changes, per thousand days. */
  readonly administration: number
  /** Shifts that end with work still open. */
  readonly leaveWithWork: number
  /** Moments that fall on the full quarter hour, of those that come near one. */
  readonly snap: number
  /** Chains of events that all bear the same millisecond. */
  readonly sameMoment: number

  // What follows happens only where other sources than TaskRouter speak.

  /** Callers and writers whom the menu contents: in all of them. */
  readonly contained: number
  /** Contacts whose customer has looked at the website first. */
  readonly website: number
  /** Contacts whose customer's number in the books is known from the beginning. */
  readonly recognised: number
  /** Talks in which the agent puts the customer on hold; and holds that only the caller's hanging up ends. */
  readonly hold: number
  readonly holdLeftOpen: number
  /** Calls in whose conference nobody is called customer or worker. */
  readonly unlabelled: number
  readonly recorded: number
  /** Calls of which Voice Insights tells afterwards. */
  readonly insights: number
  /** Texts by telephone that are WhatsApp's. */
  readonly whatsapp: number
  /** Conversations whose customer comes back to them, and those that nobody closes. */
  readonly comesBack: number
  readonly staysOpen: number
  /** Closed conversations about whose customer's mood a machine has an opinion. */
  readonly judged: number
  /** Texts outside of conversations, for every contact. */
  readonly notice: number
}

export const usualBehaviour: Behaviour = {
  ringOut: 0.016,
  ringOutOffline: 0.3,
  reject: 0.012,
  setUpFails: 0.004,
  noWrapUp: 0.08,
  emptyWrapUp: 0.02,
  missingEnd: 0.002,
  reversedEnds: 0.05,
  coldTransfer: 0.04,
  warmTransfer: 0.025,
  warmQueueTransfer: 0.01,
  chatTransfer: 0.03,
  fallBack: 0.003,
  callback: 0.25,
  moveWhileRinging: 0.2,
  outboundPerHour: 0.4,
  outboundFails: 0.02,
  deletedTask: 0.001,
  deletedWorker: 4,
  administration: 40,
  leaveWithWork: 0.04,
  snap: 0.05,
  sameMoment: 0.03,
  contained: 0.25,
  website: 0.35,
  recognised: 0.5,
  hold: 0.3,
  holdLeftOpen: 0.08,
  unlabelled: 0.1,
  recorded: 0.3,
  insights: 0.3,
  whatsapp: 0.4,
  comesBack: 0.08,
  staysOpen: 0.08,
  judged: 0.3,
  notice: 0.3,
}
