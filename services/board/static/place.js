// Where in the board we are: the part of the address behind #, so that every place can be bookmarked and sent to others.

const pages = ['queue', 'agent', 'task']

/** `{ page: 'centre' | 'adherence' | 'wall' | 'queue' | 'agent' | 'task', id }`; what is no place is the centre. */
export function placeNow() {
  const [, page = '', id = ''] = location.hash.split('/')
  if (page === 'wall' || page === 'adherence') return { page, id: '' }
  if (pages.includes(page) && id !== '') return { page, id: decodeURIComponent(id) }
  return { page: 'centre', id: '' }
}

export const toCentre = '#/'
export const toAdherence = '#/adherence'
export const toWall = '#/wall'
export const toQueue = (id) => `#/queue/${encodeURIComponent(id)}`
export const toAgent = (id) => `#/agent/${encodeURIComponent(id)}`
export const toTask = (id) => `#/task/${encodeURIComponent(id)}`
