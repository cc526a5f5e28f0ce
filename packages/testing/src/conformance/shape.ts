import type { Gate, ResetAnswer } from './reset-documents.ts'

/** What can be told of a value without knowing it: its keys, types, how many are listed, and whether it is empty. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text'
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const fields = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(fields.map(([key, one]) => [key, shapeOf(one)]))
}

/** What can be told of a masked number or address: how long it is, and what is hidden of it. */
export function patternOf(mask: string): string {
  return mask.replace(/\p{L}/gu, 'a').replace(/\p{N}/gu, '0')
}

/**
 * An answer of a reset as a stranger can compare it with another one: word by word where core speaks, by its shape where the kind
 * shows something of its own, or something random.
 */
export function comparable({ gate, step, reset, token, retryAt, message, ...said }: ResetAnswer): unknown {
  return {
    ...said,
    // It may say when.
    message: message?.replace(/\d/g, '0'),
    random: shapeOf({ token, retryAt }),
    reset: reset && { ...reset, expiresAt: shapeOf(reset.expiresAt) },
    gate: gate && {
      ...gate,
      id: shapeOf(gate.id),
      expiresAt: shapeOf(gate.expiresAt),
      step: shown(gate.step),
    },
    step: step && shown(step),
  }
}

function shown({ __typename, kind, way, instructions, ...own }: Gate['step']): unknown {
  const core = { __typename, kind, way, instructions }
  if (__typename !== 'CodeSent') return { ...core, own: shapeOf(own) }
  const { destination = '', resendAt, ...sent } = own
  return { ...core, ...sent, destination: patternOf(destination), resendAt: shapeOf(resendAt) }
}
