import { inspect } from 'node:util'

const REDACTED = '[secret]'
const BRAND = Symbol.for('security-info.Secret')

/**
 * A value that must not reach a log, an error or a trace: every way of printing it gives `[secret]`.
 * The GraphQL scalar `Secret` parses to it, and `OneTimeSecret` is written from it.
 */
export class Secret {
  readonly #value: string

  /** True for a secret of another copy of this package as well: a plugin may bring its own. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value
  }

  readonly [BRAND] = true

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Call it where it is compared, hashed or sealed, and nowhere else. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}
