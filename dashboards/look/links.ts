/** The board of one agent, of the same time and zone; the row has his id in the hidden column `id`. */
export const toAgent = {
  title: 'The day of this agent',
  url: '/d/ledgerline-agent-day?var-agent=${__data.fields.id}&${zone:queryparam}&${workspace:queryparam}&${__url_time_range}',
}

/** The history of one queue. */
export const toQueue = {
  title: 'The history of this queue',
  url: '/d/ledgerline-queue-history?var-queue=${__data.fields.id}&${zone:queryparam}&${workspace:queryparam}&${channel:queryparam}',
}
