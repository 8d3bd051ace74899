/** The compiler's hints for C in a snippet, for the editor, which marks all that a hint is about. */
export { cHints } from '../compiler/c-habits.ts'
