// One colour, one meaning, on every dashboard. By the names that Grafana's themes give their colours.

export const good = 'green'
export const warning = 'orange'
export const bad = 'red'
export const plain = 'blue'
export const faint = 'gray'

/** What an agent does. */
export const stateColours: Readonly<Record<string, string>> = {
  talk: 'green',
  hold: 'yellow',
  acw: 'blue',
  alert: 'purple',
  idle: 'super-light-green',
  aux: 'orange',
  offline: 'gray',
  work_offline: 'red',
}

/** As supervisors call it. */
export const stateNames: Readonly<Record<string, string>> = {
  talk: 'Talking',
  hold: 'On hold',
  acw: 'Wrapping up',
  alert: 'Ringing',
  idle: 'Waiting for work',
  aux: 'Not available',
  offline: 'Signed out',
  work_offline: 'Working signed out',
}

/** What a stretch of an agent's day counts as, against his plan. */
export const standingNames: Readonly<Record<string, string>> = {
  adherent: 'As planned',
  graced: 'Forgiven',
  excused: 'Excused',
  nonadherent: 'Out of adherence',
  excluded: 'Excluded',
  unknown: 'Unknown',
  untracked: 'Not tracked',
  unplanned: 'Not planned',
}

export const standingColours: Readonly<Record<string, string>> = {
  adherent: 'green',
  graced: 'super-light-green',
  excused: 'blue',
  nonadherent: 'red',
  excluded: 'gray',
  unknown: 'purple',
  untracked: 'gray',
  unplanned: 'orange',
}
