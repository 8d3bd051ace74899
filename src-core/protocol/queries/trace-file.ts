/** Answers `traceFile`: the parts of a run's file, one after the other. */
import { perfettoParts, type FilePart } from '../../report/perfetto.ts'
import { encodeTrace } from '../../trace/format.ts'
import type { TraceFileAsk, TraceFilePart, TraceForm } from '../trace-file.ts'
import type { RunView } from './run-view.ts'

/** Bytes of a part of a file that is made at once. */
const SLICE_BYTES = 4 << 20

/** A file that is being asked for. */
export interface FileInParts {
  readonly form: TraceForm
  readonly parts: Iterator<FilePart>
  /** Number of the next part. */
  next: number
}

/** Throws if a part is not the next one of the file begun last. */
export function traceFile(view: RunView, { form, part }: TraceFileAsk): TraceFilePart {
  if (part === 0) view.file = { form, parts: partsOf(view, form), next: 0 }
  const { file } = view
  if (file === null || file.form !== form || file.next !== part)
    throw new Error(`part ${part} is not the next one of the file: begin with part 0`)
  file.next++
  const { value, done } = file.parts.next()
  if (done === true || value.share === 1) view.file = null
  if (done === true) throw new Error('the file has ended')
  return value
}

function partsOf(view: RunView, form: TraceForm): Iterator<FilePart> {
  const { record, program, ledger, report } = view.run
  if (form === 'perfetto') return perfettoParts({ record, program, ledger, report })
  return slices(encodeTrace(record, program))
}

function* slices(file: Uint8Array): Generator<FilePart> {
  for (let at = 0; at < file.length; at += SLICE_BYTES) {
    const end = Math.min(file.length, at + SLICE_BYTES)
    yield { bytes: new Uint8Array(file.subarray(at, end)), share: end / file.length }
  }
}
