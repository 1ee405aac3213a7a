import type { Random } from './random.ts'
import { pick } from './draws.ts'

/** Invented names of agents. */
export function inventName(random: Random): { readonly given: string; readonly family: string } {
  return {
    given: pick(random, givenNames) ?? 'Ana',
    family: pick(random, familyNames) ?? 'Ruiz',
  }
}

const givenNames =
  'Ada Amara Ana Aoife Arjun Ben Beatriz Carlos Chi Chloe Daniel Dara Dmitri Elena Emeka Fatima Felix Freya Gabriel Grace Hana Hugo Ines Imani Ivan Jade Jonas Kai Karin Kofi Lara Leila Liam Luca Maja Marco Mei Mia Milo Nadia Nia Noah Olga Omar Priya Quinn Rafael Rosa Sam Sana Sofia Tariq Theo Uma Vera Viktor Wen Yara Yusuf Zoe'.split(
    ' ',
  )

const familyNames =
  'Adeyemi Alvarez Baker Bauer Castillo Chen Costa Cruz Dubois Edwards Evans Fischer Fontaine Garcia Gupta Hansen Haddad Ito Ivanova Jensen Johnson Kaur Kim Kovacs Larsen Lopez Martin Mensah Moreau Murphy Nakamura Nguyen Novak Okafor Okoye Ortiz Patel Peters Quispe Rahman Reyes Rossi Ruiz Santos Schmidt Silva Singh Smith Suzuki Tanaka Torres Usman Vargas Walker Weber Wilson Xu Yilmaz Young Zhang'.split(
    ' ',
  )
