/**
 * Whether a client that sent this `If-None-Match` has the document with this tag already. Weak tags are compared as strong
 * ones (RFC 9110, section 13.1.2).
 */
export function hasTag(tag: string, ifNoneMatch: string | undefined): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((each) => opaque(each.trim()))
  return known.includes(opaque(tag)) || known.includes('*')
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '')
}
