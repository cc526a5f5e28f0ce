import type { Secret } from '../crypto/secret.ts'
import type { InvalidInput } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Policy } from '../policy/document.ts'
import { type PasswordOwner, passwordProblem } from './password-rules.ts'

/** Why a new password is refused, as the API says it. */
export async function newPasswordProblem(
  host: Host,
  password: Secret,
  owner: PasswordOwner,
  policy: Policy,
): Promise<InvalidInput | undefined> {
  const problem = await passwordProblem(password, owner, policy, host)
  return problem && { type: 'InvalidInput', path: ['newPassword'], ...problem }
}
