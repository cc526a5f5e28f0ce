import type { Fault, Secret } from '@security-info/core'

/** Reads an environment variable that holds a secret; `undefined` where it is missing or empty. */
export type ReadSecret = (variable: string) => Secret | undefined

type Json = Readonly<Record<string, unknown>>

/**
 * The options of one method, each `{ "env": "NAME" }` in them replaced by the secret in that variable. So the file with the
 * configuration can be shown to anybody, and the secrets come from the vault like those of the gateway itself.
 */
export function resolveSecrets(
  where: string,
  options: unknown,
  read: ReadSecret,
): { readonly options: unknown; readonly faults: readonly Fault[] } {
  const faults: Fault[] = []
  const resolve = (at: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one, index) => resolve(`${at}.${index}`, one))
    if (typeof value !== 'object' || value === null) return value
    const variable = variableOf(value as Json)
    if (variable === undefined) {
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [key, resolve(`${at}.${key}`, one)]),
      )
    }
    const secret = read(variable)
    if (!secret) faults.push(missing(at, variable))
    return secret
  }
  return { options: resolve(where, options), faults }
}

/** An object with `env` and nothing else. */
function variableOf(value: Json): string | undefined {
  return typeof value.env === 'string' && Object.keys(value).length === 1 ? value.env : undefined
}

function missing(where: string, variable: string): Fault {
  return {
    where,
    problem: `it is to come from the environment variable ${variable}, which is not set`,
    fix: `Set ${variable} where the gateway starts, or name another variable.`,
  }
}
