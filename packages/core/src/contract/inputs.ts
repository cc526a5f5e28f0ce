import { z } from 'zod'
import { Secret } from '../crypto/secret.ts'
import { ConfigurationFault } from '../faults.ts'

/** How many digits a code has that core sends (NIST SP 800-63B-4 3.1.3: at least 6). */
export const CODE_LENGTH = 6

/** The format of the proof of a sent code: `kit.codeProof`. */
export const codeProof = () => z.object({ code: digits(CODE_LENGTH) })

/**
 * The format of a numeric code: exactly `length` ASCII digits; spaces that people copy along are taken out. Says what came
 * by its length only.
 */
export function digits(length: number): z.ZodType<Secret, Secret> {
  return z.instanceof(Secret).transform((secret, context) => {
    const code = secret.reveal().replaceAll(' ', '')
    if (code.length === length && /^[0-9]+$/.test(code)) return new Secret(code)
    context.addIssue({ code: 'custom', message: `Expected ${length} digits, got ${describe(code)}.` })
    return z.NEVER
  })
}

function describe(code: string): string {
  if (code === '') return 'nothing'
  return /^[0-9]+$/.test(code)
    ? `${[...code].length}`
    : `${[...code].length} characters, not all of them digits 0 to 9`
}

/** Parses a plugin factory's options. @throws ConfigurationFault that names the plugin and every option at fault. */
export function parseOptions<T>(plugin: string, shape: z.ZodType<T>, options: unknown): T {
  const parsed = shape.safeParse(options ?? {})
  if (parsed.success) return parsed.data
  throw new ConfigurationFault(
    parsed.error.issues.map((issue) => ({
      where: `plugin "${plugin}", option ${issue.path.join('.') || '(all)'}`,
      problem: issue.message,
      fix: 'Correct the option, or leave it out for its default.',
    })),
  )
}
