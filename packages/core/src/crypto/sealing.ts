import type { z } from 'zod'
import type { KeyRing } from './key-ring.ts'

/** The place of a sealed value: part of its authenticated data, so that rows can't be swapped. */
export function place(table: string, userId: string, rowId: string): string {
  return `security-info/1/${table}/${userId}/${rowId}`
}

export function sealJson(ring: KeyRing, value: unknown, at: string): Uint8Array {
  return ring.seal(Buffer.from(JSON.stringify(value), 'utf8'), at)
}

/** Opens a sealed value and guards its shape; throws where either fails, so that nothing half-read is ever compared. */
export function openJson<T>(ring: KeyRing, sealed: Uint8Array, at: string, shape: z.ZodType<T>): T {
  return shape.parse(JSON.parse(Buffer.from(ring.open(sealed, at)).toString('utf8')))
}
