/** Email: codes for password reset, and the channel that carries codes and notices by SMTP. */
export { type EmailOptions, email } from './plugin.ts'
