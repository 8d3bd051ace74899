/** What the compiler takes and gives. Plain data: it crosses threads. */

/** A place in the source. Lines and columns are 1-based, columns count UTF-16 units. */
export interface Site {
  /** Index into `CompiledProgram.files`. */
  readonly file: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** The call or access as written, cut at 80 characters. */
  readonly text: string
  /** What is called or accessed: `kmalloc`, `write_u8`, a field name, `drop`. */
  readonly callee: string
  /** Variable (or `object.field`) that the value is stored in, if any: `const a = kmalloc(…)!` → `a`. */
  readonly assigned: string | null
  /**
   * The receiver of a method or field access, if it is a plain name or member path: `b` in `b.write_u8(0, 1)`. None for
   * a name of a whole module: `k` in `k.kfree(b)`.
   */
  readonly receiver: string | null
  /** Texts of the arguments, each cut at 40 characters. */
  readonly args: readonly string[]
  /** Name of the enclosing function; `null` at top level. */
  readonly within: string | null
  /** True if the value is used by nobody: the call or access stands alone as a statement. */
  readonly unused?: boolean
}

/** A source error: syntax, a name that does not exist, a construct that snippets cannot use. */
export interface CompileError {
  /** `syntax`, `import`, `not-in-this-era`, `unsupported`, `pragma`. */
  readonly code: string
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** Name that may stand in the place of the one that is marked: a quick fix for the editor. */
  readonly replacement?: string
}

export type { SurfaceIndex, SurfaceNameKind } from '../surface/surface-index.ts'

export interface SourceFile {
  /** Path as given, with `/`. */
  readonly path: string
  readonly text: string
}

/** One module of a program: the text of a function expression `($R, $S, $M) => { … }` (see emit.ts). */
export interface CompiledModule {
  readonly path: string
  /** Straight form: user functions are plain functions, surface calls are direct. Empty if the program has tasks. */
  readonly straight: string
  /** Interleaved form: user functions have generator twins, with a preemption point before every step. */
  readonly interleaved: string
  /** Indices of the modules that this one gets as `$M`, in order; -1 where only types are imported. */
  readonly imports: readonly number[]
  /** Where emitted text comes from (source-lines.ts): emitted line, emitted column, source line, 1-based. */
  readonly straightLines: readonly number[]
  readonly interleavedLines: readonly number[]
}

/** What the pragma comments at the top of the entry file ask for (SURFACE §1, §5). */
export interface Pragmas {
  readonly eras: readonly string[] | null
  readonly machine: Readonly<Record<string, string>>
  readonly expect: readonly Expectation[] | null
  readonly schedule: string | null
  readonly explore: Readonly<Record<string, string>> | null
}

/** One `@expect` line. */
export interface Expectation {
  readonly code: string
  readonly file: string | null
  readonly line: number
  readonly eras: readonly string[] | null
  readonly possible: boolean
  /** Line of the pragma itself. */
  readonly at: number
}

export interface CompiledProgram {
  /** Modules in evaluation order; the last one is the program given. */
  readonly modules: readonly CompiledModule[]
  readonly files: readonly string[]
  /** Site 0 is "no place": the loader's own operations. */
  readonly sites: readonly Site[]
  /** True if the program imports something that makes tasks or blocks: run it interleaved from the start. */
  readonly interleaved: boolean
  /** Names of the Rust surface that the program imports: its era has to have them. */
  readonly rustNames?: readonly string[]
  readonly pragmas: Pragmas
  readonly errors: readonly CompileError[]
}
