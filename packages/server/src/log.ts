/** One line of the gateway's log. Never hand it variables, headers or bodies: they hold secrets. */
export interface LogEntry {
  readonly level: 'info' | 'error'
  readonly message: string
  readonly requestId?: string | null
  readonly error?: unknown
}
export type Log = (entry: LogEntry) => void

/** Production: one JSON object on each line of standard error, for whatever collects logs. */
export const jsonLog: Log = ({ error, ...entry }) => {
  const line = {
    at: new Date().toISOString(),
    ...entry,
    ...(error === undefined ? {} : { error: describeError(error) }),
  }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

/** Sandbox: for eyes. */
export const plainLog: Log = ({ level, message, requestId, error }) => {
  const request = requestId ? ` (request ${requestId})` : ''
  const detail = error === undefined ? '' : `\n${describeError(error).join('\n  caused by ')}`
  const out = level === 'error' ? process.stderr : process.stdout
  out.write(`${message}${request}${detail}\n`)
}

/**
 * An error with all its causes, outermost first. A failed statement keeps its SQL but not its parameters: they hold
 * identifiers, hashes and sealed data (H10), and a database's own `detail` repeats them.
 */
export function describeError(error: unknown): readonly string[] {
  const chain: string[] = []
  for (let at = error, depth = 0; at !== undefined && at !== null && depth < 5; depth++) {
    chain.push(describeOne(at))
    at = at instanceof Error ? at.cause : undefined
  }
  return chain
}

function describeOne(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
  const message =
    'query' in error && 'params' in error ? `failed statement: ${String(error.query)}` : error.message
  const code = 'code' in error && typeof error.code === 'string' ? ` [${error.code}]` : ''
  return [`${error.name}${code}: ${message}`, ...frames].join('\n')
}
