/** The documented parameters of a resource, and the values that each may have. */
export type Documented = Readonly<Record<string, RegExp>>

/** Those that may come more than once. */
const lists = new Set(['MediaUrl', 'PersistentAction', 'RecordingStatusCallbackEvent', 'StatusCallbackEvent'])

export const anything = /./s
export const truth = /^(true|false)$/
export const digits = /^\d+$/
export const verb = /^(GET|POST)$/

/**
 * What is wrong with a request that the real API takes without a word, or with an error nobody documents: a parameter
 * it doesn't know (and ignores), one that came twice, a value that is none of the documented ones.
 */
export function mistakesIn(parameters: URLSearchParams, documented: Documented): readonly string[] {
  return [...new Set(parameters.keys())].flatMap((name) => {
    const allowed = documented[name]
    if (!allowed) return [`There is no parameter ${name}.`]
    const values = parameters.getAll(name)
    const wrong = values
      .filter((value) => !allowed.test(value))
      .map((value) => `${name} can't be "${value}".`)
    return values.length > 1 && !lists.has(name) ? [...wrong, `${name} came ${values.length} times.`] : wrong
  })
}

/** An absolute address that Twilio would call: no underscores in the host, 4,000 characters at most. */
export function isCallable(url: string): boolean {
  if (url.length > 4000 || !URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return /^https?:$/.test(protocol) && hostname !== '' && !hostname.includes('_')
}
