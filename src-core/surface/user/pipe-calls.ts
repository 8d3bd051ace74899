/**
 * Pipes: reading, writing, vmsplice. Follows fs/pipe.c and vmsplice_to_pipe() of fs/splice.c at v6.12 in outline.
 * What is written is copied to memory outside the machine; what is spliced are pages with a reference each.
 * Simplified: a program that would wait for what only it could do gets -EAGAIN, where a real one would hang.
 */
import { changes, Part } from '../../machine/state-watch.ts'
import { PG_referenced } from '../../mm/page-flags.ts'
import { ZERO_PFN } from '../../mm/user-map.ts'
import { VM_IO, VM_PFNMAP } from '../../mm/vma.ts'
import type { Steps } from '../../sched/driven.ts'
import { TaskState } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { OpenFile, Pipe } from '../open-file.ts'
import type { Process } from '../processes.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

const EAGAIN = -11
const ENOMEM = -12
const EFAULT = -14
const EEXIST = -17
/** PIPE_DEF_BUFFERS: a pipe with as many is full. */
const MAX_BUFFERS = 16
/** Pages that vmsplice() takes before it gives the first of them to the pipe. */
const PAGES_AT_ONCE = 16
/** vmsplice() does not wait for room. */
export const SPLICE_F_NONBLOCK = 2

/** A new pipe with one end of each kind. */
export function newPipe(): Pipe {
  return { buffers: [], readers: 1, writers: 1, ends: [], waiting: [] }
}

export class PipeCalls {
  constructor(
    private readonly s: Surface,
    private readonly host: RunHost,
  ) {}

  /** One end of a pipe has no descriptor any more. With the last of both its buffers go, and their references. */
  closeEnd(site: Site, { pipe, end }: NonNullable<OpenFile['pipe']>): void {
    if (end === 'read') pipe.readers--
    else pipe.writers--
    if (pipe.readers + pipe.writers === 0)
      for (const buffer of pipe.buffers.splice(0)) this.releaseBuffer(site, buffer.pfn)
    this.wake(pipe)
  }

  /** pipe_read(): what is there, up to `count` bytes; sleeps while there is nothing and somebody may still write. */
  *read(site: Site, process: Process, pipe: Pipe, to: number, count: number): Steps<number> {
    if (count === 0) return 0
    for (;;) {
      changes(Part.PIPE, null)
      if (pipe.buffers.length > 0) break
      if (pipe.writers === 0) return 0
      if (this.isAlone(process, pipe, 'write')) return EAGAIN
      yield* this.sleep(pipe)
    }
    const { s } = this
    let done = 0
    while (done < count && pipe.buffers.length > 0) {
      const buffer = pipe.buffers[0]!
      const n = Math.min(count - done, buffer.length)
      const data =
        buffer.bytes?.subarray(buffer.offset, buffer.offset + n) ??
        s.kernel.memory.bytes(buffer.pfn * s.pageSize + buffer.offset, n)
      if (!s.userAccess.write(site, process.mm, to + done, data)) return done > 0 ? done : EFAULT
      buffer.offset += n
      buffer.length -= n
      done += n
      if (buffer.length === 0) {
        pipe.buffers.shift()
        this.releaseBuffer(site, buffer.pfn)
      }
    }
    this.wake(pipe)
    return done
  }

  /** pipe_write(): copies, a page a buffer; the first bytes go behind those written last. Sleeps while full. */
  *write(site: Site, process: Process, pipe: Pipe, from: number, count: number): Steps<number> {
    const { s } = this
    changes(Part.PIPE, null)
    if (pipe.readers === 0) s.userAccess.brokenPipe(site, process)
    let done = this.append(site, process, pipe, from, count % s.pageSize)
    if (done < 0) return done
    while (done < count) {
      if (pipe.readers === 0) s.userAccess.brokenPipe(site, process)
      if (pipe.buffers.length < MAX_BUFFERS) {
        const bytes = s.userAccess.read(site, process.mm, from + done, Math.min(count - done, s.pageSize))
        if (bytes === null) return done > 0 ? done : EFAULT
        pipe.buffers.push({ pfn: -1, offset: 0, length: bytes.length, bytes })
        done += bytes.length
        this.wake(pipe)
        continue
      }
      if (this.isAlone(process, pipe, 'read')) return done > 0 ? done : EAGAIN
      yield* this.sleep(pipe)
      changes(Part.PIPE, null)
    }
    return done
  }

