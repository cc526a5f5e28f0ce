import { randomBytes } from 'node:crypto'
import { Secret, type SecurityInfo } from '@security-info/core'
import { guardContentType, guardOrigin } from '../edge/guard.ts'
import { isLoopbackAddress, type PublicAddress } from '../edge/public-address.ts'
import { json } from '../edge/refusal.ts'
import type { EdgeRoute } from '../edge/routes.ts'
import { generatePassword } from './password.ts'

/**
 * `POST /dev/person`: a new person with a password, for `pnpm demo` and for trying things out; an administrator where the body is
 * `{ "administrator": true }`. With what a mail server asks about their app passwords. Sandbox only.
 */
export function personRoute(
  accounts: SecurityInfo['accounts'],
  address: PublicAddress,
  serviceKey?: string,
): EdgeRoute {
  return {
    method: 'POST',
    path: '/dev/person',
    async handle(request, { clientAddress }) {
      const refusal = guardContentType(request) ?? guardOrigin(request, address)
      if (refusal) return json({ problem: refusal.message }, refusal.status)
      if (!isLoopbackAddress(clientAddress))
        return json({ problem: 'Only this machine may ask for people.' }, 403)

      const number = randomBytes(3).toString('hex')
      const identifier = `visitor-${number}@larkspur.example`
      const contactEmail = `visitor-${number}@home.example`
      const password = generatePassword()
      const made = await accounts.create({
        identifier,
        displayName: `Visitor ${number}`,
        password: new Secret(password),
        contactEmail,
        administrator: await wantsAdministrator(request),
      })
      if (!made.ok) return json({ problem: made.problem }, 500)
      return json({ identifier, password, contactEmail, serviceKey })
    },
  }
}

async function wantsAdministrator(request: Request): Promise<boolean> {
  const body: unknown = await request.json().catch(() => undefined)
  return typeof body === 'object' && body !== null && 'administrator' in body && body.administrator === true
}
