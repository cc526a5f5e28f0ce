import { defineConfig } from 'drizzle-kit'

/** Generates the package's migrations: `pnpm db:generate`. Read what it wrote before you commit it. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './packages/method-app-password/src/tables.ts',
  out: './packages/method-app-password/migrations',
  schemaFilter: ['security_info'],
})
