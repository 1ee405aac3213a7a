/** Why a parcel cannot have this name; null: it can. One step of a path on any system, so that it leads nowhere else. */
export function faultOfName(name: string): string | null {
  if (name === '') return 'a name must not be empty'
  if (Buffer.byteLength(name) > nameBytesMax) return `a name has ${nameBytesMax} bytes at the most`
  // Beside the separators, what Windows takes for something else: a stream, a device, a wildcard.
  if (/[/\\:*?"<>|\p{Cc}\p{Cs}]/u.test(name)) return 'a name must have no separators or wildcards'
  if (name.startsWith('.')) return 'a name must not begin with a dot'
  if (/[. ]$/.test(name)) return 'a name must not end in a dot or a space'
  return null
}

/** A file system's 255, less what a name has before it is whole. */
const nameBytesMax = 200

/** Why a parcel cannot have this key; null: it can. */
export function faultOfKey(key: string): string | null {
  return /^[\x21-\x7e]{1,200}$/.test(key) ? null : 'a key is 1 to 200 printable characters of ASCII'
}

/** Why HTTP cannot carry these; null: it can. */
export function faultOfHeaders(headers: Readonly<Record<string, string>>): string | null {
  const isRight = ([name, value]: readonly [string, string]) =>
    /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && /^[\x20-\x7e]*$/.test(value)
  return Object.entries(headers).every(isRight) ? null : 'a header is printable ASCII'
}

/** What a file is called until it is whole. Whoever collects `*.csv` or names without a dot in front does not see it. */
export function unfinishedName(name: string): string {
  return `.${name}.part`
}