  /** Bytes that fit behind what was written last are merged into its buffer: all of them, or none. */
  private append(site: Site, process: Process, pipe: Pipe, from: number, bytes: number): number {
    const { s } = this
    const last = pipe.buffers.at(-1)
    if (bytes === 0 || last === undefined || last.bytes === null) return 0
    if (last.offset + last.length + bytes > s.pageSize) return 0
    const more = s.userAccess.read(site, process.mm, from, bytes)
    if (more === null) return EFAULT
    const joined = new Uint8Array(last.offset + last.length + bytes)
    joined.set(last.bytes.subarray(0, last.offset + last.length))
    joined.set(more, last.offset + last.length)
    last.bytes = joined
    last.length += bytes
    this.wake(pipe)
    return bytes
  }

  /** vmsplice() of the end that is read: the bytes are copied to user memory; it waits for the first of them only. */
  *spliceToUser(
    site: Site,
    process: Process,
    pipe: Pipe,
    pieces: readonly { readonly iov_base: number; readonly iov_len: number }[],
    flags: number,
  ): Steps<number> {
    let total = 0
    for (const { iov_base, iov_len } of pieces) {
      changes(Part.PIPE, null)
      const isEmpty = pipe.buffers.length === 0
      if (isEmpty && total > 0) break
      if (isEmpty && pipe.writers > 0 && (flags & SPLICE_F_NONBLOCK) !== 0) return EAGAIN
      const done = yield* this.read(site, process, pipe, iov_base, iov_len)
      if (done < 0) return total > 0 ? total : done
      total += done
      if (done < iov_len) break
    }
    return total
  }

  /** vmsplice(): waits for room once, or not at all; what does not fit then is left out. */
  *splice(
    site: Site,
    process: Process,
    pipe: Pipe,
    pieces: readonly { readonly iov_base: number; readonly iov_len: number }[],
    flags: number,
  ): Steps<number> {
    for (;;) {
      changes(Part.PIPE, null)
      if (pipe.readers === 0) this.s.userAccess.brokenPipe(site, process)
      if (pipe.buffers.length < MAX_BUFFERS) break
      if ((flags & SPLICE_F_NONBLOCK) !== 0 || this.isAlone(process, pipe, 'read')) return EAGAIN
      yield* this.sleep(pipe)
    }
    let total = 0
    for (const { iov_base, iov_len } of pieces) {
      const done = this.splicePiece(site, process, pipe, iov_base, iov_len)
      if (done < 0) return total > 0 ? total : done
      total += done
      this.wake(pipe)
      if (done < iov_len) break
      yield
      changes(Part.PIPE, null)
    }
    return total
  }

  /** iter_to_pipe(): takes up to 16 pages at once, then gives the pipe one after the other, as far as it has room. */
  private splicePiece(site: Site, process: Process, pipe: Pipe, from: number, bytes: number): number {
    const { s } = this
    let done = 0
    while (done < bytes) {
      const start = from + done - ((from + done) % s.pageSize)
      const count = Math.min(PAGES_AT_ONCE, Math.ceil((from + bytes - start) / s.pageSize))
      let found = 0
      let error = 0
      // How many GUP-fast finds; the first that it does not, and all behind it, are for slow GUP.
      let fast = count
      while (found < count && error === 0) {
        const at = start + found * s.pageSize
        if (found < fast && !this.isFast(process, at)) fast = found
        error = this.pageError(site, process, at, found < fast)
        if (error === 0) found++
      }
      if (found === 0) {
        s.trace.begin(site)
        s.done(Op.vmsplice, 0, NO_SUBJECT, 0, error, Flag.FAILED)
        return done > 0 ? done : error
      }
      for (let i = 0; i < found; i++) {
        if (pipe.buffers.length >= MAX_BUFFERS)
          return this.dropRest(site, process, start + i * s.pageSize, found - i, fast - i, done)
        const at = from + done
        const n = Math.min(bytes - done, s.pageSize - (at % s.pageSize))
        if (!this.splicePage(site, process, pipe, at, n, i < fast)) return done > 0 ? done : ENOMEM
        done += n
      }
    }
    return done
  }

