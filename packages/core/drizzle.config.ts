import { defineConfig } from 'drizzle-kit'

/** Generates core's migrations: `pnpm db:generate`. Read what it wrote before you commit it. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './packages/core/src/storage/tables*.ts',
  out: './packages/core/migrations',
  schemaFilter: ['security_info'],
})
