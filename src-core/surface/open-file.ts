/** Open files: of a misc device, or an end of a pipe. Follows fs/file_table.c and fs/pipe.c in outline. */
import { addsTo, Part } from '../machine/state-watch.ts'
import type { file, file_operations } from './handles/user-memory.ts'

/** A piece of data in a pipe: a page with a reference, or bytes. */
export interface PipeBuffer {
  /** Frame that the buffer holds a reference of; -1 = the bytes were copied. */
  readonly pfn: number
  offset: number
  length: number
  bytes: Uint8Array | null
}

export interface Pipe {
  readonly buffers: PipeBuffer[]
  readers: number
  writers: number
  /** The open files of both ends. */
  readonly ends: OpenFile[]
  /** Tasks that wait for data, or for room. */
  readonly waiting: number[]
}

export interface OpenFile {
  readonly handle: file
  readonly fops: file_operations | null
  /** As it was opened; empty for a pipe. */
  readonly path: string
  /** Index of the path in the strings of the run; -1 = it is not among them. */
  name: number
  readonly pipe: { readonly pipe: Pipe; readonly end: 'read' | 'write' } | null
  /** Descriptors and mappings that hold the file. */
  references: number
}

/** One more holder. */
export function holdFile(open: OpenFile): void {
  addsTo(Part.FILE, open)
  open.references++
}
