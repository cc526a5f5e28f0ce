import type { SchemaKit } from '@security-info/core'

/** The same ref, for another value. */
type Carrying<Ref, Value> = { readonly [Key in keyof Ref]: Ref[Key] extends Date ? Value : Ref[Key] }

/**
 * A scalar of the plugin's that carries JSON as it is. The cast is contained here: the builder takes only names that core has
 * declared, so `DateTime` stands in for ours, and `Carrying` puts our value in the place of its own.
 */
export function jsonScalar<Value extends object>(
  kit: SchemaKit,
  name: string,
  { description, direction }: { readonly description: string; readonly direction: 'in' | 'out' },
) {
  const scalar = kit.builder.scalarType(name as 'DateTime', {
    description,
    serialize: (value: unknown) => value,
    parseValue: (value) => {
      if (direction === 'out') throw new TypeError(`${name} is output only.`)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as never
      throw new TypeError('Expected a JSON object.')
    },
  })
  return scalar as unknown as Carrying<typeof scalar, Value>
}
