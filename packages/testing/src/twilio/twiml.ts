/** An element of a TwiML document. */
export interface TwimlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly TwimlElement[]
  /** All text within, also that of SSML elements, with white space as a voice would take it. */
  readonly text: string
}

interface Open {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: TwimlElement[]
  text: string
}

const token =
  /<\?.*?\?>|<!--.*?-->|<(?<close>\/)?(?<name>[A-Za-z][\w:-]*)(?<attributes>(?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/)?>|(?<text>[^<]+)/sy
const attribute = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/**
 * Reads as much XML as TwiML needs, and is strict about it: whatever was put into the document without being escaped
 * should fail the test that plays it.
 *
 * @throws where the document is not well-formed, or is no `<Response>`
 */
export function parseTwiml(document: string): TwimlElement {
  const root: Open = { name: '', attributes: {}, children: [], text: '' }
  const open: Open[] = [root]
  token.lastIndex = 0
  while (token.lastIndex < document.length) {
    const at = token.lastIndex
    const groups = token.exec(document)?.groups
    const top = open.at(-1)
    if (!groups || !top) throw new Error(`This TwiML is not well-formed at character ${at}:\n${document}`)
    const { close, name, attributes = '', empty, text } = groups
    if (text) top.text += decode(text)
    if (name && !close) open.push({ name, attributes: attributesOf(attributes), children: [], text: '' })
    if (name && (close || empty)) finish(open, name, document)
  }
  const [response, second] = root.children
  if (open.length > 1 || second || root.text.trim() || response?.name !== 'Response') {
    throw new Error(`Expected one <Response>, got:\n${document}`)
  }
  return response
}

function finish(open: Open[], name: string, document: string): void {
  const done = open.pop()
  const parent = open.at(-1)
  if (done?.name !== name || !parent) throw new Error(`</${name}> closes nothing in:\n${document}`)
  // What stands beside the response is another matter than what it says.
  if (open.length > 1) parent.text += done.text
  parent.children.push({ ...done, text: done.text.replaceAll(/\s+/g, ' ').trim() })
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(attribute)
  return Object.fromEntries(
    Array.from(found, ([, name = '', double, single = '']) => [name, decode(double ?? single)]),
  )
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+))?(;?)/gi, (found, decimal, hex, name, end) => {
    const character = name ? entities[name] : codePoint(decimal, hex)
    if (!character || !end) throw new Error(`${found} is no entity; an ampersand is written &amp;.`)
    return character
  })
}

function codePoint(decimal?: string, hex?: string): string | undefined {
  const code = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16)
  return Number.isNaN(code) ? undefined : String.fromCodePoint(code)
}
