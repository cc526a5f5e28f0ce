import { canonicalIdentifier, type Route, type RouteContext } from '@security-info/core'
import { readAddress } from '../address.ts'
import { hashed } from '../entries.ts'
import { readPassword } from '../format.ts'
import { NOBODY, uuidOfHash } from '../uuid.ts'
import { later, mistaken, no, yes } from './answers.ts'
import { type Asked, type ReadAddress, readAsked } from './asked.ts'
import { createFailures, type NoteFailure } from './failures.ts'
import { createPolicyAt, type PolicyAt } from './in-force.ts'
import { type Found, lookUp } from './lookup.ts'
import { remember } from './remember.ts'
import { sameText } from './same-text.ts'
import { type Service, serviceOf } from './services.ts'
import { noteUse } from './use.ts'
import { verdictOf } from './verdict.ts'

const PATH = '/check/basic'
const ACCESS =
  'servers with a key of their own in X-Service-Key; all others get 403, and nothing is looked at'
const LONGEST_NAME = 1024

/** Programs ask again and again, with the same name and from where they are. */
const REMEMBERED = 1000

export interface CheckOptions {
  readonly services: readonly Service[]
  readonly realm: string
}

/** The check that mail and web servers ask: is this the app password of this person, for this? */
export function createCheck(options: CheckOptions): readonly Route[] {
  const parts: Parts = {
    ...options,
    noteFailure: createFailures(),
    policyAt: createPolicyAt(),
    canonicalOf: remember(REMEMBERED, readable),
    addressOf: remember(REMEMBERED, readAddress),
  }
  const handle: Route['handle'] = (request, context) => check(request, context, parts)
  return [
    { method: 'GET', path: PATH, access: ACCESS, handle },
    { method: 'POST', path: PATH, access: ACCESS, handle },
  ]
}

/** The one form of a name, without what PostgreSQL can't read (`Sought`). */
function readable(name: string): string {
  return canonicalIdentifier(name).replaceAll('\0', '').toWellFormed()
}

interface Parts extends CheckOptions {
  readonly noteFailure: NoteFailure
  readonly policyAt: PolicyAt
  readonly canonicalOf: (username: string) => string
  readonly addressOf: ReadAddress
}

async function check(request: Request, context: RouteContext, parts: Parts): Promise<Response> {
  const { services, realm } = parts
  const service = serviceOf(services, request.headers.get('x-service-key'))
  if (!service) return mistaken(403, 'X-Service-Key is missing or is not the key of a service.')
  const asked = await readAsked(request, parts.addressOf)
  if (asked === 'no-credentials') return no('basic', realm)
  if ('mistake' in asked) return mistaken(asked.status, asked.mistake)
  const scope = scopeOf(asked, service)
  if (scope === undefined) return mistaken(403, scopeProblem(asked, service))
  const { form, address } = asked
  const password = readPassword(asked.password)
  // A slip of the finger, or something else altogether: it can't be right, so nobody is asked.
  if (!password) return no(form, realm)

  const { db, desk } = context
  const canonical = parts.canonicalOf(asked.username.slice(0, LONGEST_NAME))
  const found = await lookUp(db, { canonical, selector: password.selector, scope })
  const policy = await parts.policyAt(context, found.policyVersion)
  const hash = await desk.keyedHash(...hashed(found.userId ?? NOBODY, password))
  const matches = sameText(hash, found.hash ?? '')
  const verdict = verdictOf(found, matches, { scope, address }, policy)
  if (typeof verdict !== 'string') {
    await noteUse(db, desk, { found, accepted: verdict, asked, scope })
    return yes(form, verdict)
  }
  const retryAt = await parts.noteFailure(desk, {
    owner: found.userId ?? uuidOfHash(await desk.keyedHash('nobody', canonical)),
    payer: address?.payer() ?? `service ${service.name}`,
    now: new Date(found.now),
    reason: verdict,
    scope,
    id: found.id ?? undefined,
    clientAddress: address?.text,
  })
  return retryAt ? later(form, secondsUntil(retryAt, found)) : no(form, realm)
}

/** What is asked for; a service with one scope need not say it. */
function scopeOf({ scope }: Asked, { scopes }: Service): string | undefined {
  const wanted = scope ?? (scopes.length === 1 ? scopes[0] : undefined)
  return wanted !== undefined && scopes.includes(wanted) ? wanted : undefined
}

/** Why there is none, for who set the server up. */
function scopeProblem({ scope, form }: Asked, { name, scopes }: Service): string {
  const all = scopes.join(', ')
  if (scope !== null)
    return `The service "${name}" may not ask for "${scope.slice(0, 32)}". It may ask for: ${all}.`
  const by = form === 'json' ? '"scope" in the body' : '?scope= in the address, or X-Auth-Scope'
  return `The scope is missing, and the service "${name}" has several: ${all}. Name one by ${by}.`
}

function secondsUntil(retryAt: Date, { now }: Found): number {
  return Math.max(1, Math.ceil((retryAt.getTime() - now) / 1000))
}
