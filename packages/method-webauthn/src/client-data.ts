import { type Refusal, refuse } from '@security-info/core'
import { fromBase64Url } from './bytes.ts'
import type { RelyingParty, WebauthnPolicy } from './policy.ts'
import { shown } from './shown.ts'

/** What the browser says of the ceremony (WebAuthn 5.8.1). More members may come, so only these are read. */
export interface ClientData {
  readonly type: string
  readonly challenge: string
  readonly origin: string
  readonly crossOrigin: boolean
  readonly topOrigin: string | undefined
}

/** What a ceremony has to be. */
export interface Expected {
  readonly type: 'webauthn.create' | 'webauthn.get'
  readonly challenge: string
  readonly party: RelyingParty
  readonly policy: WebauthnPolicy
}

const PATH = ['response', 'clientDataJSON']

/** The client data, or in words what is wrong with its form. */
export function readClientData(encoded: string): ClientData | string {
  const json = parseJson(encoded)
  if (json === undefined) return 'Expected JSON in UTF-8.'
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'Expected a JSON object.'
  const { type, challenge, origin, crossOrigin, topOrigin, tokenBinding } = json as Record<string, unknown>
  for (const [name, value] of Object.entries({ type, challenge, origin })) {
    if (typeof value !== 'string') return `Expected "${name}" to be a string, got ${kindOf(value)}.`
  }
  if (crossOrigin !== undefined && typeof crossOrigin !== 'boolean') {
    return `Expected "crossOrigin" to be true or false, got ${kindOf(crossOrigin)}.`
  }
  if (topOrigin !== undefined && typeof topOrigin !== 'string') {
    return `Expected "topOrigin" to be a string, got ${kindOf(topOrigin)}.`
  }
  if (tokenBinding !== undefined && !isTokenBinding(tokenBinding)) {
    return 'Expected "tokenBinding" to be an object with the status "present" or "supported".'
  }
  return {
    type: String(type),
    challenge: String(challenge),
    origin: String(origin),
    crossOrigin: crossOrigin === true,
    topOrigin,
  }
}

/** WebAuthn 7.1 steps 7 to 11, 7.2 steps 10 to 14, in their order. */
export function clientDataProblem(
  encoded: string,
  { type, challenge, party, policy }: Expected,
): Refusal<'webauthn'> | undefined {
  const data = readClientData(encoded)
  if (typeof data === 'string') return refuse('webauthn.clientData', { path: PATH })
  const wrong = (code: `webauthn.${string}`, came: string, expected: string) =>
    refuse(code, { path: PATH, values: { came: shown(came), expected: shown(expected) } })

  if (data.type !== type) return wrong('webauthn.type', data.type, type)
  if (data.challenge !== challenge) return wrong('webauthn.challenge', data.challenge, challenge)
  if (!party.origins.includes(data.origin)) {
    return wrong('webauthn.origin', data.origin, party.origins.join(', '))
  }
  if (data.crossOrigin && !policy.crossOrigin) return refuse('webauthn.crossOrigin', { path: PATH })
  if (data.topOrigin === undefined) return undefined
  // 5.8.1: topOrigin is there only where crossOrigin is true.
  const allowed = data.crossOrigin ? policy.topOrigins : []
  if (allowed.includes(data.topOrigin)) return undefined
  return wrong('webauthn.topOrigin', data.topOrigin, allowed.join(', ') || 'none')
}

function parseJson(encoded: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64Url(encoded)))
  } catch {
    return undefined
  }
}

/** WebAuthn Level 2 5.8.1. Level 3 only reserves the name; the library still looks at it. */
function isTokenBinding(value: unknown): boolean {
  const { status } = (value ?? {}) as { status?: unknown }
  return typeof value === 'object' && (status === 'present' || status === 'supported')
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
