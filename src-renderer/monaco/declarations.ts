/** The surface's declarations with their doc comments: what completions and hover cards are made of. */
import { DECLARATIONS } from '../../src-core/surface/generated/declarations.ts'

export const declarations: readonly { readonly module: string; readonly text: string }[] = DECLARATIONS
