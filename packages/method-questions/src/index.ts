/** Security questions: asked for a password reset, beside something stronger and never instead of it. */
export { type QuestionsOptions, questions } from './plugin.ts'
