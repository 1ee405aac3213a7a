/** Settings for the connectors that cannot do without, by their names. */
export const sampleOptions: Readonly<Record<string, object>> = {
  'amazon-connect': {
    queueIds: {
      WQ101: '11111111-1111-1111-1111-111111111111',
      WQ102: '22222222-2222-2222-2222-222222222222',
      WQ201: '33333333-3333-3333-3333-333333333333',
    },
  },
}
