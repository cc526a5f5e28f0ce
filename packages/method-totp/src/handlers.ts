import { type Attempt, type Deps, digits, type Handlers, refuse, type Secret } from '@security-info/core'
import { generateURI, ScureBase32Plugin, verify } from 'otplib'
import { renderSVG } from 'uqr'
import { z } from 'zod'
import type { TotpSchema } from './schema.ts'

/** What apps agree on (RFC 6238 with the defaults of RFC 4226): some ignore any other algorithm, length or period. */
const ALGORITHM = 'sha1'
const DIGITS = 6
const PERIOD_SECONDS = 30
/** RFC 4226 4, R6: 160 bits. */
const SECRET_BYTES = 20
/** How far a clock may be off for the hint to recognise it: 15 minutes either way. */
const HINT_STEPS = 30

export const stored = z.object({ secret: z.string() })
export const enrolling = z.object({ secret: z.string() })
export const challenging = z.object({})
type Stored = z.infer<typeof stored>
type Enrolling = z.infer<typeof enrolling>
type Challenging = z.infer<typeof challenging>

interface Options {
  readonly issuer?: string | undefined
  readonly driftSteps: number
}

export function createHandlers(
  deps: Deps,
  options: Options,
): Handlers<'totp', TotpSchema, Stored, Enrolling, Challenging> {
  const base32 = new ScureBase32Plugin()
  const issuer = options.issuer ?? deps.organisation.replaceAll(':', ' ')
  const code = z.object({ code: digits(DIGITS) })
  /** Nobody's: what a decoy's code is compared with. */
  const nobodys = base32.encode(deps.random(SECRET_BYTES))

  return {
    inputs: { confirm: code, proof: code },

    async begin({ username }) {
      const secret = base32.encode(deps.random(SECRET_BYTES))
      const account = username.replaceAll(':', ' ')
      const otpauthUri = generateURI({ issuer, label: account, secret })
      const view = {
        issuer,
        account,
        otpauthUri,
        manualKey: inGroups(secret),
        qrSvg: renderSVG(otpauthUri, { border: 4 }),
      }
      return { view, pending: { secret } }
    },

    async confirm(at, proof) {
      const { secret } = at.pending
      const step = await matchingStep(secret, proof.code, at.now, options.driftSteps)
      if (step !== undefined) return { stored: { secret }, counter: step }
      // The person was just shown this secret, so measuring their clock gives nothing away. Not so at sign-in.
      const drifted =
        at.number >= 2 && (await matchingStep(secret, proof.code, at.now, HINT_STEPS)) !== undefined
      return refuse('wrong-proof', drifted ? { hint: 'totp.clockOff' } : hintAfterTwo(at))
    },

    async challenge() {
      return { view: { digits: DIGITS }, pending: {} }
    },

    async verify(at, of, proof) {
      // A decoy costs as much as somebody with one app, and no code is right for it.
      if (of.length === 0) await matchingStep(nobodys, proof.code, at.now, options.driftSteps)
      let replayed = false
      for (const method of of) {
        const step = await matchingStep(method.stored.secret, proof.code, at.now, options.driftSteps)
        if (step === undefined) continue
        // RFC 6238 5.2: a code is accepted once. Core's commit asks again, for codes that race.
        if (method.counter === null || step > method.counter)
          return { ok: true, methodId: method.id, counter: step }
        replayed = true
      }
      return replayed ? refuse('totp.replayed') : refuse('wrong-proof', hintAfterTwo(at))
    },

    describe: (list) => list.map(() => ({ algorithm: `SHA1, ${DIGITS} digits, ${PERIOD_SECONDS} s` })),
  }
}

/** The time step (RFC 6238 4.2) that a code belongs to, within `drift` steps of now. */
async function matchingStep(
  secret: string,
  code: Secret,
  now: Date,
  drift: number,
): Promise<bigint | undefined> {
  const result = await verify({
    secret,
    token: code.reveal(),
    algorithm: ALGORITHM,
    digits: DIGITS,
    period: PERIOD_SECONDS,
    epoch: Math.floor(now.getTime() / 1000),
    epochTolerance: drift * PERIOD_SECONDS,
  })
  return result.valid && 'timeStep' in result ? BigInt(result.timeStep) : undefined
}

/** After two wrong codes the clock is the usual reason; a general hint tells a guesser nothing. */
function hintAfterTwo(at: Attempt<object>): { hint?: 'totp.checkClock' } {
  return at.number >= 2 ? { hint: 'totp.checkClock' } : {}
}

function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret
}
