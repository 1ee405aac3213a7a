/** Names of zones that are the likeliest to be meant by one that there is not, the likeliest first. */
export function nearestZones(name: string, count = 3): readonly string[] {
  const wanted = plain(name)
  return zoneNames()
    .map((zone) => {
      const parts = plain(zone).split('/')
      const forms = [parts.join('/'), parts.at(-1) ?? '']
      return { zone, distance: Math.min(...forms.map((form) => distance(wanted, form))) }
    })
    .sort((a, b) => a.distance - b.distance || (a.zone < b.zone ? -1 : 1))
    .slice(0, count)
    .map(({ zone }) => zone)
}

/** All zones that a table or a choice is made for; others that are only older names of these are understood as well. */
export function zoneNames(): readonly string[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...renamed])].sort()
}

/** Zones that Unicode knows by their older names alone: Asia/Katmandu, Europe/Kiev, … */
const renamed = [
  'Africa/Asmara',
  'America/Argentina/Buenos_Aires',
  'America/Argentina/Catamarca',
  'America/Argentina/Cordoba',
  'America/Argentina/Jujuy',
  'America/Argentina/Mendoza',
  'America/Atikokan',
  'America/Indiana/Indianapolis',
  'America/Kentucky/Louisville',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
  'Pacific/Chuuk',
  'Pacific/Kanton',
  'Pacific/Pohnpei',
]

function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
}

/** How many letters must be put in, taken out or changed to make one word of the other. */
export function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [line, letter] of Array.from(one.slice(0, 50)).entries()) {
    const next = [line + 1]
    for (const [column, before] of Array.from(other).entries()) {
      const changed = (row[column] ?? 0) + (letter === before ? 0 : 1)
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
