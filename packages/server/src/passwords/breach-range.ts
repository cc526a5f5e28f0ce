import type { SecurityInfoOptions } from '@security-info/core'
import type { BreachCheck } from '../config/breach-check.ts'

type BreachRange = NonNullable<SecurityInfoOptions['breachedPasswords']>

/** More than ten times what the service gives for the fullest range. */
const LARGEST = 1_048_576
const LINE = /^[0-9A-F]{35}:\d{1,12}$/i

/**
 * Asks a service for one range of breached passwords. Core turns whatever is thrown here into an alarm and takes the password
 * (M11), so everything that is not such an answer is thrown: else a mirror that gives a friendly page would let all pass and nobody
 * would hear of it. What is thrown does not say which range was asked for.
 */
export function createBreachRange({ url, timeoutMs }: BreachCheck): BreachRange {
  const base = url.href.replace(/\/$/, '')
  return async (prefix) => {
    const response = await fetch(`${base}/${prefix}`, {
      headers: { 'add-padding': 'true', 'user-agent': 'security-info', accept: 'text/plain' },
      // Where it leads is none of what the operator has named.
      redirect: 'error',
      // For the body as well: a byte now and then is no answer.
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error(`The service for breached passwords answered with status ${response.status}.`)
    }
    const text = await readBounded(response)
    const lines = text.split('\n').map((line) => line.trim())
    // Each of the ranges has hundreds; an empty one is a service that has no data.
    if (lines.some((line) => line !== '' && !LINE.test(line)) || text.trim() === '') {
      throw new Error('The service for breached passwords answered with something that is no list of hashes.')
    }
    return text
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    // Leaving the loop cancels the rest.
    if (size > LARGEST) throw new Error(`The service for breached passwords sent more than ${LARGEST} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('latin1')
}
