import type { Instant } from '../../../schemas/events/instant.ts'

/** The parameters of a callback: every value is text. */
export type Form = Readonly<Record<string, string>>

/** As voice callbacks write it, in whole seconds: `Tue, 10 Mar 2026 14:15:10 +0000`. */
export function toRfc2822(at: Instant): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}

export function toIso(at: Instant): string {
  return new Date(at).toISOString()
}

/** Without the milliseconds, as most REST resources write it. */
export function toIsoSeconds(at: Instant): string {
  return `${toIso(at).slice(0, 19)}Z`
}
