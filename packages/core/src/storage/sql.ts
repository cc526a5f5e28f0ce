import { type SQL, sql } from 'drizzle-orm'

/** Database time. Tests can move it; nothing else can. */
export const now = sql`security_info.now()`

// In `INSERT … SELECT` PostgreSQL can't infer a parameter's type from its column, so each says what it is.
export const uuid = (value: string | null) => sql`${value}::uuid`
export const text = (value: string | null) => sql`${value}::text`
export const boolean = (value: boolean | null) => sql`${value}::boolean`
export const texts = (values: readonly string[]) =>
  sql`array(select jsonb_array_elements_text(${json(values)}))`
export const integer = (value: number | null) => sql`${value}::int`
export const bigint = (value: bigint | null) => sql`${value === null ? null : String(value)}::text::bigint`
export const bytes = (value: Uint8Array | null) => sql`${value}::bytea`
export const time = (value: Date | null) =>
  sql`${value === null ? null : value.toISOString()}::text::timestamptz`
export const json = (value: unknown) => sql`${JSON.stringify(value)}::text::jsonb`
export const seconds = (value: number) => sql`make_interval(secs => ${value}::float8)`

/** A time as milliseconds since 1970: drivers disagree about dates in raw results, never about a float8. */
export const ms = (expression: SQL) => sql`(extract(epoch from ${expression}) * 1000)::float8`

export const date = (milliseconds: number) => new Date(milliseconds)
export const maybeDate = (milliseconds: number | null) =>
  milliseconds === null ? null : new Date(milliseconds)
