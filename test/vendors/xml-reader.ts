/** An element of XML with its namespace; either text or elements are in it. */
export interface XmlElement {
  readonly name: string
  readonly namespace: string
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** Reads what an exact consumer reads: well-formed, without a DTD. Throws at anything else. */
export function readXml(source: string): XmlElement {
  let at = 0

  function expected(pattern: RegExp, what: string): RegExpExecArray {
    const sticky = new RegExp(pattern, 'uy')
    sticky.lastIndex = at
    const found = sticky.exec(source)
    if (found === null) throw new Error(`${what} expected at ${at}`)
    at = sticky.lastIndex
    return found
  }

  function element(outer: ReadonlyMap<string, string>): XmlElement {
    const [, tag = ''] = expected(/<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)/, 'an element')
    const scope = new Map(outer)
    for (;;) {
      const [, name, value] = expected(/\s*(?:([\w:.-]+)\s*=\s*"([^"<]*)")?/, 'an attribute')
      if (name === undefined) break
      const [, prefix] = /^xmlns(?::(.+))?$/.exec(name) ?? []
      if (name.startsWith('xmlns')) scope.set(prefix ?? '', unescaped(value ?? ''))
    }
    const [prefix = '', local] = tag.includes(':') ? tag.split(':') : ['', tag]
    const namespace = scope.get(prefix)
    if (namespace === undefined && prefix !== '') throw new Error(`${prefix} is not declared`)
    const own = { name: local ?? '', namespace: namespace ?? '' }
    if (expected(/\/?>/, 'the end of a tag')[0] === '/>') return { ...own, children: [], text: '' }
    const children: XmlElement[] = []
    let text = ''
    for (;;) {
      text += unescaped(expected(/[^<]*/, 'text')[0])
      if (source.startsWith('</', at)) break
      children.push(element(scope))
    }
    expected(new RegExp(`</${tag.replaceAll('.', '\\.')}\\s*>`), `the end of ${tag}`)
    if (children.length > 0 && text.trim() !== '') throw new Error(`${tag} has text and elements`)
    return { ...own, children, text: children.length > 0 ? '' : text }
  }

  expected(/\uFEFF?(?:<\?xml [^?]*\?>)?\s*/, 'a beginning')
  const root = element(new Map())
  expected(/\s*$/, 'the end')
  return root
}

const entities = new Map([
  ...[...Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" })],
])

function unescaped(text: string): string {
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(text)) {
    throw new Error('a character that XML does not have')
  }
  return text.replaceAll(/&([^;]*);|&/g, (_all, name?: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name ?? '') ?? []
    const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16)
    const found = Number.isNaN(code) ? entities.get(name ?? '') : String.fromCodePoint(code)
    if (found === undefined) throw new Error(`&${name ?? ''} is no entity`)
    return found
  })
}