  /** iov_iter_get_pages2() is get_user_pages_fast(): a normal entry is enough, the area's flags are not looked at. */
  private isFast(process: Process, at: number): boolean {
    const present = process.mm.table.get(at)
    if (present === null || present.special || present.none === true) return false
    return this.s.kernel.refs.count(present.pfn) > 0
  }

  /** Makes a page present, for reading: 0, or what GUP says instead. */
  private pageError(site: Site, process: Process, at: number, isFast: boolean): number {
    const { users } = this.s
    const vma = process.mm.lookup(at)
    if (vma === null || (!isFast && (vma.flags & (VM_IO | VM_PFNMAP)) !== 0)) return EFAULT
    const pfn = users.reach(site, process.mm, at, false)
    return pfn < 0 ? EFAULT : process.mm.table.get(at)?.special === true && pfn !== ZERO_PFN ? EEXIST : 0
  }

  /** A buffer of the pipe for `n` bytes of a page that is present. False: its count takes no more. */
  private splicePage(site: Site, process: Process, pipe: Pipe, at: number, n: number, isFast: boolean): boolean {
    const { s } = this
    const { map } = s.users
    const { pfn } = process.mm.table.get(at - (at % s.pageSize))!
    s.trace.begin(site)
    if (!map.grab(pfn, false)) {
      s.done(Op.vmsplice, 0, NO_SUBJECT, 0, ENOMEM, Flag.FAILED)
      return false
    }
    this.mark(process, at, isFast)
    pipe.buffers.push({ pfn, offset: at % s.pageSize, length: n, bytes: null })
    s.done(Op.vmsplice, map.occupant(pfn), pfn, s.kernel.frames.headOf(pfn), 0, 0)
    return true
  }

  /** What taking a page marks: GUP-fast that it was referenced, slow GUP that it was accessed. */
  private mark(process: Process, at: number, isFast: boolean): void {
    const { map } = this.s.users
    const { pfn, special } = process.mm.table.get(at - (at % this.s.pageSize))!
    if (special) return
    if (isFast) map.setFlag(pfn, PG_referenced)
    else map.touch(process.mm, at, pfn, false)
  }

  /** Pages that the pipe has no room for: they were taken, which marked them, and are put. */
  private dropRest(site: Site, process: Process, from: number, count: number, fast: number, done: number): number {
    const { s } = this
    s.trace.begin(site)
    for (let i = 0; i < count; i++) {
      this.mark(process, from + i * s.pageSize, i < fast)
    }
    s.done(Op.vmsplice, 0, NO_SUBJECT, 0, EAGAIN, Flag.FAILED)
    return done > 0 ? done : EAGAIN
  }

  private releaseBuffer(site: Site, pfn: number): void {
    if (pfn < 0) return
    const { s } = this
    s.trace.begin(site)
    const allocation = s.occupant(s.kernel.frames.headOf(pfn))
    s.done(Op.pipe_release, allocation, pfn, s.kernel.frames.headOf(pfn), 0, s.kernel.refs.put(pfn))
  }

  /** True if no other program has that end. */
  private isAlone(process: Process, pipe: Pipe, end: 'read' | 'write'): boolean {
    const open = pipe.ends.find((one) => one.pipe?.end === end)
    return open === undefined || open.references <= process.fds.count(open)
  }

  /** The running task sleeps until something is done to the pipe. */
  private *sleep(pipe: Pipe): Steps<void> {
    const { tasks, control } = this.s
    this.host.needsInterleaving()
    pipe.waiting.push(control.task)
    tasks.setState(control.task, TaskState.BLOCKED)
    yield
  }

  private wake(pipe: Pipe): void {
    const { tasks } = this.s
    for (const task of pipe.waiting.splice(0))
      if (tasks.state(task) === TaskState.BLOCKED) tasks.setState(task, TaskState.RUNNABLE)
  }
}
