/** A run as a file to take along: asked for part by part, so that a long one neither blocks the core nor a window. */

export const TRACE_FORMS = ['perfetto', 'columns'] as const
/** `perfetto`: a `.pftrace` for ui.perfetto.dev; `columns`: a `.pwtrace`, docs/trace-format.md. */
export type TraceForm = (typeof TRACE_FORMS)[number]

export interface TraceFileAsk {
  readonly run: number
  readonly form: TraceForm
  /** 0 begins the file anew, whoever else was at it; then 1, 2, and so on. */
  readonly part: number
}

export interface TraceFilePart {
  /** The next bytes of the file. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** How much of the run is behind with them; 1 with the last part. */
  readonly share: number
}
