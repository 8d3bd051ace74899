/**
 * The descriptors of a user program, shared by its threads. Follows fs/file.c in outline: the lowest free descriptor is
 * given out. Every look and change is told to the explorer, by descriptor (machine/state-watch.ts).
 */
import { changes, isMade, Part, reads } from '../machine/state-watch.ts'
import { holdFile, type OpenFile } from './open-file.ts'

/** Below are standard input, output and error. */
const FIRST_FD = 3

export class FdTable {
  private readonly files = new Map<number, OpenFile>()

  constructor() {
    isMade(this)
  }

  /** The file behind a descriptor; undefined if none is open, or if it is no number at all. */
  get(fd: number): OpenFile | undefined {
    if (!Number.isSafeInteger(fd)) return undefined
    reads(Part.DESCRIPTORS, this, fd, fd + 1)
    return this.files.get(fd)
  }

  /** Descriptors of this program that are of a file. */
  count(file: OpenFile): number {
    reads(Part.DESCRIPTORS, this)
    return [...this.files.values()].filter((one) => one === file).length
  }

  /** Gives the lowest free descriptor to a file. */
  open(file: OpenFile): number {
    let fd = FIRST_FD
    while (this.files.has(fd)) fd++
    reads(Part.DESCRIPTORS, this, FIRST_FD, fd)
    changes(Part.DESCRIPTORS, this, fd, fd + 1)
    this.files.set(fd, file)
    return fd
  }

  /** Frees a descriptor; its file stays to be closed. */
  remove(fd: number): void {
    changes(Part.DESCRIPTORS, this, fd, fd + 1)
    this.files.delete(fd)
  }

  /** Frees all descriptors: their files, which the caller closes. */
  takeAll(): OpenFile[] {
    changes(Part.DESCRIPTORS, this)
    const files = [...this.files.values()]
    this.files.clear()
    return files
  }

  /** The table of a child: it holds each file once more. */
  copy(): FdTable {
    reads(Part.DESCRIPTORS, this)
    const twin = new FdTable()
    for (const [fd, file] of this.files) {
      holdFile(file)
      twin.files.set(fd, file)
    }
    return twin
  }
}
