import type { Route } from '@security-info/core'
import { policy } from './policy.ts'

/**
 * WebAuthn 5.11: which other origins may use the credentials of this domain. Browsers read it at the domain itself, so it is of
 * use where the public address is that domain; elsewhere, whoever serves the domain has to answer the same.
 */
export const relatedOriginsRoute: Route = {
  method: 'GET',
  path: '/.well-known/webauthn',
  access: 'Anybody: it says only what the policy says of origins',
  async handle(_request, context) {
    const { relatedOrigins } = policy.parse(await context.policy())
    if (relatedOrigins.length === 0) return new Response(null, { status: 404 })
    return Response.json({ origins: relatedOrigins })
  },
}
