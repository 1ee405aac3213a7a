/**
 * What the clocks of a zone show, as if it were UTC: to group by. `zones` is v_zone_days, joined by the day in UTC. The views
 * of local time have it ready, but add up all columns before one is chosen.
 */
export function localTime(instant: string, zones: string): string {
  return `(${instant} + toIntervalMillisecond(${ahead(instant, zones)}))`
}

/** The instant of the midnight with which the local day began; where clocks change on that day it may be an hour off. */
export function localMidnight(instant: string, zones: string): string {
  return `(toStartOfDay(${localTime(instant, zones)}) - toIntervalMillisecond(${ahead(instant, zones)}))`
}

function ahead(instant: string, zones: string): string {
  return `if(${instant} < ${zones}.changes_at, ${zones}.before_ms, ${zones}.after_ms)`
}
