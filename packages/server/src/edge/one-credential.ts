import type { ASTVisitor, ValidationContext } from 'graphql'
import { badInput } from './client-errors.ts'

/**
 * At most one mutation field that takes a credential in a whole document, whatever its aliases, fragments or operations
 * (C3). Aliases would otherwise give many guesses for one request; the attempt budget in the database is the real limit,
 * and this stands in front of it.
 *
 * Counting field nodes is enough: a fragment that is spread twice still answers once for each response name, and an
 * alias needs a node of its own.
 */
export function OneCredentialRule(context: ValidationContext): ASTVisitor {
  const mutation = context.getSchema().getMutationType()
  let seen: string | undefined
  let reported = false
  return {
    Field(node) {
      const field = context.getFieldDef()
      if (reported || field?.extensions.credential !== true || context.getParentType() !== mutation) return
      if (seen === undefined) {
        seen = field.name
        return
      }
      reported = true
      context.reportError(
        badInput(
          `This document has more than one field that takes a credential (${seen}, ${field.name}). Send each in a request of its own.`,
          [node],
        ),
      )
    },
  }
}
