/** Texts that come again and again, each kept in one copy; all are forgotten when there are more than `textsMax`. */
export function createSharedTexts(textsMax: number): (text: string) => string {
  const texts = new Map<string, string>()
  return (text) => {
    const known = texts.get(text)
    if (known !== undefined) return known
    if (texts.size >= textsMax) texts.clear()
    texts.set(text, text)
    return text
  }
}
