import { readFileSync } from 'node:fs'
import { LedgerlineError } from '../../runtime/errors.ts'
import type { SecretPlace } from './target.ts'

/**
 * Reads a secret from where the file of targets says that it is. Throws CONFIG_INVALID with the place, never with what is
 * there.
 */
export function readSecret(
  place: SecretPlace,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const { env: name, file } = place
  if (name !== undefined) {
    const value = env[name] ?? ''
    if (value === '') throw missing(`the variable ${name} is not set`)
    return value
  }
  if (file === undefined) throw missing('a secret has neither env nor file')
  const value = textOf(file)
  if (value === '') throw missing(`${file} is empty`)
  return value
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw missing(`${file} cannot be read: ${code}`)
  }
}

function missing(message: string): LedgerlineError {
  return new LedgerlineError('CONFIG_INVALID', message, { retryable: false })
}
