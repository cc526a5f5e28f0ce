import type { z } from 'zod'
import type { MethodKind } from '../contract/kind.ts'
import { type InvalidInput, invalidInput } from '../errors.ts'
import type { Host } from '../host.ts'

/** A `@oneOf` input: exactly one key, the method kind. GraphQL has already made sure of both. */
export type OneOf = Readonly<Record<string, unknown>>

/** The kind that a `@oneOf` input names, and its value. */
export function pick(host: Host, input: OneOf): { readonly kind: MethodKind; readonly value: object } {
  const [id, value] = Object.entries(input)[0] ?? []
  const kind = id === undefined ? undefined : host.kinds.get(id)
  if (!kind) throw new Error(`No method kind "${id}" is loaded.`)
  return { kind, value: (value ?? {}) as object }
}

/** Checks a value against a plugin's format, before anything is spent. */
export function checkFormat<T>(
  shape: z.ZodType<T, T> | undefined,
  value: T,
  path: readonly string[],
): { readonly value: T } | InvalidInput {
  if (!shape) return { value }
  const parsed = shape.safeParse(value)
  if (parsed.success) return { value: parsed.data }
  const issue = parsed.error.issues[0]
  return invalidInput(
    [...path, ...(issue?.path ?? []).map(String)],
    issue?.message ?? 'The value has the wrong form.',
  )
}
